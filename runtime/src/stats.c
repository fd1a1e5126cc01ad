/* stats.c: figures about memory, and the tracking of a debug build: report, leak warnings, quarantine.
 *
 * In a DR_DEBUG_MEMORY build every block has a dri_large in front that knows its type and where it was allocated.
 * [quarantine] A freed block is filled with 0xDB and its count set to a mark; it is given back only when the quarantine
 * is full, so that a second release or a late retain finds the mark, is named, and ends the program with status
 * DR_EXIT_MEMORY_ERROR. [report] The four lines of the documentation come first and have exactly its form. */
#include "internal.h"

#include <inttypes.h>

DR_THREAD_LOCAL bool dri_ended_early;

int64_t dr_memory_live_objects(void) {
    int64_t objects;
    int64_t bytes;
    dri_drain_all();
    dri_forget_dead_candidates();
    dri_count_blocks(&objects, &bytes);
    return objects;
}

int64_t dr_memory_live_bytes(void) {
    int64_t objects;
    int64_t bytes;
    dri_drain_all();
    dri_forget_dead_candidates();
    dri_count_blocks(&objects, &bytes);
    return bytes;
}

void dr_debug_validate(void) {
    dri_validate_pages();
}

#if !DR_DEBUG_MEMORY

void dr_memory_figures_now(dr_memory_figures* figures) {
    memset(figures, 0, sizeof *figures);
    dri_page_figures(figures);
    figures->live_objects = dr_memory_live_objects();
    figures->live_bytes = dr_memory_live_bytes();
    figures->copies = dri_copies;
    figures->copied_bytes = dri_copied_bytes;
    dri_cycle_figures(figures);
}

void dr_exit_report(void) {
}

#else

enum { QUARANTINE_BLOCKS = 1 << 16, POOL_BITS = DR_POOL_CLASSES, MOST_TYPES = 4096, MOST_LEAK_LINES = 100 };

static const size_t quarantine_bytes = 64u << 20;
static const int32_t dead_count = INT32_MIN + 0xDEAD;

DR_THREAD_LOCAL const char* dri_site;

static DR_THREAD_LOCAL int64_t allocations;
static DR_THREAD_LOCAL int64_t retains;
static DR_THREAD_LOCAL int64_t releases;
static DR_THREAD_LOCAL int64_t bytes_now;
static DR_THREAD_LOCAL int64_t bytes_peak;
static DR_THREAD_LOCAL bool reported;
/* Types beyond the first so many share the last entry. */
static DR_THREAD_LOCAL int64_t type_allocations[MOST_TYPES];
static DR_THREAD_LOCAL bool pool_used[POOL_BITS + 1];

static DR_THREAD_LOCAL dri_large* quarantine[QUARANTINE_BLOCKS];
static DR_THREAD_LOCAL size_t quarantine_next;
static DR_THREAD_LOCAL size_t quarantine_size;

/* ---- tracking ---- */

static void add_bytes(int64_t bytes) {
    bytes_now += bytes;
    bytes_peak = bytes_now > bytes_peak ? bytes_now : bytes_peak;
}

void dri_debug_allocated(dri_large* block) {
    add_bytes((int64_t)block->size);
    if (block->kind != DRI_RAW) {
        allocations++;
        pool_used[block->size <= DR_POOL_LIMIT ? (block->size + 7) / 8 : POOL_BITS] = true;
    }
}

void dri_debug_typed(void* block, uint32_t id) {
    dri_large_of(block)->type_id = id;
    type_allocations[id < MOST_TYPES ? id : MOST_TYPES - 1]++;
}

void dri_debug_resized(size_t old_size, size_t new_size) {
    add_bytes((int64_t)new_size - (int64_t)old_size);
    allocations++;
}

static void evict(dri_large** slot) {
    if (*slot != NULL) {
        quarantine_size -= (*slot)->size;
        dri_os_free(*slot);
        *slot = NULL;
    }
}

bool dri_debug_freed(dri_large* block) {
    add_bytes(-(int64_t)block->size);
    if (block->kind == DRI_RAW || block->size < sizeof(dr_header)) {
        return false;
    }
    block->freed_at = dri_site;
    dr_header* obj = (dr_header*)(void*)(block + 1);
    memset(obj, 0xDB, block->size);
    obj->ref_count = dead_count;
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
    const char* name = block->type_id == DR_UNTYPED ? "object" : dri_types[block->type_id]->name;
    dr_console_flush();
    fprintf(stderr, "Memory error: %s of %s object", what, name);
    fprintf(stderr, " allocated at %s", block->site != NULL ? block->site : "unknown");
    fprintf(stderr, " that was freed at %s\n", block->freed_at != NULL ? block->freed_at : "unknown");
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

/* ---- the report ---- */

void dr_memory_figures_now(dr_memory_figures* figures) {
    memset(figures, 0, sizeof *figures);
    dri_page_figures(figures);
    figures->live_objects = dr_memory_live_objects();
    figures->live_bytes = dr_memory_live_bytes();
    figures->allocations = allocations;
    figures->retains = retains;
    figures->releases = releases;
    figures->peak_bytes = bytes_peak;
    for (int i = 0; i <= POOL_BITS; i++) {
        figures->pools_used += pool_used[i] && i < POOL_BITS;
    }
    figures->copies = dri_copies;
    figures->copied_bytes = dri_copied_bytes;
    dri_cycle_figures(figures);
}

/* 1247 as 1,247. */
static const char* grouped(int64_t n, char* buffer) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, n);
    char* to = buffer;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = 0;
    return buffer;
}

static const char* block_type_name(const dri_large* block) {
    return block->type_id == DR_UNTYPED ? "object" : dri_types[block->type_id]->name;
}

static bool is_object(const dri_large* block) {
    return block->kind != DRI_RAW;
}

static bool same_site(const dri_large* a, const dri_large* b) {
    return a->site == b->site || (a->site != NULL && b->site != NULL && strcmp(a->site, b->site) == 0);
}

static dri_large* oldest_block(void) {
    return (dri_large*)(void*)dri_larges.prev;
}

static bool is_end(const dri_large* block) {
    return &block->link == &dri_larges;
}

static dri_large* younger(const dri_large* block) {
    return (dri_large*)(void*)block->link.prev;
}

/* Whether an older block has the same type, and the same site if asked. */
static bool seen_before(const dri_large* block, bool compare_site) {
    for (dri_large* older = oldest_block(); older != block; older = younger(older)) {
        if (is_object(older) && older->type_id == block->type_id && (!compare_site || same_site(older, block))) {
            return true;
        }
    }
    return false;
}

/* How many blocks from this one on share its type, and its site if asked. */
static int64_t count_like(const dri_large* block, bool compare_site) {
    int64_t count = 0;
    for (const dri_large* other = block; !is_end(other); other = younger(other)) {
        count += is_object(other) && other->type_id == block->type_id && (!compare_site || same_site(other, block));
    }
    return count;
}

/* One warning a type, oldest first, with its sites. Quadratic, but needs no memory, and stops after so many lines. */
static void warn_about_leaks(FILE* out) {
    int lines = 0;
    for (dri_large* block = oldest_block(); !is_end(block) && lines < MOST_LEAK_LINES; block = younger(block)) {
        if (!is_object(block) || seen_before(block, false)) {
            continue;
        }
        fprintf(out, "Warning: %" PRId64 " %s object(s) not released at program exit\n", count_like(block, false),
                block_type_name(block));
        for (dri_large* same = block; !is_end(same) && lines < MOST_LEAK_LINES; same = younger(same)) {
            if (is_object(same) && same->type_id == block->type_id && !seen_before(same, true)) {
                fprintf(out, "  %" PRId64 " allocated at %s\n", count_like(same, true),
                        same->site != NULL ? same->site : "unknown");
                lines++;
            }
        }
    }
}

static void print_types(FILE* out) {
    char number[40];
    fputs("Allocations by type:\n", out);
    for (uint32_t id = 0; id < MOST_TYPES; id++) {
        if (type_allocations[id] != 0) {
            fprintf(out, "  %s: %s\n", dri_types[id]->name, grouped(type_allocations[id], number));
        }
    }
}

static void write_json(const dr_memory_figures* f, const char* path) {
    FILE* out = fopen(path, "w");
    if (out == NULL) {
        fprintf(stderr, "Warning: cannot write memory report %s\n", path);
        return;
    }
    fprintf(out,
            "{\n  \"allocations\": %" PRId64 ",\n  \"retains\": %" PRId64 ",\n  \"releases\": %" PRId64
            ",\n  \"copies\": %" PRId64 ",\n  \"copied_bytes\": %" PRId64 ",\n  \"live\": %" PRId64
            ",\n  \"live_bytes\": %" PRId64 ",\n  \"peak\": %" PRId64 ",\n  \"pools\": %" PRId64
            ",\n  \"collections\": %" PRId64 ",\n  \"collected\": %" PRId64 ",\n  \"traced\": %" PRId64
            ",\n  \"uncovered\": %" PRId64 ",\n  \"ended_early\": %s\n}\n",
            f->allocations, f->retains, f->releases, f->copies, f->copied_bytes, f->live_objects, f->live_bytes,
            f->peak_bytes, f->pools_used, f->collections, f->collected, f->traced, dr_debug_uncovered(),
            dri_ended_early ? "true" : "false");
    fclose(out);
}

void dr_exit_report(void) {
    char number[40];
    dr_memory_figures f;
    if (reported) {
        return;
    }
    reported = true;
    dr_memory_figures_now(&f);
    fflush(stdout);
    fprintf(stderr, "Total allocations: %s\n", grouped(f.allocations, number));
    fprintf(stderr, "Peak memory usage: %.1f MB\n", (double)f.peak_bytes / (1024 * 1024));
    fprintf(stderr, "Active objects at exit: %s\n", grouped(f.live_objects, number));
    fprintf(stderr, "Memory pools used: %s\n", grouped(f.pools_used, number));
    fprintf(stderr, "Retains: %s\n", grouped(f.retains, number));
    fprintf(stderr, "Releases: %s\n", grouped(f.releases, number));
    fprintf(stderr, "Array copies: %s", grouped(f.copies, number));
    fprintf(stderr, " (%s bytes)\n", grouped(f.copied_bytes, number));
    fprintf(stderr, "Cycle collections: %s", grouped(f.collections, number));
    fprintf(stderr, " (%s objects freed)\n", grouped(f.collected, number));
    print_types(stderr);
    if (dri_ended_early) {
        fputs("ended early\n", stderr);
    } else {
        warn_about_leaks(stderr);
    }
    fflush(stderr);
    const char* path = getenv("DREAM_MEMORY_REPORT");
    if (path != NULL && *path != 0) {
        write_json(&f, path);
    }
}

#endif
