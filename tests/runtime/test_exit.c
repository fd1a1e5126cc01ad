/* test_exit.c: what happens at exit: globals, deferred work, uncovered garbage, lost output. */
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
}
