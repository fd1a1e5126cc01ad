/* large.c: blocks outside the pages: those above DR_POOL_LIMIT, and every block of a DR_NO_POOLS build.
 *
 * Each comes from malloc with a dri_large in front, which links it into a ring, so that the walk at exit and
 * dr_destroy_pool find it. Also the sized allocation and release that all counted objects go through.
 * Guarantees: 16-aligned blocks; O(1) beside malloc's own work. */
#include "internal.h"

DR_THREAD_LOCAL dri_link dri_larges = {&dri_larges, &dri_larges};

static void ring_insert(dri_link* ring, dri_link* link) {
    link->next = ring->next;
    link->prev = ring;
    ring->next->prev = link;
    ring->next = link;
}

void* dri_large_new(size_t size, uint32_t kind, dri_link* ring) {
    if (size > PTRDIFF_MAX - sizeof(dri_large)) {
        return NULL;
    }
    dri_large* large = dri_os_alloc(sizeof(dri_large) + size);
    if (large == NULL) {
        return NULL;
    }
    large->size = size;
    large->kind = kind;
    ring_insert(ring, &large->link);
#if DR_DEBUG_MEMORY
    large->type_id = DR_UNTYPED;
    large->site = dri_site;
    large->freed_at = NULL;
    dri_debug_allocated(large);
#endif
    return large + 1;
}

void* dri_large_resize(void* block, size_t size) {
    dri_large* old = dri_large_of(block);
    dri_link* ring = old->link.prev;
#if DR_DEBUG_MEMORY
    size_t old_size = old->size;
#endif
    old->link.prev->next = old->link.next;
    old->link.next->prev = old->link.prev;
    dri_large* large = dri_os_realloc(old, sizeof(dri_large) + size);
    if (large == NULL) {
        ring_insert(ring, &old->link);
        return NULL;
    }
    large->size = size;
    ring_insert(ring, &large->link);
#if DR_DEBUG_MEMORY
    dri_debug_resized(large, old_size);
#endif
    return large + 1;
}

void dri_large_free(void* block) {
    dri_large* large = dri_large_of(block);
    large->link.prev->next = large->link.next;
    large->link.next->prev = large->link.prev;
#if DR_DEBUG_MEMORY
    if (dri_debug_freed(large)) {
        return;
    }
#endif
    dri_os_free(large);
}

/* Allocation pays for what earlier releases deferred, an object for 16 bytes: so what waits stays in proportion. */
static void pay_for_allocation(size_t size) {
    if (DR_UNLIKELY(dri_has_deferred())) {
        size_t objects = 512 + size / 16;
        dri_drain(objects < INT32_MAX ? (int)objects : INT32_MAX);
    }
}

static void* large_or_reclaimed(size_t size, uint32_t kind) {
    pay_for_allocation(size);
    void* block = dri_large_new(size, kind, &dri_larges);
    if (block == NULL) {
        dri_reclaim();
        block = dri_large_new(size, kind, &dri_larges);
    }
    return block;
}

static void* large_or_end(size_t size, uint32_t kind) {
    void* block = large_or_reclaimed(size, kind);
    if (block == NULL) {
        dri_out_of_memory(NULL);
    }
    return block;
}

void dri_reclaim(void) {
    dri_drain(INT32_MAX);
    dri_collect(false);
    dri_drain(INT32_MAX);
    dri_release_spare_pages();
}

#if DR_NO_POOLS

void* dri_alloc(size_t size) {
    return large_or_end(size, DRI_TYPED);
}

void* dri_try_alloc(size_t size) {
    return large_or_reclaimed(size, DRI_TYPED);
}

void* dri_untyped_alloc(size_t size) {
    return large_or_end(size, DRI_UNTYPED);
}

void dri_untyped_free(void* block) {
    dri_large_free(block);
}

bool dri_is_untyped(const void* block) {
    return dri_large_of((void*)block)->kind == DRI_UNTYPED;
}

#else

void* dri_alloc_large(size_t size) {
    return large_or_end(size, DRI_TYPED);
}

void* dri_try_alloc(size_t size) {
    /* A page that cannot be had ends the program; only a large request is worth an exception. */
    return size <= DR_POOL_LIMIT ? dri_alloc(size) : large_or_reclaimed(size, DRI_TYPED);
}

#endif

static DR_THREAD_LOCAL int64_t count_objects;
static DR_THREAD_LOCAL int64_t count_bytes;

static void count_ring(dri_link* ring) {
    for (dri_link* link = ring->next; link != ring; link = link->next) {
        count_objects++;
        count_bytes += (int64_t)((dri_large*)(void*)link)->size;
    }
}

void dri_count_blocks(int64_t* blocks, int64_t* bytes) {
    dr_memory_figures pages;
    memset(&pages, 0, sizeof pages);
    dri_page_figures(&pages);
    count_objects = pages.live_objects;
    count_bytes = pages.live_bytes;
    count_ring(&dri_larges);
    *blocks = count_objects;
    *bytes = count_bytes;
}
