/* test_report.c: what a debug build says at exit: the documented lines, the table by type, copies and leaks with their
 * places, rings that C keeps alive, double releases; and both files, read by a parser that is not ours. In other builds:
 * that there is no report, and the figures that DREAM_MEMORY_REPORT asks for. */
#define DR_MANAGED 1
#include "check.h"

#include <unistd.h>

static char path[64];

/* Whether `filter`, in jq's language, says true of the file. Without jq or python3 the file is not looked at. */
static bool file_is(const char* filter, const char* python) {
    char command[1024];
    snprintf(command, sizeof command,
             "if command -v jq > /dev/null; then jq -e '%s' %s; elif command -v python3 > /dev/null; then "
             "python3 -c 'import json; r = json.load(open(\"%s\")); assert %s'; fi > /dev/null",
             filter, path, path, python);
    return system(command) == 0;
}

static void run_with_file(child* c, const char* suffix, void (*f)(int argument), int argument) {
    snprintf(path, sizeof path, "/tmp/dream-report-%d%s", (int)getpid(), suffix);
    setenv("DREAM_MEMORY_REPORT", path, 1);
    run_child(c, f, argument);
    unsetenv("DREAM_MEMORY_REPORT");
}

static void use_memory(int argument) {
    char* s = dr_string_from_c("short");
    dr_release_string(s);
    int32_t* a = dr_new_array(DR_ARRAY_INT, 10, "");
    int32_t* b = dr_retain_array(a);
    DR_AT("app.dr:\"9\"\\");
    dr_make_unique(&b);
    dr_release_array(a);
    dr_release_array(b);
    for (int i = 0; i < argument; i++) {
        DR_AT(i % 2 == 0 ? "app.dr:1" : "app.dr:2");
        dr_release_object(dr_new(Leaf));
    }
    dr_exit(0);
}

static void files(void) {
    child c;
    run_with_file(&c, ".json", use_memory, 100);
    CHECK(c.status == 0 && c.out[0] == 0);
    CHECK(file_is(".copies == 1 and .copied_bytes == 40 and .live == 0 and .ended_early == false",
                  "r[\"copies\"] == 1 and r[\"copied_bytes\"] == 40 and r[\"live\"] == 0"));
#if DR_DEBUG_MEMORY
    CHECK(file_is("(.types | map(select(.name == \"Leaf\"))[0] | .allocated == 100 and .freed == 100 and .live == 0)"
                  " and .copy_sites[0].site == \"app.dr:\\\"9\\\"\\\\\" and .leaks == []",
                  "r[\"leaks\"] == []"));
#else
    CHECK(c.err[0] == 0);
#endif
    unlink(path);
    run_with_file(&c, "/no/such/folder", use_memory, 0);
    CHECK(c.status == 0 && strstr(c.err, "Warning: cannot write memory report ") != NULL);
    run_child(&c, use_memory, 0);
    CHECK(c.status == 0 && (c.err[0] != 0) == DR_DEBUG_MEMORY);
    if (access("/dev/full", W_OK) == 0) {
        setenv("DREAM_MEMORY_REPORT", "/dev/full", 1);
        run_child(&c, use_memory, 0);
        unsetenv("DREAM_MEMORY_REPORT");
        CHECK(c.status == 0 && strstr(c.err, "Warning: cannot write memory report /dev/full") != NULL);
    }
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
    DR_AT("app.dr:5");
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

static void text(void) {
    child c;
    run_child(&c, end_with_leaks, 0);
    const char* expected = "Total allocations: 1,249\nPeak memory usage: 0.0 MB\nActive objects at exit: 4\nMemory pools used: 4\n";
    CHECK(strncmp(c.err, expected, strlen(expected)) == 0);
    CHECK(strstr(c.err, "Warning: 1 string object(s) not released at program exit\n  1 allocated at app.dr:3\n") != NULL);
    CHECK(strstr(c.err, "Warning: 3 Leaf object(s) not released at program exit\n  3 allocated at app.dr:4\n") != NULL);
    CHECK(strstr(c.err, "Array copies: 1 (40 bytes)\n  1 (40 bytes) at app.dr:5\n") != NULL);
    CHECK(strstr(c.err, "\nstring                            1,244          1,243            1               72\n") != NULL);
    CHECK(strstr(c.err, "\nLeaf                                  3              0            3               36\n") != NULL);
    CHECK(strstr(c.err, "\nint[]                                 2              2            0              112\n") != NULL);
    run_child(&c, end_with_double_release, 0);
    CHECK(c.status == DR_EXIT_MEMORY_ERROR);
    CHECK(strstr(c.err, "double release of Leaf object allocated at app.dr:5 that was freed at app.dr:6\n  at app.dr:7\n") != NULL);
    run_child(&c, end_with_double_release, 1);
    CHECK(c.status == DR_EXIT_MEMORY_ERROR && strstr(c.err, "use after release of Leaf object") != NULL);
}

/* Of two types, at more places than the table has, each of which is named by two texts that are alike. */
static void leak_much(int argument) {
    static char sites[3000][16];
    (void)dr_new(Node);
    for (int i = 0; i < argument; i++) {
        snprintf(sites[i % 3000], sizeof sites[0], "many.dr:%d", i % 1500);
        DR_AT(sites[i % 3000]);
        (void)dr_new(Leaf);
    }
    dr_exit(0);
}

/* Objects left: 0 -> 1 -> 2 -> 1, where C holds 0; or a ring of one through an array; or a long ring. */
static void leave_rings(int argument) {
    Graph* g[40];
    static char sites[40][16];
    int count = argument == 0 ? 3 : argument == 1 ? 1 : 40;
    for (int i = 0; i < count; i++) {
        snprintf(sites[i], sizeof sites[i], "ring.dr:%d", i);
        DR_AT(sites[i]);
        g[i] = dr_new(Graph);
    }
    if (argument == 1) {
        DR_AT("ring.dr:array");
        g[0]->more = dr_new_array(DR_ARRAY_OBJECT, 1, "");
        g[0]->more[0] = dr_retain_cyclic(g[0]);
    } else {
        for (int i = 1; i < count; i++) {
            g[i - 1]->edges[i % 4] = g[i];
        }
        g[count - 1]->edges[0] = dr_retain_cyclic(g[argument == 0 ? 1 : 0]);
        /* No way to a ring: not to be followed twice, nor shown. */
        g[count - 1]->edges[3] = dr_new(Graph);
    }
    dr_exit(0);
}

/* Each holds itself, and C holds each. */
static void leave_many_rings(int argument) {
    for (int i = 0; i < argument; i++) {
        Graph* g = dr_new(Graph);
        g->edges[0] = dr_retain_cyclic(g);
    }
    dr_exit(0);
}

static int count_of(const char* text, const char* part) {
    int count = 0;
    for (const char* at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

static void leaks(void) {
    child c;
    run_child(&c, leak_much, 200000);
    CHECK(strstr(c.err, "Warning: 200,000 Leaf") == NULL);
    CHECK(strstr(c.err, "Warning: 200000 Leaf object(s) not released at program exit\n") != NULL);
    CHECK(strstr(c.err, "\n  134 allocated at many.dr:") != NULL);
    CHECK(strstr(c.err, "allocated at other places\n") != NULL);
    run_child(&c, leave_rings, 0);
    CHECK(strstr(c.err, "\n  kept alive from outside: Graph (ring.dr:0) -> Graph (ring.dr:1) -> Graph (ring.dr:2)"
                        " -> Graph (ring.dr:1)\n") != NULL);
    run_child(&c, leave_rings, 1);
    CHECK(strstr(c.err, "\n  kept alive from outside: Graph (ring.dr:0) -> object[] (ring.dr:array) -> Graph (ring.dr:0)\n") != NULL);
    run_child(&c, leave_rings, 2);
    CHECK(strstr(c.err, "\n  kept alive from outside: Graph (ring.dr:0) -> Graph (ring.dr:1) -> ") != NULL);
    CHECK(strstr(c.err, " -> ... -> Graph (ring.dr:0)\n") != NULL);
    /* A few are enough to see what is wrong. */
    run_child(&c, leave_many_rings, 100);
    CHECK(count_of(c.err, "  kept alive from outside: ") == 10);
}

/* What is no ring is not shown: a diamond whose ends are immortal or of C, and a wide one that holds nothing on a cycle.
 * With an argument there is a ring, too, but the request with that number for memory to look for it fails. */
static void leave_no_ring(int argument) {
    enum { WIDE = 3000 };
    Graph* top = dr_new(Graph);
    Graph* bottom = dr_new(Graph);
    for (int i = 0; i < 2; i++) {
        top->edges[i] = dr_new(Graph);
        top->edges[i]->edges[0] = dr_retain_cyclic(bottom);
        top->edges[i]->edges[1] = dr_retain_cyclic(bottom);
    }
    bottom->edges[0] = dr_new(Graph);
    bottom->edges[0]->header.ref_count = DR_IMMORTAL;
    top->more = dr_new_array(DR_ARRAY_OBJECT, WIDE, "");
    for (int i = 0; i < WIDE; i++) {
        top->more[i] = i % 2 == 0 ? (Graph*)dr_new(Leaf) : dr_new(Graph);
    }
    DR_AT(NULL);
    (void)dr_alloc_object(24);
    if (argument > 0) {
        top->edges[3] = dr_retain_cyclic(top);
        dr_collect();
        dr_debug_fail_after(argument, true);
        dr_exit_report();
        _exit(0);
    }
    dr_exit(0);
}

/* Copies at a dozen places, one of which nobody named, one with a name that JSON has to write in another way. */
static void copy_everywhere(int argument) {
    static char sites[12][16];
    (void)argument;
    for (int i = 0; i < 12; i++) {
        snprintf(sites[i], sizeof sites[i], "a\tb.dr:%d", i);
        DR_AT(i == 0 ? NULL : sites[i]);
        int32_t* a = dr_new_array(DR_ARRAY_INT, 10 + i, "");
        int32_t* b = dr_retain_array(a);
        dr_make_unique(&b);
        dr_release_array(a);
        dr_release_array(b);
    }
    (void)dr_new(Leaf);
    (void)dr_string_from_c("left");
    dr_exit(0);
}

static void ends_early(int argument) {
    (void)argument;
    dr_throw_divide("");
    dr_unhandled_at_once();
}

/* More dead memory than is kept to be looked at: the oldest goes. */
static void free_much(int argument) {
    for (int i = 0; i < argument; i++) {
        dr_release_array(dr_new_array(DR_ARRAY_BYTE, 10 << 20, ""));
    }
    DR_AT(NULL);
    Leaf* leaf = dr_new(Leaf);
    dr_release_object(leaf);
    dr_release_object(leaf);
}

static void no_rings_and_places(void) {
    child c;
    int request = 0;
    do {
        run_child(&c, leave_no_ring, request);
        CHECK(c.status == 0);
        CHECK(strstr(c.err, "Warning: 1 object object(s) not released at program exit\n  1 allocated at unknown\n") != NULL);
        request++;
    } while (request < 10 && strstr(c.err, "kept alive from outside") == NULL);
    /* The walk asks twice, and is given up whichever fails. */
    CHECK(request == 4);
    run_child(&c, copy_everywhere, 0);
    CHECK(strstr(c.err, "Array copies: 12 (") != NULL && strstr(c.err, ".dr:11\n") != NULL);
    CHECK(strstr(c.err, ") at a\tb.dr:2\n") != NULL && strstr(c.err, ") at a\tb.dr:1\n") == NULL);
    run_with_file(&c, ".json", copy_everywhere, 0);
    CHECK(file_is("(.copy_sites | length) == 12 and ([.copy_sites[].site] | index(\"a\\tb.dr:3\")) != null"
                  " and ([.leaks[].type] | sort) == [\"Leaf\", \"string\"]",
                  "len(r[\"copy_sites\"]) == 12"));
    run_with_file(&c, ".json", ends_early, 0);
    CHECK(file_is(".ended_early", "r[\"ended_early\"]"));
    unlink(path);
    run_child(&c, free_much, 10);
    CHECK(c.status == DR_EXIT_MEMORY_ERROR && strstr(c.err, "allocated at unknown that was freed at unknown\n") != NULL);
}

static void timeline(void) {
    child c;
    const char* sum = "(.profiles[0] | .type == \"sampled\" and .unit == \"bytes\" and (.samples | length) == (.weights | length)"
                      " and (.weights | add) == .endValue) and ([.profiles[0].samples[][]] | max) < (.shared.frames | length)"
                      " and .\"$schema\" == \"https://www.speedscope.app/file-format-schema.json\"";
    run_with_file(&c, ".speedscope.json", use_memory, 100);
    CHECK(c.status == 0);
    CHECK(file_is(sum, "sum(r[\"profiles\"][0][\"weights\"]) == r[\"profiles\"][0][\"endValue\"]"));
    /* 100 leaves of 12 bytes, two int[10], one string: the last sample is a Leaf at app.dr:2. */
    CHECK(file_is(".profiles[0].endValue == 1200 + 112 + 24 and ([.profiles[0].samples[-1][] as $f | .shared.frames[$f].name] =="
                  " [\"app.dr:2\", \"Leaf\"])",
                  "r[\"profiles\"][0][\"endValue\"] == 1336"));
    /* So many that neighbours are joined: nothing is lost. */
    run_with_file(&c, ".speedscope.json", use_memory, 300001);
    CHECK(file_is(sum, "True"));
    CHECK(file_is(".profiles[0].endValue == 300001 * 12 + 136 and (.profiles[0].samples | length) <= 16384", "True"));
    unlink(path);
}

static void wait_for_a_while(void* obj, int number) {
    (void)obj;
    if (number == 7) {
        usleep(100000);
    }
}

/* So many garbage rings that one collection at least starts by itself. */
static void make_rings(void) {
    for (int i = 0; i < 1100; i++) {
        Final* ring = dr_new(Final);
        ring->number = i;
        ring->edges[0] = dr_retain_cyclic(ring);
        dr_release_cyclic(ring);
    }
}

static void slices(void) {
    dr_memory_figures f;
    Node* list = NULL;
    for (int i = 0; i < 5000; i++) {
        Node* node = dr_new(Node);
        node->next = list;
        list = node;
    }
    dr_release_object(list);
    dr_memory_figures_now(&f);
    /* The budget of one release; settling the rest for the figures has no bound and does not count. */
    CHECK(f.longest_release_objects == 128 && f.longest_release_nanoseconds > 0);
    /* Nor does a collection that was asked for. */
    Graph* g = dr_new(Graph);
    g->edges[0] = dr_retain_cyclic(g);
    dr_release_cyclic(g);
    dr_collect();
    dr_memory_figures_now(&f);
    CHECK(f.collections == 1 && f.longest_collection_objects == 0);
    /* The time that the program waits is not its own. */
    on_final = wait_for_a_while;
    make_rings();
    on_final = NULL;
    dr_memory_figures_now(&f);
    CHECK(f.longest_collection_objects >= 1000 && f.longest_collection_nanoseconds > 0);
    CHECK(f.longest_collection_nanoseconds < 50000000);
    dr_collect();
}

#endif

void suite_report(void) {
    files();
#if DR_DEBUG_MEMORY
    text();
    leaks();
    no_rings_and_places();
    timeline();
    slices();
#endif
}
