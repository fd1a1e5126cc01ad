/* test_memory.c: every request for memory fails in turn, once and from then on.
 *
 * A scenario runs in a child with the n-th request failing. It must end in one of two ways: complete, with nothing left
 * alive and all invariants whole (an OutOfMemoryException that it expects included), or with "out of memory" and
 * DR_EXIT_OUT_OF_MEMORY. n goes up until a run sees no failure. */
#define DR_MANAGED 1
#include "check.h"

#include <unistd.h>

static void strings(void) {
    char* s = dr_string_from_c("start");
    for (int i = 0; i < 200; i++) {
        s = dr_append_int(s, i * 1000);
    }
    char* upper = dr_string_to_upper(s, "");
    char** parts = dr_string_split_char(s, '0', true, "");
    char* joined = dr_string_join(upper, parts, "");
    char* interned = dr_string_intern(joined);
    char* literal = dr_literal("a literal", 9);
    char* padded = dr_pad_left(s, 5000, ' ', "");
    if (padded == NULL) {
        CHECK_THROWN(OutOfMemoryException);
    }
    dr_release_string(padded);
    dr_release_string(literal);
    dr_release_string(interned);
    dr_release_string(joined);
    dr_release_array(parts);
    dr_release_string(upper);
    dr_release_string(s);
}

static void arrays(void) {
    int32_t** rows = dr_new_array(DR_ARRAY_ARRAY, 100, "");
    if (rows == NULL) {
        CHECK_THROWN(OutOfMemoryException);
        return;
    }
    for (int i = 0; i < 100 && !dr_thrown(); i++) {
        rows[i] = dr_new_array(DR_ARRAY_INT, i * 10, "");
    }
    int32_t** shared = dr_retain_array(rows);
    if (!dr_thrown()) {
        dr_make_unique(&shared);
        dr_make_unique(&shared[5]);
    }
    if (!dr_thrown()) {
        shared = dr_array_resize(DR_ARRAY_ARRAY, shared, 500, "");
    }
    dr_release_array(shared);
    dr_release_array(rows);
    if (dr_thrown()) {
        CHECK_THROWN(OutOfMemoryException);
    }
}

static void graphs(void) {
    Graph* held = dr_new(Graph);
    for (int i = 0; i < 3000; i++) {
        Graph* a = dr_new(Graph);
        Graph* b = dr_new(Graph);
        a->edges[0] = dr_retain_cyclic(b);
        b->edges[0] = dr_retain_cyclic(a);
        b->edges[1] = i % 3 == 0 ? dr_retain_cyclic(held) : NULL;
        dr_release_cyclic(a);
        dr_release_cyclic(b);
        if (i % 16 == 0) {
            dr_frame_trial(true);
        }
    }
    dr_release_cyclic(held);
    dr_collect();
}

static void cut_ring(void* obj, int number) {
    Final* f = obj;
    if (number % 2 == 0) {
        Final* next = f->edges[0];
        f->edges[0] = NULL;
        dr_release_cyclic(next);
    } else if (number < 20 && f->edges[1] == NULL) {
        Final* fresh = dr_new(Final);
        fresh->number = 99;
        fresh->edges[0] = dr_retain_cyclic(f);
        f->edges[1] = fresh;
    }
}

static void finalised_graphs(void) {
    on_final = cut_ring;
    for (int round = 0; round < 10; round++) {
        Final* first = dr_new(Final);
        Final* last = first;
        for (int i = 1; i < 80; i++) {
            Final* next = dr_new(Final);
            next->number = i;
            last->edges[0] = next;
            last = next;
        }
        last->edges[0] = dr_retain_cyclic(first);
        dr_release_cyclic(first);
        dr_collect();
    }
    on_final = NULL;
}

static void pools(void) {
    dr_pool_t* pool = dr_create_pool(100);
    for (int i = 0; i < 2000; i++) {
        dr_pool_alloc(pool);
    }
    dr_destroy_pool(pool);
    dr_pool_t* wide = dr_create_pool(100000);
    dr_pool_alloc(wide);
    dr_destroy_pool(wide);
}

static void errors(void) {
    for (int i = 0; i < 20; i++) {
        dr_throw_index(i, 3, "");
        dr_release_any(dr_take());
        double d;
        char* text = dr_string_repeat('1', 200, "");
        if (text != NULL) {
            dr_try_parse_double(text, &d);
        } else {
            CHECK_THROWN(OutOfMemoryException);
        }
        dr_release_string(text);
    }
}

static void (*const scenarios[])(void) = {strings, arrays, graphs, finalised_graphs, pools, errors};

static int scenario;
static bool for_ever;

static void run_failing(int n) {
    int64_t before = dr_debug_requests();
    dr_debug_fail_after(n, for_ever);
    scenarios[scenario]();
    bool reached = dr_debug_requests() - before >= n;
    dr_debug_fail_after(0, false);
    dr_debug_validate();
    /* What a failed trial left alone, or no candidate could be noted for, is found by the walk at exit. */
    dr_exit(0);
    CHECK(dr_memory_live_objects() == 0);
    char* s = dr_string_from_c("still works");
    dr_release_string(s);
    fflush(NULL);
    _exit(checks_failed != 0 ? 99 : reached ? 10 : 11);
}

static void sweep(int step) {
    int n = 1;
    for (;; n += step) {
        child c;
        run_child(&c, run_failing, n);
        bool ended = c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0;
        if (!(ended || c.status == 10 || c.status == 11)) {
            CHECK(!"a failed request has a defined end");
            fprintf(stderr, "scenario %d, request %d, for ever %d: status %d\n%s", scenario, n, for_ever, c.status, c.err);
            break;
        }
        if (c.status == 11) {
            break;
        }
    }
    CHECK(n > 1);
}

/* Without pools every object is a request of its own: thousands, most of them alike. */
static int request_step(void) {
    bool many = scenario >= 2 && scenario <= 4;
    return !DR_NO_POOLS ? 1 : many ? (long_tests() ? 31 : 97) : long_tests() ? 1 : 7;
}

void suite_memory(void) {
    for (scenario = 0; scenario < (int)(sizeof scenarios / sizeof *scenarios); scenario++) {
        for (int mode = 0; mode < 2; mode++) {
            for_ever = mode == 1;
            sweep(request_step());
        }
    }
}
