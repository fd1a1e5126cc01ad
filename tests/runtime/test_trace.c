/* test_trace.c: call stacks as text, from the marks of the shadow stack: short, long, longer than what is kept, equal ones,
 * too many different ones, and without memory. */
#define DR_MANAGED 1
#include "check.h"

/* As functions with DR_FRAME and DR_CALL_SITE leave it. */
static void stand_in(uint32_t frames) {
    for (uint32_t i = 0; i < DR_TRACE_FRAMES; i++) {
        dri_sites[i] = i == 0 ? "main (t.dr:1)" : "f (t.dr:2)";
    }
    dri_frame = frames;
}

static const char* thrown_from(const char* where) {
    dr_throw_text(dr_string_from_c("boom"), where);
    dr_exception* exception = dr_take();
    const char* trace = exception->where;
    dr_release_any(exception);
    return trace;
}

static int lines_of(const char* text) {
    int lines = 1;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static void shapes(void) {
    stand_in(0);
    CHECK(strcmp(thrown_from("g (t.dr:3)"), "g (t.dr:3)") == 0);
    stand_in(2);
    CHECK(thrown_from(NULL) == NULL);
    const char* trace = thrown_from("g (t.dr:3)");
    CHECK(strcmp(trace, "g (t.dr:3)\n  at f (t.dr:2)\n  at main (t.dr:1)") == 0);
    CHECK(thrown_from("g (t.dr:3)") == trace && thrown_from("h (t.dr:3)") != trace);
    stand_in(50);
    CHECK(lines_of(thrown_from("g")) == 51);
    stand_in(1000);
    trace = thrown_from("g");
    CHECK(lines_of(trace) == 52 && strstr(trace, "\n  ... 950 more\n") != NULL);
    CHECK(strcmp(trace + strlen(trace) - 13, "main (t.dr:1)") == 0);
    /* The outermost are forgotten. */
    stand_in(DR_TRACE_FRAMES + 100);
    trace = thrown_from("g");
    CHECK(lines_of(trace) == 42 && strstr(trace, "  ... 4156 more") != NULL);
}

static void texts(void) {
    stand_in(1);
    dr_throw_text(NULL, "g");
    void* exception = dr_take();
    CHECK_OWN(dr_exception_trace(exception), "  at g\n  at main (t.dr:1)");
    dr_release_any(exception);
    dr_throw_text(NULL, NULL);
    exception = dr_take();
    CHECK_OWN(dr_exception_trace(exception), "");
    dr_release_any(exception);
}

/* In a child: what was thrown from stays. */
static void many(int argument) {
    (void)argument;
    static char places[2000][24];
    stand_in(1);
    for (int i = 0; i < 2000; i++) {
        snprintf(places[i], sizeof places[i], "g (t.dr:%d)", i);
        const char* trace = thrown_from(places[i]);
        /* Those of the parent count. */
        CHECK(i >= 1024 ? trace == places[i] : i >= 1000 || lines_of(trace) == 2);
    }
}

static void no_memory(void) {
    stand_in(1);
    char* text = dr_string_from_c("boom");
    dr_exception* exception = NULL;
    dr_throw_text(text, "first");
    exception = dr_take();
    dr_debug_fail_after(1, true);
    dr_throw(exception, "again");
    dr_debug_fail_after(0, false);
    exception = dr_take();
    CHECK(strcmp(exception->where, "again") == 0);
    dr_release_any(exception);
}

void suite_trace(void) {
    child c;
    shapes();
    texts();
    run_child(&c, many, 0);
    CHECK(c.status == 0);
    no_memory();
    stand_in(0);
}
