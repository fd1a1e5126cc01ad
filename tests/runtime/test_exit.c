/* test_exit.c: what happens at exit: globals, deferred work, uncovered garbage, and the report of a debug build. */
#define DR_MANAGED 1
#include "check.h"

#include <unistd.h>

/* Garbage that nobody noted: the walk at exit finds and counts it. */
static void end_with_uncovered_garbage(int argument) {
    (void)argument;
    Graph* n = dr_new(Graph);
    n->edges[0] = n;
    Graph* live = dr_new(Graph);
    live->edges[0] = dr_retain_cyclic(live);
    dr_exit(0);
    printf("%d uncovered, %d alive\n", (int)dr_debug_uncovered(), (int)dr_memory_live_objects());
}

static void end_with_deferred_work(int argument) {
    Node* list = NULL;
    for (int i = 0; i < argument; i++) {
        Node* node = dr_new(Node);
        node->next = list;
        list = node;
    }
    dr_release_object(list);
    dr_exit(0);
    printf("%d alive\n", (int)dr_memory_live_objects());
}

static void end_on_full_device(int argument) {
    (void)argument;
    if (freopen("/dev/full", "w", stdout) == NULL) {
        _exit(1);
    }
    dr_console_write_line(dr_literal("lost", 4));
    _exit(dr_exit(0));
}

#if DR_DEBUG_MEMORY

static void end_with_leaks(int argument) {
    (void)argument;
    DR_AT("app.dr:3");
    char* leaked = dr_string_from_c("Memory leak test");
    (void)leaked;
    DR_AT("app.dr:4");
    for (int i = 0; i < 3; i++) {
        (void)dr_new(Leaf);
    }
    for (int i = 0; i < 1243; i++) {
        dr_release_string(dr_string_from_c("kept short"));
    }
    int32_t* a = dr_new_array(DR_ARRAY_INT, 10, "");
    int32_t* b = dr_retain_array(a);
    dr_make_unique(&b);
    dr_release_array(a);
    dr_release_array(b);
    dr_exit(0);
}

static void end_with_double_release(int argument) {
    DR_AT("app.dr:5");
    Leaf* leaf = dr_new(Leaf);
    DR_AT("app.dr:6");
    dr_release_object(leaf);
    DR_AT("app.dr:7");
    if (argument == 0) {
        dr_release_object(leaf);
    } else {
        dr_retain_object(leaf);
    }
}

static void debug_report(void) {
    child c;
    setenv("DREAM_MEMORY_REPORT", "/dev/stdout", 1);
    run_child(&c, end_with_leaks, 0);
    unsetenv("DREAM_MEMORY_REPORT");
    const char* expected = "Total allocations: 1,249\nPeak memory usage: 0.0 MB\nActive objects at exit: 4\nMemory pools used: 4\n";
    CHECK(strncmp(c.err, expected, strlen(expected)) == 0);
    CHECK(strstr(c.err, "Warning: 1 string object(s) not released at program exit\n  1 allocated at app.dr:3\n") != NULL);
    CHECK(strstr(c.err, "Warning: 3 Leaf object(s) not released at program exit\n  3 allocated at app.dr:4\n") != NULL);
    CHECK(strstr(c.err, "Array copies: 1 (40 bytes)\n") != NULL);
    CHECK(strstr(c.out, "\"allocations\": 1249") != NULL && strstr(c.out, "\"live\": 4") != NULL);
    run_child(&c, end_with_double_release, 0);
    CHECK(c.status == DR_EXIT_MEMORY_ERROR);
    CHECK(strstr(c.err, "double release of Leaf object allocated at app.dr:5 that was freed at app.dr:6\n  at app.dr:7\n") != NULL);
    run_child(&c, end_with_double_release, 1);
    CHECK(c.status == DR_EXIT_MEMORY_ERROR && strstr(c.err, "use after release of Leaf object") != NULL);
}

#endif

void suite_exit(void) {
    child c;
    run_child(&c, end_with_uncovered_garbage, 0);
    CHECK(c.status == 0 && strstr(c.out, "1 uncovered, 1 alive\n") != NULL);
    run_child(&c, end_with_deferred_work, 100000);
    CHECK(c.status == 0 && strstr(c.out, "0 alive\n") != NULL);
    if (access("/dev/full", W_OK) == 0) {
        run_child(&c, end_on_full_device, 0);
        CHECK(c.status == 1);
    }
#if DR_DEBUG_MEMORY
    debug_report();
#endif
}
