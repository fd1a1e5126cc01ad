/* ledger.c: what a debug build writes down about every block: by type, by site, in quarantine.
 *
 * Every block has a dri_large in front that knows its type and where it was allocated. Tables have a fixed size, so that
 * keeping the books never needs memory; what does not fit is added up in their last row.
 * [quarantine] A freed block is filled with 0xDB and its count set to a mark; it is given back only when the quarantine
 * is full, so that a second release or a late retain finds the mark, is named, and ends the program with status
 * DR_EXIT_MEMORY_ERROR. Under AddressSanitizer a read of its fields is caught as well.
 * [slice] The work that one release or allocation does for objects that wait, and one collection. What was asked for in
 * so many words (`x = null`, the end of the program) has no bound and is not counted. */
#include "internal.h"

#if DR_DEBUG_MEMORY

#include <time.h>

enum { QUARANTINE_BLOCKS = 1 << 16, LARGE_BLOCKS = DR_POOL_CLASSES };

static const size_t quarantine_bytes = 64u << 20;
static const int32_t dead_count = INT32_MIN + 0xDEAD;

DR_THREAD_LOCAL const char* dri_site;
DR_THREAD_LOCAL dri_type_row dri_type_rows[DRI_MOST_TYPES];
DR_THREAD_LOCAL dri_site_table dri_copy_sites;

static DR_THREAD_LOCAL int64_t allocations;
static DR_THREAD_LOCAL int64_t retains;
static DR_THREAD_LOCAL int64_t releases;
static DR_THREAD_LOCAL int64_t bytes_now;
static DR_THREAD_LOCAL int64_t bytes_peak;
static DR_THREAD_LOCAL bool pool_used[LARGE_BLOCKS + 1];

static DR_THREAD_LOCAL dri_large* quarantine[QUARANTINE_BLOCKS];
static DR_THREAD_LOCAL size_t quarantine_next;
static DR_THREAD_LOCAL size_t quarantine_size;

/* ---- tables by site ---- */

static bool is_site(const dri_site_row* row, uint32_t type_id, const char* name) {
    return row->type_id == type_id && (row->site == name || strcmp(row->site, name) == 0);
}

/* The row of that type and site, or the empty one where it belongs; the last row when the table is full. */
size_t dri_site_find(const dri_site_table* table, uint32_t type_id, const char* site) {
    enum { ROWS = DRI_MOST_SITES - 1 };
    const char* name = dri_site_name(site);
    uint32_t hash = dri_hash_bytes(name, strlen(name));
    size_t at = (hash ^ type_id * 2654435761u) % ROWS;
    for (size_t probes = 0; probes < ROWS; probes++) {
        const dri_site_row* row = &table->rows[at];
        if (row->count == 0 || is_site(row, type_id, name)) {
            return at;
        }
        at = (at + 1) % ROWS;
    }
    return ROWS;
}

void dri_site_add(dri_site_table* table, uint32_t type_id, const char* site, int64_t bytes) {
    size_t at = dri_site_find(table, type_id, site);
    dri_site_row* row = &table->rows[at];
    row->type_id = type_id;
    row->site = at == DRI_MOST_SITES - 1 ? "other places" : dri_site_name(site);
    row->count++;
    row->bytes += bytes;
}

/* Most bytes first; then in the order of the table, which is the same on every run. */
static bool comes_before(const dri_site_row* a, const dri_site_row* b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
}

const dri_site_row* dri_site_next(const dri_site_table* table, const dri_site_row* after) {
    const dri_site_row* next = NULL;
    for (size_t i = 0; i < DRI_MOST_SITES; i++) {
        const dri_site_row* row = &table->rows[i];
        bool is_left = row->count != 0 && (after == NULL || comes_before(after, row));
        if (is_left && (next == NULL || comes_before(row, next))) {
            next = row;
        }
    }
    return next;
}

/* ---- allocations ---- */

static dri_type_row* type_row(uint32_t id) {
    return &dri_type_rows[id < DRI_MOST_TYPES ? id : DRI_MOST_TYPES - 1];
}

static void add_type_bytes(dri_type_row* row, int64_t bytes) {
    row->bytes += bytes;
    row->peak_bytes = row->bytes > row->peak_bytes ? row->bytes : row->peak_bytes;
}

static void add_bytes(int64_t bytes) {
    bytes_now += bytes;
    bytes_peak = bytes_now > bytes_peak ? bytes_now : bytes_peak;
}

static void add_object(dri_large* block) {
    dri_type_row* row = type_row(block->type_id);
    row->allocated++;
    add_type_bytes(row, (int64_t)block->size);
    dri_timeline_add(block->type_id, block->size);
}

void dri_debug_allocated(dri_large* block) {
    add_bytes((int64_t)block->size);
    if (block->kind == DRI_RAW) {
        return;
    }
    allocations++;
    pool_used[block->size <= DR_POOL_LIMIT ? (block->size + 7) / 8 : LARGE_BLOCKS] = true;
    if (block->kind == DRI_UNTYPED) {
        add_object(block);
    }
}

void dri_debug_typed(void* block, uint32_t id) {
    dri_large* large = dri_large_of(block);
    large->type_id = id;
    add_object(large);
}

void dri_debug_resized(const dri_large* block, size_t old_size) {
    int64_t more = (int64_t)block->size - (int64_t)old_size;
    add_bytes(more);
    allocations++;
    add_type_bytes(type_row(block->type_id), more);
    dri_timeline_add(block->type_id, block->size);
}

void dri_debug_copied(size_t bytes) {
    dri_site_add(&dri_copy_sites, 0, dri_site, (int64_t)bytes);
}

/* ---- quarantine ---- */

static void evict(dri_large** slot) {
    if (*slot != NULL) {
        quarantine_size -= (*slot)->size;
        DRI_UNPOISON(*slot + 1, (*slot)->size);
        dri_os_free(*slot);
        *slot = NULL;
    }
}

bool dri_debug_freed(dri_large* block) {
    add_bytes(-(int64_t)block->size);
    if (block->kind == DRI_RAW) {
        return false;
    }
    dri_type_row* row = type_row(block->type_id);
    row->freed++;
    row->bytes -= (int64_t)block->size;
    block->freed_at = dri_site;
    dr_header* obj = (dr_header*)(void*)(block + 1);
    memset(obj, 0xDB, block->size);
    obj->ref_count = dead_count;
    DRI_POISON(obj + 1, block->size - sizeof *obj);
    evict(&quarantine[quarantine_next]);
    quarantine[quarantine_next] = block;
    quarantine_next = (quarantine_next + 1) % QUARANTINE_BLOCKS;
    quarantine_size += block->size;
    for (size_t i = quarantine_next; quarantine_size > quarantine_bytes; i = (i + 1) % QUARANTINE_BLOCKS) {
        evict(&quarantine[i]);
    }
    return true;
}

static void memory_error(const dr_header* obj, const char* what) {
    const dri_large* block = dri_large_of((void*)(uintptr_t)obj);
    dr_console_flush();
    fprintf(stderr, "Memory error: %s of %s object", what, dri_type_name(block->type_id));
    fprintf(stderr, " allocated at %s", dri_site_name(block->site));
    fprintf(stderr, " that was freed at %s\n", dri_site_name(block->freed_at));
    if (dri_site != NULL) {
        fprintf(stderr, "  at %s\n", dri_site);
    }
    fflush(stderr);
    exit(DR_EXIT_MEMORY_ERROR);
}

void dri_debug_retain(const dr_header* obj) {
    retains++;
    if (obj->ref_count == dead_count) {
        memory_error(obj, "use after release");
    }
}

void dri_debug_release(const dr_header* obj) {
    releases++;
    if (obj->ref_count == dead_count) {
        memory_error(obj, "double release");
    }
}

/* ---- slices ---- */

typedef struct slice {
    int64_t started;
    int64_t cpu_started;
    int64_t objects;
    int depth;
    bool unbounded;
    int64_t most_objects;
    int64_t most_nanoseconds;
} slice;

static DR_THREAD_LOCAL slice slices[DRI_SLICES];

#if defined(CLOCK_MONOTONIC) && defined(CLOCK_THREAD_CPUTIME_ID)
enum { ELAPSED = CLOCK_MONOTONIC, CPU = CLOCK_THREAD_CPUTIME_ID };

static int64_t nanoseconds(int which) {
    struct timespec time;
    clock_gettime(which, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
#else
enum { ELAPSED, CPU };

static int64_t nanoseconds(int which) {
    (void)which;
    return (int64_t)clock() * (1000000000 / CLOCKS_PER_SEC);
}
#endif

/* [cpu] What counts is the time that the program ran, not that it waited for its turn. Asking for it is a call of the
 * system, so a reading serves all slices that begin within so much time, which is all that it can be wrong by. */
enum { READING_LASTS = 10000 };
static DR_THREAD_LOCAL int64_t read_at;
static DR_THREAD_LOCAL int64_t cpu_read;

void dri_slice_begin(dri_slice_kind kind) {
    slice* s = &slices[kind];
    if (s->depth++ == 0) {
        s->objects = 0;
        s->unbounded = false;
        s->started = nanoseconds(ELAPSED);
        if (s->started - read_at > READING_LASTS) {
            read_at = s->started;
            cpu_read = nanoseconds(CPU);
        }
        s->cpu_started = cpu_read;
    }
}

void dri_slice_end(dri_slice_kind kind, int64_t objects, bool unbounded) {
    slice* s = &slices[kind];
    s->objects += objects;
    s->unbounded |= unbounded;
    if (--s->depth == 0 && !s->unbounded) {
        s->most_objects = s->objects > s->most_objects ? s->objects : s->most_objects;
        int64_t took = nanoseconds(ELAPSED) - s->started;
        if (took > s->most_nanoseconds) {
            int64_t ran = nanoseconds(CPU) - s->cpu_started;
            took = ran < took ? ran : took;
            s->most_nanoseconds = took > s->most_nanoseconds ? took : s->most_nanoseconds;
        }
    }
}

/* ---- figures ---- */

const char* dri_type_name(uint32_t id) {
    return id == DR_UNTYPED ? "object" : dri_types[id]->name;
}

const char* dri_site_name(const char* site) {
    return site != NULL ? site : "unknown";
}

void dri_ledger_figures(dr_memory_figures* figures) {
    figures->allocations = allocations;
    figures->retains = retains;
    figures->releases = releases;
    figures->peak_bytes = bytes_peak;
    for (int i = 0; i < LARGE_BLOCKS; i++) {
        figures->pools_used += pool_used[i];
    }
    figures->longest_release_objects = slices[DRI_SLICE_RELEASE].most_objects;
    figures->longest_release_nanoseconds = slices[DRI_SLICE_RELEASE].most_nanoseconds;
    figures->longest_collection_objects = slices[DRI_SLICE_COLLECTION].most_objects;
    figures->longest_collection_nanoseconds = slices[DRI_SLICE_COLLECTION].most_nanoseconds;
}

#endif
