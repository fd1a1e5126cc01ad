/* segments.c: where pages come from and where empty ones go: address space from the system, and memory back to it.
 *
 * Address space comes in segments of 64 pages. A page that is free may still be backed by memory, warm: such pages are
 * taken first, the lowest address first.
 * [one-call] Memory goes back to the system in one call, of 4 MiB at most, for a release or refill, however many pages it
 * has emptied: what is left over is for the next ones.
 * Guarantees: finding a page is O(segments), but O(1) where pages come back in the order in which they went or all in one
 * place. */
#include "internal.h"

#if !DR_NO_POOLS

enum {
    SEGMENT_PAGES = 64,
    SEGMENT_SIZE = SEGMENT_PAGES * DR_PAGE_SIZE,
    /* A half segment is as large as a huge page of the common systems: it is backed by one and given back whole. */
    HALF_PAGES = SEGMENT_PAGES / 2,
    HALF_SIZE = SEGMENT_SIZE / 2,
    /* Heaps beyond so many segments ask for huge pages: one fault instead of 512, and at most a quarter unused. What the
     * first segments have is kept as the spare pages below: giving 512 small pages back takes several times as long as a
     * huge one, and a release would wait for it. */
    SMALL_SEGMENTS = 2,
    /* Empty pages, 8 MiB, that stay backed by memory however small the heap is: faulting them in again costs more than
     * building what lies on them. */
    SPARE_PAGES = SMALL_SEGMENTS * SEGMENT_PAGES
};

#define ALL_FREE (~(uint64_t)0)

typedef struct segment {
    char* base;
    /* Bit p: page p is free; free and possibly still backed by memory. */
    uint64_t free;
    uint64_t warm;
    bool is_huge;
} segment;

/* Sorted by address. */
static DR_THREAD_LOCAL segment* segments;
static DR_THREAD_LOCAL size_t segment_count;
static DR_THREAD_LOCAL size_t segment_capacity;
/* [hints] No segment before them has a free page, a warm page. */
static DR_THREAD_LOCAL size_t first_free;
static DR_THREAD_LOCAL size_t first_warm;
static DR_THREAD_LOCAL int64_t pages_in_use;
static DR_THREAD_LOCAL int64_t pages_warm;
static DR_THREAD_LOCAL int64_t pages_free;
/* Halves of huge segments that are free and have a warm page. */
static DR_THREAD_LOCAL int64_t idle_halves;
DR_THREAD_LOCAL bool dri_pages_are_idle;

static int lowest_bit(uint64_t bits) {
#if defined(__TINYC__)
    int n = 0;
    while (!(bits & 1)) {
        bits >>= 1;
        n++;
    }
    return n;
#else
    return __builtin_ctzll(bits);
#endif
}

/* The index of the segment that holds the address, or of the first one beyond it. */
static size_t segment_at(const void* address) {
    size_t low = 0;
    size_t high = segment_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((uintptr_t)segments[middle].base + SEGMENT_SIZE <= (uintptr_t)address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool dri_in_a_segment(const void* address) {
    size_t at = segment_at(address);
    return at < segment_count && (uintptr_t)segments[at].base <= (uintptr_t)address;
}

/* The segment there is another one, or has a free and warm page again. */
static void lower_hints(size_t at) {
    first_free = at < first_free ? at : first_free;
    first_warm = at < first_warm ? at : first_warm;
}

static bool add_segment(void) {
    if (segment_count == segment_capacity) {
        size_t capacity = segment_capacity == 0 ? 16 : segment_capacity * 2;
        segment* grown = dri_os_realloc(segments, capacity * sizeof(segment));
        if (grown == NULL) {
            return false;
        }
        segments = grown;
        segment_capacity = capacity;
    }
    char* base = dri_os_map(SEGMENT_SIZE, HALF_SIZE);
    if (base == NULL) {
        return false;
    }
    bool is_huge = segment_count >= SMALL_SEGMENTS;
    if (is_huge) {
        dri_os_prefer_huge(base, SEGMENT_SIZE);
    }
    size_t at = segment_at(base);
    memmove(&segments[at + 1], &segments[at], (segment_count - at) * sizeof(segment));
    segments[at] = (segment){base, ALL_FREE, 0, is_huge};
    lower_hints(at);
    segment_count++;
    pages_free += SEGMENT_PAGES;
    return true;
}

static void remove_segment(size_t at) {
    DRI_UNPOISON(segments[at].base, SEGMENT_SIZE);
    dri_os_unmap(segments[at].base, SEGMENT_SIZE);
    segment_count--;
    pages_free -= SEGMENT_PAGES;
    memmove(&segments[at], &segments[at + 1], (segment_count - at) * sizeof(segment));
    lower_hints(at);
}

static bool is_idle_half(const segment* s, int page) {
    int half = page / HALF_PAGES * HALF_PAGES;
    return s->is_huge && (uint32_t)(s->free >> half) == UINT32_MAX && (uint32_t)(s->warm >> half) != 0;
}

/* A free page, one that is still backed by memory if there is any. NULL when there is no memory. */
dri_page* dri_take_page(void) {
    if (!dri_os_request() || (pages_free == 0 && !add_segment())) {
        return NULL;
    }
    bool is_warm = pages_warm > 0;
    size_t* at = is_warm ? &first_warm : &first_free;
    while ((is_warm ? segments[*at].warm : segments[*at].free) == 0) {
        ++*at;
    }
    segment* s = &segments[*at];
    int page = lowest_bit(is_warm ? s->warm : s->free);
    uint64_t bit = (uint64_t)1 << page;
    pages_warm -= (s->warm & bit) != 0;
    idle_halves -= is_idle_half(s, page);
    s->free &= ~bit;
    s->warm &= ~bit;
    pages_free--;
    pages_in_use++;
    return (dri_page*)(void*)(s->base + (size_t)page * DR_PAGE_SIZE);
}

/* The memory of free pages of one half is no longer needed; that of the whole segment is given up for good if it was the
 * last of it. */
static void discard(size_t at, int page, int count) {
    segment* s = &segments[at];
    uint64_t bits = (((uint64_t)1 << count) - 1) << page;
    for (uint64_t warm = s->warm & bits; warm != 0; warm &= warm - 1) {
        pages_warm--;
    }
    idle_halves -= is_idle_half(s, page);
    s->warm &= ~bits;
    idle_halves += is_idle_half(s, page);
    if (s->free == ALL_FREE && s->warm == 0) {
        remove_segment(at);
    } else {
        dri_os_discard(s->base + (size_t)page * DR_PAGE_SIZE, (size_t)count * DR_PAGE_SIZE);
    }
}

/* The next idle half, in turn through all segments. There is one. */
static void discard_some_half(void) {
    static DR_THREAD_LOCAL size_t turn;
    for (;; turn++) {
        size_t at = turn % segment_count;
        for (int half = 0; half < SEGMENT_PAGES; half += HALF_PAGES) {
            if (is_idle_half(&segments[at], half)) {
                discard(at, half, HALF_PAGES);
                return;
            }
        }
    }
}

/* The first warm pages of the segment that lie side by side. There is one. */
static void discard_first_pages(size_t at) {
    uint64_t warm = segments[at].warm;
    int page = lowest_bit(warm);
    int count = 1;
    while ((page + count) % HALF_PAGES != 0 && (warm >> (page + count) & 1) != 0) {
        count++;
    }
    discard(at, page, count);
}

/* A quarter of the pages in use may lie idle; what is beyond goes back to the system by half segments, page by page only
 * where the live pages are so scattered that no half is free and twice as many lie idle. Whole segments go for good. */
bool dri_give_idle_pages(void) {
    int64_t spare = SPARE_PAGES + pages_in_use / 4;
    if (pages_warm > spare && idle_halves > 0) {
        discard_some_half();
    } else if (pages_warm > 2 * spare) {
        while (segments[first_warm].warm == 0) {
            first_warm++;
        }
        discard_first_pages(first_warm);
    }
    dri_pages_are_idle = pages_warm > 2 * spare || (pages_warm > spare && idle_halves > 0);
    return dri_pages_are_idle;
}

void dri_give_page(dri_page* page) {
    size_t at = segment_at(page);
    segment* s = &segments[at];
    int index = (int)((size_t)((char*)page - s->base) / DR_PAGE_SIZE);
    s->free |= (uint64_t)1 << index;
    s->warm |= (uint64_t)1 << index;
    idle_halves += is_idle_half(s, index);
    lower_hints(at);
    pages_free++;
    pages_warm++;
    pages_in_use--;
    dri_pages_are_idle = true;
}

void dri_release_spare_pages(void) {
    for (size_t at = segment_count; at-- > 0;) {
        segment* s = &segments[at];
        if (s->free == ALL_FREE) {
            idle_halves -= is_idle_half(s, 0) + is_idle_half(s, HALF_PAGES);
            for (; s->warm != 0; s->warm &= s->warm - 1) {
                pages_warm--;
            }
            remove_segment(at);
        } else {
            while (s->warm != 0) {
                discard_first_pages(at);
            }
        }
    }
}

/* ---- looking at all of them ---- */

void dri_each_page(void (*each)(dri_page* page, void* context), void* context) {
    for (size_t at = 0; at < segment_count; at++) {
        for (uint64_t used = ~segments[at].free; used != 0; used &= used - 1) {
            each((dri_page*)(void*)(segments[at].base + (size_t)lowest_bit(used) * DR_PAGE_SIZE), context);
        }
    }
}

size_t dri_segment_table_bytes(void) {
    return segment_capacity * sizeof(segment);
}

void dri_validate_segments(void) {
    int64_t are_free = 0;
    int64_t are_warm = 0;
    int64_t are_idle = 0;
    for (size_t at = 0; at < segment_count; at++) {
        const segment* s = &segments[at];
        if ((s->warm & ~s->free) != 0) {
            dri_broken("a page in use counts as idle");
        }
        are_idle += is_idle_half(s, 0) + is_idle_half(s, HALF_PAGES);
        for (int page = 0; page < SEGMENT_PAGES; page++) {
            are_free += (int64_t)(s->free >> page & 1);
            are_warm += (int64_t)(s->warm >> page & 1);
        }
    }
    if (are_free != pages_free || are_warm != pages_warm || are_idle != idle_halves) {
        dri_broken("the counts of pages do not add up");
    }
}

#else

void dri_release_spare_pages(void) {
}

#endif
