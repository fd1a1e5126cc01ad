/* report.c: the report of a debug build on stderr, and the files that DREAM_MEMORY_REPORT asks for.
 *
 * [report] The four lines of the documentation come first and have exactly its form. DREAM_MEMORY_REPORT=FILE writes the
 * same as JSON, FILE.speedscope.json the allocations in their order (timeline.c). A release build has no report, and writes
 * into its JSON file what it knows. Nothing here asks for memory from the heap that it reports on. */
#include "internal.h"

#include <inttypes.h>

static void write_figures(FILE* out, const dr_memory_figures* f) {
    const struct {
        const char* name;
        int64_t value;
    } entries[] = {
        {"allocations", f->allocations},
        {"retains", f->retains},
        {"releases", f->releases},
        {"copies", f->copies},
        {"copied_bytes", f->copied_bytes},
        {"live", f->live_objects},
        {"live_bytes", f->live_bytes},
        {"peak", f->peak_bytes},
        {"pools", f->pools_used},
        {"page_bytes", f->page_bytes},
        {"page_metadata_bytes", f->page_metadata_bytes},
        {"collections", f->collections},
        {"collected", f->collected},
        {"traced", f->traced},
        {"uncovered", dr_debug_uncovered()},
        {"longest_release_objects", f->longest_release_objects},
        {"longest_release_nanoseconds", f->longest_release_nanoseconds},
        {"longest_collection_objects", f->longest_collection_objects},
        {"longest_collection_nanoseconds", f->longest_collection_nanoseconds},
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        fprintf(out, "  \"%s\": %" PRId64 ",\n", entries[i].name, entries[i].value);
    }
    fprintf(out, "  \"ended_early\": %s", dri_ended_early ? "true" : "false");
}

#if DR_DEBUG_MEMORY

/* A JSON string. Bytes beyond ASCII are passed on: names and paths are UTF-8. */
void dri_write_text(FILE* out, const char* text) {
    fputc('"', out);
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20) {
            fprintf(out, "\\u%04x", c);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}

static void write_types(FILE* out) {
    bool any = false;
    fputs(",\n  \"types\": [", out);
    for (uint32_t id = 0; id < DRI_MOST_TYPES; id++) {
        const dri_type_row* row = &dri_type_rows[id];
        if (row->allocated != 0) {
            fputs(any ? ",\n    {\"name\": " : "\n    {\"name\": ", out);
            any = true;
            dri_write_text(out, dri_type_name(id));
            fprintf(out, ", \"allocated\": %" PRId64 ", \"freed\": %" PRId64 ", \"live\": %" PRId64, row->allocated,
                    row->freed, row->allocated - row->freed);
            fprintf(out, ", \"peak_bytes\": %" PRId64 "}", row->peak_bytes);
        }
    }
    fputs("\n  ]", out);
}

/* What is left and what was copied, by site; `with_type` names the type of each row, too. */
static void write_sites(FILE* out, const char* name, const dri_site_table* table, bool with_type) {
    const dri_site_row* row = NULL;
    bool any = false;
    fprintf(out, ",\n  \"%s\": [", name);
    while ((row = dri_site_next(table, row)) != NULL) {
        fputs(any ? ",\n    {\"site\": " : "\n    {\"site\": ", out);
        any = true;
        dri_write_text(out, row->site);
        if (with_type) {
            fputs(", \"type\": ", out);
            dri_write_text(out, dri_type_name(row->type_id));
        }
        fprintf(out, ", \"count\": %" PRId64 ", \"bytes\": %" PRId64 "}", row->count, row->bytes);
    }
    fputs("\n  ]", out);
}

#endif

static void write_json(FILE* out, const dr_memory_figures* figures) {
    fputs("{\n", out);
    write_figures(out, figures);
#if DR_DEBUG_MEMORY
    write_types(out);
    write_sites(out, "copy_sites", &dri_copy_sites, false);
    write_sites(out, "leaks", dri_leaks(), true);
#endif
    fputs("\n}\n", out);
}

void dri_write_report(const dr_memory_figures* figures, const char* path) {
    FILE* out = fopen(path, "w");
    if (out == NULL) {
        fprintf(stderr, "Warning: cannot write memory report %s\n", path);
        return;
    }
#if DR_DEBUG_MEMORY
    if (dri_is_timeline(path)) {
        dri_write_timeline(out);
    } else {
        write_json(out, figures);
    }
#else
    write_json(out, figures);
#endif
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        fprintf(stderr, "Warning: cannot write memory report %s\n", path);
    }
}

#if DR_DEBUG_MEMORY

enum { MOST_COPY_LINES = 10 };

/* 1247 as 1,247. */
static const char* grouped(int64_t n, char* buffer) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, n);
    char* to = buffer;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = 0;
    return buffer;
}

static void print_number(const char* before, int64_t n, const char* after) {
    char number[40];
    fprintf(stderr, "%s%s%s", before, grouped(n, number), after);
}

static void print_types(void) {
    char text[4][40];
    fprintf(stderr, "%-24s %14s %14s %12s %16s\n", "Type", "allocated", "freed", "live", "peak bytes");
    for (uint32_t id = 0; id < DRI_MOST_TYPES; id++) {
        const dri_type_row* row = &dri_type_rows[id];
        if (row->allocated != 0) {
            fprintf(stderr, "%-24s %14s %14s %12s %16s\n", dri_type_name(id), grouped(row->allocated, text[0]),
                    grouped(row->freed, text[1]), grouped(row->allocated - row->freed, text[2]),
                    grouped(row->peak_bytes, text[3]));
        }
    }
}

static void print_copies(const dr_memory_figures* f) {
    const dri_site_row* row = NULL;
    print_number("Array copies: ", f->copies, "");
    print_number(" (", f->copied_bytes, " bytes)\n");
    for (int line = 0; line < MOST_COPY_LINES && (row = dri_site_next(&dri_copy_sites, row)) != NULL; line++) {
        print_number("  ", row->count, "");
        print_number(" (", row->bytes, " bytes) at ");
        fprintf(stderr, "%s\n", row->site);
    }
}

static void print_slice(const char* name, int64_t objects, int64_t nanoseconds) {
    print_number(name, objects, " objects");
    fprintf(stderr, " in %.1f us\n", (double)nanoseconds / 1000);
}

void dri_print_report(const dr_memory_figures* f) {
    print_number("Total allocations: ", f->allocations, "\n");
    fprintf(stderr, "Peak memory usage: %.1f MB\n", (double)f->peak_bytes / (1024 * 1024));
    print_number("Active objects at exit: ", f->live_objects, "\n");
    print_number("Memory pools used: ", f->pools_used, "\n");
    print_types();
    print_number("Retains: ", f->retains, "\n");
    print_number("Releases: ", f->releases, "\n");
    print_copies(f);
    print_number("Cycle collections: ", f->collections, "");
    print_number(" (", f->collected, " objects freed)\n");
    print_slice("Longest collection: ", f->longest_collection_objects, f->longest_collection_nanoseconds);
    print_slice("Longest release: ", f->longest_release_objects, f->longest_release_nanoseconds);
    if (dri_ended_early) {
        fputs("ended early\n", stderr);
    } else {
        dri_warn_about_leaks();
    }
    fflush(stderr);
}

#endif
