/* trace.c: call stacks as text.
 *
 * A trace is one static text, "f (a.dr:3)\n  at g (a.dr:9)": it stands wherever the place of a throw alone would. Equal
 * traces are one text, so throwing in a loop costs no memory; what was ever thrown from stays until the program ends.
 * Nothing here fails: without memory a trace is the place of the throw. */
#include "internal.h"

DR_THREAD_LOCAL const char* dri_sites[DR_TRACE_FRAMES];
DR_THREAD_LOCAL uint32_t dri_frame;

/* Of a deep recursion both ends tell the most. */
#define SHOWN_INNER 40u
#define SHOWN_OUTER 10u
#define MOST_TRACES 1024u

typedef struct kept_trace {
    struct kept_trace* next;
    size_t length;
    char text[];
} kept_trace;

static DR_THREAD_LOCAL kept_trace* kept_traces[256];
static DR_THREAD_LOCAL uint32_t trace_count;

typedef struct trace_writer {
    char* text; /* NULL: only counts */
    size_t length;
} trace_writer;

static void write_trace_text(trace_writer* to, const char* text) {
    size_t length = strlen(text);
    if (to->text != NULL) {
        memcpy(to->text + to->length, text, length);
    }
    to->length += length;
}

static void write_trace_frames(trace_writer* to, uint32_t begin, uint32_t end) {
    for (uint32_t i = end; i-- > begin;) {
        write_trace_text(to, "\n  at ");
        write_trace_text(to, dri_sites[i % DR_TRACE_FRAMES]);
    }
}

static void write_trace(trace_writer* to, const char* where) {
    write_trace_text(to, where);
    if (dri_frame <= SHOWN_INNER + SHOWN_OUTER) {
        write_trace_frames(to, 0, dri_frame);
        return;
    }
    write_trace_frames(to, dri_frame - SHOWN_INNER, dri_frame);
    uint32_t outer = dri_frame <= DR_TRACE_FRAMES ? SHOWN_OUTER : 0;
    char gap[48];
    snprintf(gap, sizeof gap, "\n  ... %u more", dri_frame - SHOWN_INNER - outer);
    write_trace_text(to, gap);
    write_trace_frames(to, 0, outer);
}

const char* dri_trace(const char* where) {
    if (where == NULL || dri_frame == 0) {
        return where;
    }
    trace_writer count = {NULL, 0};
    write_trace(&count, where);
    kept_trace* made = dri_os_alloc(sizeof(kept_trace) + count.length + 1);
    if (made == NULL) {
        return where;
    }
    trace_writer out = {made->text, 0};
    write_trace(&out, where);
    made->text[out.length] = '\0';
    made->length = out.length;

    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < made->length; i++) {
        hash = (hash ^ (unsigned char)made->text[i]) * 16777619u;
    }
    kept_trace** row = &kept_traces[hash % 256];
    for (kept_trace* each = *row; each != NULL; each = each->next) {
        if (each->length == made->length && memcmp(each->text, made->text, made->length) == 0) {
            dri_os_free(made);
            return each->text;
        }
    }
    if (trace_count == MOST_TRACES) {
        dri_os_free(made);
        return where;
    }
    trace_count++;
    made->next = *row;
    *row = made;
    return made->text;
}

DR_OWN char* dr_exception_trace(DR_BORROW const void* exception) {
    const char* where = ((const dr_exception*)exception)->where;
    if (where == NULL) {
        return dr_empty_string;
    }
    return dr_string_append_bytes(dr_string_from_c("  at "), where, strlen(where));
}
