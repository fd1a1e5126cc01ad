/* internal.h: what the runtime's files share, grouped by the file that defines it. Nothing here is for programs.
 *
 * Included first by every source file, before any libc header, so that the system's own declarations (mmap, sigaltstack)
 * are visible under -std=c11 too. Text sizes are size_t until they are known to fit an int32_t. */
#ifndef DREAM_INTERNAL_H
#define DREAM_INTERNAL_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif

#include "dream.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- os.c ---- */

/* Every request for memory passes one counter, which tests make fail. All return NULL on failure. */
void* dri_os_alloc(size_t size);
void* dri_os_realloc(void* memory, size_t size);
void dri_os_free(void* memory);
/* `size` bytes, aligned, zeroed, not yet backed by memory. Does not pass the counter: pages do. */
void* dri_os_map(size_t size, size_t alignment);
/* The whole range will be used soon: few large pages of the system serve better than many small ones. */
void dri_os_prefer_huge(void* memory, size_t size);
void dri_os_unmap(void* memory, size_t size);
/* The contents are no longer needed; the address range stays. */
void dri_os_discard(void* memory, size_t size);
/* Counts one request; false when it is to fail. */
bool dri_os_request(void);

/* ---- pool.c: pages; large.c: blocks without a page ---- */

enum { DRI_TYPED, DRI_UNTYPED, DRI_RAW };

/* What stands in front of a block that lives outside the pages. */
typedef struct dri_large {
    dri_link link;
    size_t size;
    uint32_t kind;
#if DR_DEBUG_MEMORY
    /* Known once the header is written; DR_UNTYPED before. */
    uint32_t type_id;
    const char* site;
    const char* freed_at;
    /* leaks.c: references from other objects that are left, and the way that led here. */
    struct dri_large* parent;
    int32_t inner;
    int32_t state;
#else
    uint32_t unused;
#endif
} dri_large;

/* Those of all kinds but DRI_RAW, whose pools have rings of their own. */
extern DR_THREAD_LOCAL dri_link dri_larges;

/* NULL when there is no memory. */
void* dri_large_new(size_t size, uint32_t kind, dri_link* ring);
void* dri_large_resize(void* block, size_t size);
void dri_large_free(void* block);
DR_INLINE dri_large* dri_large_of(void* block) {
    return (dri_large*)(void*)((char*)block - sizeof(dri_large));
}

/* A block for a typed object, NULL when there is no memory even after reclaiming. */
void* dri_try_alloc(size_t size);
void* dri_untyped_alloc(size_t size);
/* Frees a typed object's block of the size it was requested with. */
DR_INLINE void dri_free(void* block, size_t size) {
#if !DR_NO_POOLS
    if (DR_LIKELY(size <= DR_POOL_LIMIT)) {
        dri_pool_give(block);
        return;
    }
#endif
    (void)size;
    dri_large_free(block);
}
void dri_untyped_free(void* block);
bool dri_is_untyped(const void* block);
/* Calls each for every block in use that holds a typed object, dead ones that wait included. */
void dri_walk_objects(void (*each)(dr_header* obj));
/* Counted blocks in use, and their bytes. */
void dri_count_blocks(int64_t* blocks, int64_t* bytes);
void dri_page_figures(dr_memory_figures* figures);
void dri_validate_pages(void);
#if !DR_NO_POOLS
void dri_validate_page(dri_page* page);
#endif
/* The last resort before "out of memory": frees what waits and collects, running no user code. */
void dri_reclaim(void);
DR_NORETURN void dri_out_of_memory(const char* where);

/* ---- segments.c ---- */

#if !DR_NO_POOLS
/* A free page, its contents unknown. NULL when there is no memory. */
dri_page* dri_take_page(void);
void dri_give_page(dri_page* page);
/* Pages were given since the system was last given memory back. */
extern DR_THREAD_LOCAL bool dri_pages_are_idle;
/* Gives memory back in one call, if more lies idle than should; whether there is more of it. */
bool dri_give_idle_pages(void);
bool dri_in_a_segment(const void* address);
/* Every page that was taken. */
void dri_each_page(void (*each)(dri_page* page, void* context), void* context);
size_t dri_segment_table_bytes(void);
void dri_validate_segments(void);
#endif
/* Gives the memory of every free page back to the system, and the segments that have no other. */
void dri_release_spare_pages(void);

/* ---- object.c ---- */

/* Set by dr_init: whether any type may run a destructor, may lie on a cycle, does both. */
extern DR_THREAD_LOCAL bool dri_has_eager;
extern DR_THREAD_LOCAL bool dri_has_cyclic;
extern DR_THREAD_LOCAL bool dri_has_eager_cyclic;

/* Frees up to that many of the objects that wait; never runs user code. Returns how many it were, elements counted, too. */
int dri_drain(int budget);
bool dri_has_deferred(void);
bool dri_is_draining(void);
/* While on, what dies joins those that wait and is not freed at once; returns what was before. */
bool dri_defer(bool on);
/* Runs ~T once, with the count parked; false when the object lives on afterwards. */
bool dri_finalise(dr_header* obj, const dr_type* type);
/* The memory only. */
void dri_free_counted(dr_header* obj, const dr_type* type);
/* Inside a destructor, a drain or a collection no other collection starts. */
bool dri_is_releasing(void);

/* ---- string.c ---- */

/* A fresh string with room for `length` bytes, its length set, its NUL in place, its bytes not. */
char* dri_string_new(size_t length);
/* NULL when there is no memory; a length that a string can have. */
char* dri_string_try_new(size_t length);
/* A string outside the counted heap: immortal, owned by the runtime. NULL when there is no memory. */
char* dri_string_immortal(const char* bytes, size_t length);
void dri_string_free(dr_header* obj);
/* Room for `extra` more bytes behind s (may be NULL), in place if unique; *old_length is where they go. */
char* dri_string_grow(DR_OWN char* s, size_t extra, size_t* old_length);
uint32_t dri_hash_bytes(const char* bytes, size_t length);
/* White space is ASCII's. */
static inline bool dri_is_white(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- intern.c ---- */

void dri_intern_forget(dr_header* string);
void dri_intern_exit(void);

/* ---- array.c ---- */

size_t dri_array_bytes(const dr_array_header* array, const dr_type* type);
size_t dri_element_size(const dr_array_header* array, const dr_type* type);
bool dri_array_is_counted(const dr_type* type);
bool dri_array_may_cycle(const dr_type* type);
void dri_array_release_range(dr_array_header* array, const dr_type* type, int32_t from, int32_t to);
/* Visits what elements [from, to) refer to. */
void dri_array_trace(const dr_array_header* array, const dr_type* type, int32_t from, int32_t to, dr_visit visit);

/* ---- cycle.c ---- */

/* The collector's colours. Black is everything at rest; enlisted are the members of a trial in slices (slices.c). */
enum { DRI_BLACK = 0, DRI_GREY = 1 << 19, DRI_WHITE = 2 << 19, DRI_ENLISTED = 3 << 19 };

static inline uint32_t dri_colour(const dr_header* obj) {
    return obj->meta & DR_META_COLOUR;
}

static inline void dri_paint(dr_header* obj, uint32_t colour) {
    obj->meta = (obj->meta & ~(uint32_t)DR_META_COLOUR) | colour;
}

enum { DRI_CHUNK = 4096 };
bool dri_list_grow(dri_list* l, size_t capacity);
void dri_list_free(dri_list* l);

/* [no-memory] False: the list is as it was. */
static inline bool dri_list_reserve(dri_list* l, size_t capacity) {
    return DR_LIKELY(capacity <= l->capacity) || dri_list_grow(l, capacity);
}

static inline dr_header** dri_list_slot(const dri_list* l, size_t i) {
    return &l->chunks[i / DRI_CHUNK][i % DRI_CHUNK];
}

static inline dr_header* dri_list_at(const dri_list* l, size_t i) {
    return *dri_list_slot(l, i);
}

static inline bool dri_list_push(dri_list* l, dr_header* obj) {
    if (!dri_list_reserve(l, l->count + 1)) {
        return false;
    }
    *dri_list_slot(l, l->count++) = obj;
    return true;
}

bool dri_may_cycle(const dr_type* type);

/* Whether an edge to this object takes part in a trial: immortal and stuck objects never do. The answer is the same all
 * through a trial. */
static inline bool dri_takes_part(const dr_header* obj) {
    return obj != NULL && obj->ref_count >= 0 && dri_may_cycle(dr_type_of(obj));
}

/* The same for one that is made at once: as far as it is concerned the members of a trial in slices live. */
static inline bool dri_takes_part_at_once(const dr_header* obj) {
    return dri_takes_part(obj) && dri_colour(obj) != DRI_ENLISTED;
}

/* What garbage counts while its fields are dropped: nothing brings it to zero. */
enum { DRI_PARKED = INT32_MAX / 2 };

/* Before a trial its roots, after it the garbage. */
extern DR_THREAD_LOCAL dri_list dri_grey;
extern DR_THREAD_LOCAL int64_t dri_traced;
extern DR_THREAD_LOCAL int64_t dri_collected;
/* Decides about everything that the grey list's objects, painted grey, reach. True: the list now holds the garbage, and all
 * counts are true, those of garbage only if somebody may look at them. False: there was no memory, or more than `limit` to
 * trace: all is as it was, the list has its roots at its front. */
bool dri_trial_at_once(size_t limit);
/* From a decided trial to the end. User code may run only if the program has cyclic types with destructors. */
void dri_dispose(void);
/* Gives the memory of the lists back. */
void dri_lists_free(void);

/* ---- collect.c ---- */

/* Makes obj a candidate; false when there is no room. */
bool dri_remember(dr_header* obj);
/* Frees dead candidates' memory and collects at once; `user_code` says whether destructors may run. */
void dri_collect(bool user_code);
/* Collects if enough candidates have come together, by slices if it takes long. */
void dri_collect_if_due(bool user_code);
/* The same when a pool asks for more, which runs no user code. */
void dri_collect_for_refill(void);
/* Everything, covered by a candidate or not. */
void dri_collect_at_exit(void);
void dri_forget_dead_candidates(void);
/* A trial in slices has ended; 0 members: given up. */
void dri_trial_ended(size_t members, size_t freed);
void dri_cycle_figures(dr_memory_figures* figures);

/* Whether a destructor can run when an instance dies, its own or one of what it holds [quiet]. */
static inline bool dri_may_run_user_code(const dr_type* type) {
    return (type->flags & DR_TYPE_EAGER) != 0 || type->destroy != NULL;
}
extern DR_THREAD_LOCAL dr_stress dri_stress;
int64_t dri_candidate_count(void);
bool dri_candidates_are_marked(void);

/* ---- slices.c ---- */

/* Begins a trial over all candidates, which are its own from now on; it is given up if fewer than `least` are alive. None
 * may be under way, nor any destructor in reach of a class on a cycle. */
void dri_trial_begin(size_t least);
bool dri_trial_is_under_way(void);
/* Goes on with it, for about `budget` objects. */
void dri_trial_slice(int budget);
/* Ends it now, if one is under way, however long that takes. */
void dri_trial_finish(void);
/* Gives the memory of its lists back. */
void dri_trial_exit(void);
/* How many of its members are marked as candidates. O(members) */
int64_t dri_trial_marked(void);

/* ---- valid.c ---- */

/* A broken invariant: names it and aborts. */
DR_NORETURN void dri_broken(const char* what);
#if DR_CHECKS >= 1
#define DRI_CHECK(condition) ((condition) ? (void)0 : dri_broken(#condition))
#else
#define DRI_CHECK(condition) ((void)0)
#endif
#if DR_CHECKS >= 2
#define DRI_CHECK_PAGE(page) dri_validate_page(page)
#else
#define DRI_CHECK_PAGE(page) ((void)0)
#endif
#if DR_CHECKS >= 3
#define DRI_CHECK_HEAP() dr_debug_validate()
#else
#define DRI_CHECK_HEAP() ((void)0)
#endif

/* ---- error.c ---- */

/* Prints on stderr, after flushing stdout, without ending anything. */
void dri_print_unhandled(const char* text, size_t length, const char* where);
void dri_error_init(const dr_program* program);

/* ---- trace.c ---- */

/* The call stack from `where` on as one static text; `where` itself where nothing is known of it. */
const char* dri_trace(const char* where);

/* ---- stats.c, report.c ---- */

extern DR_THREAD_LOCAL int64_t dri_copies;
extern DR_THREAD_LOCAL int64_t dri_copied_bytes;
/* Set by ends that leave objects behind: the report then gives no leak warnings. */
extern DR_THREAD_LOCAL bool dri_ended_early;
/* Into the file, as its name asks: JSON or a timeline. */
void dri_write_report(const dr_memory_figures* figures, const char* path);

#if DR_DEBUG_MEMORY

void dri_print_report(const dr_memory_figures* figures);
/* A JSON string. */
void dri_write_text(FILE* out, const char* text);

/* ---- ledger.c ---- */

/* Types beyond the first so many share the last row, and sites likewise. */
enum { DRI_MOST_TYPES = 4096, DRI_MOST_SITES = 1024 };

typedef struct dri_type_row {
    int64_t allocated;
    int64_t freed;
    int64_t bytes;
    int64_t peak_bytes;
} dri_type_row;

/* What happened at one place of the program with one type; unused when count is 0. `site` is a name, never NULL. */
typedef struct dri_site_row {
    const char* site;
    uint32_t type_id;
    int64_t count;
    int64_t bytes;
} dri_site_row;

typedef struct dri_site_table {
    dri_site_row rows[DRI_MOST_SITES];
} dri_site_table;

extern DR_THREAD_LOCAL dri_type_row dri_type_rows[DRI_MOST_TYPES];
extern DR_THREAD_LOCAL dri_site_table dri_copy_sites;

void dri_site_add(dri_site_table* table, uint32_t type_id, const char* site, int64_t bytes);
/* The index of their row, or of the unused one where it belongs. */
size_t dri_site_find(const dri_site_table* table, uint32_t type_id, const char* site);
/* The row with the most bytes but for `after` and those before it; NULL: there is none. The first is after NULL. */
const dri_site_row* dri_site_next(const dri_site_table* table, const dri_site_row* after);
const char* dri_type_name(uint32_t id);
const char* dri_site_name(const char* site);

void dri_debug_allocated(dri_large* block);
/* True when the block stays in quarantine and must not be freed now. */
bool dri_debug_freed(dri_large* block);
void dri_debug_resized(const dri_large* block, size_t old_size);
void dri_debug_copied(size_t bytes);
void dri_ledger_figures(dr_memory_figures* figures);

typedef enum dri_slice_kind { DRI_SLICE_RELEASE, DRI_SLICE_COLLECTION, DRI_SLICES } dri_slice_kind;
/* Slices of a kind nest; the outermost is the one that is measured, and the work inside is added up. */
void dri_slice_begin(dri_slice_kind kind);
void dri_slice_end(dri_slice_kind kind, int64_t objects, bool unbounded);

/* ---- timeline.c, leaks.c ---- */

void dri_timeline_add(uint32_t type_id, size_t bytes);
bool dri_is_timeline(const char* path);
void dri_write_timeline(FILE* out);
/* What is alive, by type and site; to be asked at the end only. */
const dri_site_table* dri_leaks(void);
void dri_warn_about_leaks(void);

#else
#define dri_debug_copied(bytes) ((void)0)
#define dri_slice_begin(kind) ((void)0)
#define dri_slice_end(kind, objects, unbounded) ((void)(unbounded))
#endif

/* ---- overflow.c ---- */

/* From now on an exhausted stack is reported; to be called near the bottom of the stack. */
void dri_watch_the_stack(void);

/* ---- init.c ---- */

extern DR_THREAD_LOCAL const dr_program* dri_program;
/* Ends the process after an orderly end is no longer possible: report with "ended early", flush, exit. */
DR_NORETURN void dri_end_early(int status);

#endif
