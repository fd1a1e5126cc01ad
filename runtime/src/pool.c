/* pool.c: pages of equal blocks: refilling a pool, retiring an empty page; the pools of hand-written C.
 *
 * A page (segments.c) belongs to one pool while it has blocks in use; when the last one is freed the page goes back, and
 * one that is taken again starts over in address order, which is what keeps a structure that is built anew contiguous.
 * [one-list] A page is its pool's current page, or in its list of available pages, or in its list of full pages.
 * [lazy-carve] Blocks beyond `bump` were never touched.
 * Guarantees: refill and retirement are O(blocks carved), at most CARVE_BYTES' worth, beside segments.c's own work. */
#include "internal.h"

enum {
    /* So few blocks at a time that deferred work is looked at often, so many that refilling does not show. */
    CARVE_BYTES = 2048,
    FIRST_BLOCK = (sizeof(dri_page) + 15) / 16 * 16
};

#if !DR_NO_POOLS

#define NEVER UINT32_MAX

/* What `current` points to before the first page: always out of blocks, never written. */
static dri_page no_page;

#define P1(n, kind) {&no_page, NULL, NULL, {NULL, NULL}, (n) == 0 ? 8 : (n) * 8, kind, 0}
#define P8(n, kind)                                                                                  \
    P1(n, kind), P1((n) + 1, kind), P1((n) + 2, kind), P1((n) + 3, kind), P1((n) + 4, kind),         \
        P1((n) + 5, kind), P1((n) + 6, kind), P1((n) + 7, kind)
#define P64(kind)                                                                                    \
    P8(0, kind), P8(8, kind), P8(16, kind), P8(24, kind), P8(32, kind), P8(40, kind), P8(48, kind),  \
        P8(56, kind), P1(64, kind)

DR_THREAD_LOCAL dr_pool_t dri_pools[DR_POOL_CLASSES] = {P64(DRI_TYPED)};
static DR_THREAD_LOCAL dr_pool_t untyped_pools[DR_POOL_CLASSES] = {P64(DRI_UNTYPED)};

/* ---- pages of a pool ---- */

static void list_insert(dri_page** list, dri_page* page) {
    page->prev = NULL;
    page->next = *list;
    if (*list != NULL) {
        (*list)->prev = page;
    }
    *list = page;
}

static void list_remove(dri_page** list, dri_page* page) {
    if (page->prev != NULL) {
        page->prev->next = page->next;
    } else {
        *list = page->next;
    }
    if (page->next != NULL) {
        page->next->prev = page->prev;
    }
}

static dri_page* new_page(dr_pool_t* pool) {
    dri_page* page = dri_take_page();
    if (page == NULL) {
        return NULL;
    }
    uint32_t capacity = (uint32_t)((DR_PAGE_SIZE - FIRST_BLOCK) / pool->block_size);
    page->free = NULL;
    page->used = 0;
    page->notify = NEVER;
    page->bump = (char*)page + FIRST_BLOCK;
    page->limit = page->bump + (size_t)capacity * pool->block_size;
    page->pool = pool;
    page->next = NULL;
    page->prev = NULL;
    page->block_size = pool->block_size;
    page->available = 0;
    DRI_POISON(page->bump, DR_PAGE_SIZE - FIRST_BLOCK);
    return page;
}

/* Moves the next blocks of the page onto its free list, in address order. */
static void carve(dri_page* page) {
    size_t size = page->block_size;
    size_t count = (size_t)(page->limit - page->bump) / size;
    size_t most = CARVE_BYTES / size + 4;
    count = count < most ? count : most;
    char* block = page->bump;
    page->free = (dri_block*)(void*)block;
    for (size_t i = 1; i <= count; i++, block += size) {
        DRI_EXPOSE(block, sizeof(dri_block));
        ((dri_block*)(void*)block)->next = i < count ? (dri_block*)(void*)(block + size) : NULL;
        DRI_POISON(block, sizeof(dri_block));
    }
    page->bump = block;
}

static void retire_page(dri_page* page) {
    DRI_POISON((char*)page + FIRST_BLOCK, DR_PAGE_SIZE - FIRST_BLOCK);
    dri_give_page(page);
}

/* [page-events] used fell to notify: a full page has room again, or a page other than the current one is empty. */
void dri_page_notify(dri_page* page) {
    dr_pool_t* pool = page->pool;
    if (!page->available) {
        list_remove(&pool->full, page);
        list_insert(&pool->available, page);
        page->available = 1;
        page->notify = 0;
    }
    if (page->used == 0) {
        list_remove(&pool->available, page);
        retire_page(page);
        if (!dri_is_draining()) {
            dri_give_idle_pages();
        }
    }
}

/* A page with a block on its free list becomes current. False when there is no memory. */
static bool refill_current(dr_pool_t* pool) {
    dri_page* page = pool->current;
    if (page->free != NULL) {
        return true;
    }
    if (page->bump == page->limit) {
        dri_page* next = pool->available;
        if (next != NULL) {
            list_remove(&pool->available, next);
            next->available = 0;
            next->notify = NEVER;
        } else {
            next = new_page(pool);
            if (next == NULL) {
                return false;
            }
        }
        if (page != &no_page) {
            page->notify = page->used - 1;
            list_insert(&pool->full, page);
        }
        pool->current = next;
        page = next;
    }
    if (page->free == NULL) {
        carve(page);
    }
    return true;
}

/* Deferred frees are paid for here: at the latest after CARVE_BYTES of new blocks. */
static void* refill(dr_pool_t* pool) {
    if (DR_UNLIKELY(dri_has_deferred())) {
        dri_drain(512);
    } else if (DR_UNLIKELY(dri_pages_are_idle)) {
        dri_give_idle_pages();
    }
    if (!refill_current(pool)) {
        dri_reclaim();
        if (!refill_current(pool)) {
            return NULL;
        }
    }
    dri_page* page = pool->current;
    dri_block* block = page->free;
    page->free = dri_next_free(block);
    page->used++;
    DRI_UNPOISON(block, page->block_size);
    DRI_CHECK_PAGE(page);
    return block;
}

void* dri_pool_refill(dr_pool_t* pool) {
    if (pool->kind == DRI_TYPED) {
        dri_collect_for_refill();
    }
    void* block = refill(pool);
    if (block == NULL) {
        dri_out_of_memory(NULL);
    }
    return block;
}

/* ---- untyped objects ---- */

void* dri_untyped_alloc(size_t size) {
    if (size <= DR_POOL_LIMIT) {
        return dri_pool_take(&untyped_pools[(size + 7) / 8]);
    }
    void* block = dri_large_new(size, DRI_UNTYPED, &dri_larges);
    if (block == NULL) {
        dri_reclaim();
        block = dri_large_new(size, DRI_UNTYPED, &dri_larges);
        if (block == NULL) {
            dri_out_of_memory(NULL);
        }
    }
    return block;
}

static dri_page* page_of(const void* block) {
    return (dri_page*)((uintptr_t)block & ~(uintptr_t)(DR_PAGE_SIZE - 1));
}

bool dri_is_untyped(const void* block) {
    if (dri_in_a_segment(block)) {
        return page_of(block)->pool->kind == DRI_UNTYPED;
    }
    return dri_large_of((void*)(uintptr_t)block)->kind == DRI_UNTYPED;
}

void dri_untyped_free(void* block) {
    if (dri_in_a_segment(block)) {
        dri_pool_give(block);
    } else {
        dri_large_free(block);
    }
}

/* ---- walking ---- */

enum { MOST_BLOCKS = DR_PAGE_SIZE / 8 };

/* Free blocks have no mark of their own, so the walk marks those on the free list first. */
static void walk_page(dri_page* page, void (*each)(dr_header* obj)) {
    static DR_THREAD_LOCAL uint8_t is_free[MOST_BLOCKS / 8];
    char* first = (char*)page + FIRST_BLOCK;
    memset(is_free, 0, sizeof is_free);
    for (dri_block* block = page->free; block != NULL; block = dri_next_free(block)) {
        size_t index = (size_t)((char*)block - first) / page->block_size;
        is_free[index / 8] |= (uint8_t)(1 << index % 8);
    }
    size_t count = (size_t)(page->bump - first) / page->block_size;
    for (size_t i = 0; i < count; i++) {
        if (!(is_free[i / 8] & 1 << i % 8)) {
            each((dr_header*)(void*)(first + i * page->block_size));
        }
    }
}

typedef struct walk {
    void (*each)(dr_header* obj);
} walk;

static void walk_typed_page(dri_page* page, void* context) {
    if (page->pool->kind == DRI_TYPED) {
        walk_page(page, ((walk*)context)->each);
    }
}

void dri_walk_objects(void (*each)(dr_header* obj)) {
    walk w = {each};
    dri_each_page(walk_typed_page, &w);
    for (dri_link* link = dri_larges.next; link != &dri_larges; link = link->next) {
        if (((dri_large*)(void*)link)->kind == DRI_TYPED) {
            each((dr_header*)(void*)((dri_large*)(void*)link + 1));
        }
    }
}

static void add_page_figures(dri_page* page, void* context) {
    dr_memory_figures* figures = context;
    figures->page_bytes += DR_PAGE_SIZE;
    figures->page_metadata_bytes += FIRST_BLOCK;
    if (page->pool->kind != DRI_RAW) {
        figures->live_objects += page->used;
        figures->live_bytes += (int64_t)page->used * page->block_size;
    }
}

void dri_page_figures(dr_memory_figures* figures) {
    figures->page_metadata_bytes += (int64_t)(dri_segment_table_bytes() + sizeof dri_pools + sizeof untyped_pools);
    dri_each_page(add_page_figures, figures);
}

void dri_validate_page(dri_page* page) {
    char* first = (char*)page + FIRST_BLOCK;
    size_t carved = (size_t)(page->bump - first) / page->block_size;
    size_t on_list = 0;
    for (dri_block* block = page->free; block != NULL; block = dri_next_free(block)) {
        size_t offset = (size_t)((char*)block - first);
        if ((char*)block < first || (char*)block >= page->bump || offset % page->block_size != 0) {
            dri_broken("a free list leaves its page");
        }
        if (++on_list > carved) {
            dri_broken("a free list has a ring");
        }
    }
    if (on_list + page->used != carved) {
        dri_broken("blocks in use and free blocks do not add up");
    }
    if (page->pool->block_size != page->block_size) {
        dri_broken("a page serves another size than its pool");
    }
    bool full = page->free == NULL && page->bump == page->limit;
    if (page != page->pool->current && (page->used == 0 || page->available == full)) {
        dri_broken("[one-list]");
    }
}

static void validate_each(dri_page* page, void* context) {
    (void)context;
    dri_validate_page(page);
}

void dri_validate_pages(void) {
    dri_each_page(validate_each, NULL);
    dri_validate_segments();
}

#else

void dri_walk_objects(void (*each)(dr_header* obj)) {
    for (dri_link* link = dri_larges.next; link != &dri_larges; link = link->next) {
        if (((dri_large*)(void*)link)->kind == DRI_TYPED) {
            each((dr_header*)(void*)((dri_large*)(void*)link + 1));
        }
    }
}

void dri_page_figures(dr_memory_figures* figures) {
    (void)figures;
}

void dri_validate_pages(void) {
}

#endif

/* ---- the mission's pools ---- */

dr_pool_t* dr_create_pool(size_t block_size) {
    dr_pool_t* pool = dri_os_alloc(sizeof *pool);
    if (pool == NULL) {
        dri_reclaim();
        pool = dri_os_alloc(sizeof *pool);
        if (pool == NULL) {
            dri_out_of_memory("dr_create_pool");
        }
    }
    memset(pool, 0, sizeof *pool);
    size_t rounded = block_size < 8 ? 8 : (block_size + 7) / 8 * 8;
    /* 0 marks blocks that no page can hold; they go through the ring one by one. */
    pool->block_size = rounded <= DR_PAGE_SIZE - FIRST_BLOCK && rounded >= block_size ? (uint32_t)rounded : 0;
    pool->kind = DRI_RAW;
    pool->blocks.next = &pool->blocks;
    pool->blocks.prev = &pool->blocks;
#if !DR_NO_POOLS
    pool->current = &no_page;
#endif
    pool->large_size = rounded < block_size ? SIZE_MAX : rounded;
    return pool;
}

void* dr_pool_alloc(dr_pool_t* pool) {
#if !DR_NO_POOLS
    if (pool->block_size != 0) {
        return dri_pool_take(pool);
    }
#endif
    void* block = dri_large_new(pool->large_size, DRI_RAW, &pool->blocks);
    if (block == NULL) {
        dri_reclaim();
        block = dri_large_new(pool->large_size, DRI_RAW, &pool->blocks);
        if (block == NULL) {
            dri_out_of_memory("dr_pool_alloc");
        }
    }
    return block;
}

void dr_pool_free(dr_pool_t* pool, void* ptr) {
    if (ptr == NULL) {
        return;
    }
#if !DR_NO_POOLS
    if (pool->block_size != 0) {
        dri_pool_give(ptr);
        return;
    }
#endif
    (void)pool;
    dri_large_free(ptr);
}

void dr_destroy_pool(dr_pool_t* pool) {
    if (pool == NULL) {
        return;
    }
#if !DR_NO_POOLS
    if (pool->current != &no_page) {
        retire_page(pool->current);
    }
    dri_page* lists[2] = {pool->available, pool->full};
    for (int i = 0; i < 2; i++) {
        for (dri_page* page = lists[i]; page != NULL;) {
            dri_page* next = page->next;
            retire_page(page);
            page = next;
        }
    }
    while (dri_give_idle_pages()) {
    }
#endif
    while (pool->blocks.next != &pool->blocks) {
        dri_large_free((dri_large*)(void*)pool->blocks.next + 1);
    }
    dri_os_free(pool);
}
