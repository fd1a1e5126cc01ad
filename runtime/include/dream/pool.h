/* pool.h: the allocator's fast path, inline: popping a block off a page's free list and pushing it back.
 *
 * Memory for small blocks comes in 64 KiB pages, aligned to their size, so that masking a block's address finds its
 * page; a page serves blocks of one size. Each page has its own free list, which keeps neighbours together and lets a
 * page empty out. Whatever is not a pop or a push (a new page, an empty page, a full one) is in src/pool.c.
 * Guarantees: O(1); blocks are aligned to 8 bytes and uninitialised. */
#ifndef DREAM_POOL_H
#define DREAM_POOL_H

enum {
    DR_PAGE_SIZE = 64 * 1024,
    /* Blocks up to this size are pooled; beyond it malloc's own 16-byte rounding no longer matters (see the README). */
    DR_POOL_LIMIT = 512,
    DR_POOL_CLASSES = DR_POOL_LIMIT / 8 + 1
};

/* A free block. Its memory was something else a moment ago and will be something else again. */
typedef struct DR_MAY_ALIAS dri_block {
    struct dri_block* next;
} dri_block;

typedef struct dri_page {
    dri_block* free;
    /* Blocks handed out. dri_pool_give calls dri_page_notify when this falls to `notify`: to 0 when an empty page is to
     * be retired, to capacity - 1 when a full page has room again, never for the page that allocations come from. */
    uint32_t used;
    uint32_t notify;
    /* [bump, limit) has never been handed out since the page was last empty. */
    char* bump;
    char* limit;
    dr_pool_t* pool;
    struct dri_page* next;
    struct dri_page* prev;
    uint32_t block_size;
    /* Whether the page waits in its pool's list of pages with room. */
    uint32_t available;
} dri_page;

/* A ring of blocks that have no page, the ring's owner included. */
typedef struct dri_link {
    struct dri_link* next;
    struct dri_link* prev;
} dri_link;

struct dr_pool_t {
    /* Never NULL: an empty stand-in until the first allocation. */
    dri_page* current;
    /* Other pages with room, and those without. */
    dri_page* available;
    dri_page* full;
    /* Blocks too large for a page, and all of them in a DR_NO_POOLS build. */
    dri_link blocks;
    uint32_t block_size;
    uint32_t kind;
    /* The size asked for, for blocks in the ring. */
    size_t large_size;
};

#if !DR_NO_POOLS

extern DR_THREAD_LOCAL dr_pool_t dri_pools[DR_POOL_CLASSES];

/* Free blocks are poisoned whole: their links are exposed only while the allocator looks. */
DR_INLINE dri_block* dri_next_free(dri_block* block) {
    DRI_EXPOSE(block, sizeof *block);
    dri_block* next = block->next;
    DRI_POISON(block, sizeof *block);
    return next;
}

/* Never returns NULL: out of memory ends the program. */
DR_COLD void* dri_pool_refill(dr_pool_t* pool);
DR_COLD void dri_page_notify(dri_page* page);

DR_INLINE void* dri_pool_take(dr_pool_t* pool) {
    dri_page* page = pool->current;
    dri_block* block = page->free;
    if (DR_UNLIKELY(block == NULL)) {
        return dri_pool_refill(pool);
    }
    page->free = dri_next_free(block);
    page->used++;
    DRI_UNPOISON(block, page->block_size);
    return block;
}

DR_INLINE void dri_pool_give(void* memory) {
    dri_page* page = (dri_page*)((uintptr_t)memory & ~(uintptr_t)(DR_PAGE_SIZE - 1));
    dri_block* block = (dri_block*)memory;
    block->next = page->free;
    page->free = block;
    DRI_POISON(block, page->block_size);
    if (DR_UNLIKELY(--page->used == page->notify)) {
        dri_page_notify(page);
    }
}

#endif

#endif
