/* test_finaliser.c: destructors: once, in order, in cycles, with resurrection, with user code that allocates and throws. */
#define DR_MANAGED 1
#include "check.h"

static void* kept;

static FinalLeaf* leaf(int number, FinalLeaf* first, FinalLeaf* second) {
    FinalLeaf* f = dr_new(FinalLeaf);
    f->number = number;
    f->first = first;
    f->second = second;
    f->text = dr_int_to_string(number + 10000);
    return f;
}

static bool log_is(int count, const int* expected) {
    bool same = final_count == count;
    for (int i = 0; same && i < count; i++) {
        same = final_log[i] == expected[i];
    }
    final_count = 0;
    return same;
}

#define LOG_IS(...) log_is((int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int)), (int[]){__VA_ARGS__})

static void order(void) {
    /* Depth first, fields in declaration order. */
    FinalLeaf* tree = leaf(1, leaf(2, leaf(3, NULL, NULL), leaf(4, NULL, NULL)), leaf(5, leaf(6, NULL, NULL), NULL));
    dr_release_object(tree);
    CHECK(LOG_IS(1, 2, 3, 4, 5, 6));
    /* A shared part dies where its last holder lets go: f1's field, then its sibling, then the shared one. */
    FinalLeaf* shared = leaf(3, NULL, NULL);
    FinalLeaf* f1 = leaf(2, dr_retain_object(shared), leaf(4, NULL, NULL));
    dr_release_object(leaf(1, f1, shared));
    CHECK(LOG_IS(1, 2, 4, 3));
    /* Arrays by index. */
    FinalLeaf** array = dr_new_array(DR_ARRAY_OBJECT, 3, "");
    for (int i = 0; i < 3; i++) {
        array[i] = leaf(i, NULL, NULL);
    }
    dr_release_array(array);
    CHECK(LOG_IS(0, 1, 2));
    /* The constructor threw. */
    FinalLeaf* half = leaf(9, leaf(10, NULL, NULL), NULL);
    dr_set_finalised(half);
    dr_release_object(half);
    CHECK(LOG_IS(10));
}

static void deep(void) {
    FinalLeaf* chain = NULL;
    for (int i = 0; i < 100000; i++) {
        chain = leaf(i, chain, NULL);
    }
    final_count = 0;
    dr_release_object(chain);
    CHECK(final_count == 4096 && final_log[0] == 99999 && final_log[4095] == 99999 - 4095);
    final_count = 0;
    CHECK(dr_memory_live_objects() == 0);
}

static void keep(void* obj, int number) {
    if (number == 7) {
        kept = dr_retain_object(obj);
    }
}

static void resurrection(void) {
    on_final = keep;
    dr_release_object(leaf(7, leaf(8, NULL, NULL), NULL));
    CHECK(LOG_IS(7));
    FinalLeaf* back = kept;
    kept = NULL;
    CHECK(back->header.ref_count == 1 && back->first->number == 8);
    /* Never finalised again. */
    dr_release_object(back);
    CHECK(LOG_IS(8));
    on_final = NULL;
}

static void use_and_throw_inside(void* obj, int number) {
    FinalLeaf* f = obj;
    (void)number;
    /* `this` may be retained and released, and a throw may be caught. */
    dr_release_object(dr_retain_object(f));
    dr_release_object(dr_new(Leaf));
    dr_throw_overflow("inside");
    dr_release_any(dr_take());
}

static void pending_survives(void) {
    on_final = use_and_throw_inside;
    dr_throw_divide("outside");
    dr_release_object(leaf(1, NULL, NULL));
    CHECK_THROWN(DivideByZeroException);
    on_final = NULL;
    final_count = 0;
}

static void throw_out(void* obj, int number) {
    (void)obj;
    (void)number;
    dr_throw_text(dr_string_from_c("from a destructor"), "~T (app.dr:1)");
}

static void end_in_destructor(int argument) {
    (void)argument;
    on_final = throw_out;
    dr_release_object(leaf(1, NULL, NULL));
}

/* ---- in cycles ---- */

static Final* final(int number) {
    Final* f = dr_new(Final);
    f->number = number;
    return f;
}

static Final* ring_of(int count) {
    Final* first = final(1);
    Final* last = first;
    for (int i = 2; i <= count; i++) {
        last->edges[0] = final(i);
        last = last->edges[0];
    }
    last->edges[0] = dr_retain_cyclic(first);
    return first;
}

static void ring_dies(void) {
    dr_release_cyclic(ring_of(5));
    CHECK(final_count == 0);
    dr_collect();
    CHECK(final_count == 5);
    final_count = 0;
    CHECK(dr_memory_live_objects() == 0);
}

static void keep_final(void* obj, int number) {
    if (number == 3 && kept == NULL) {
        kept = dr_retain_cyclic(obj);
    }
}

static void ring_is_resurrected(void) {
    on_final = keep_final;
    dr_release_cyclic(ring_of(5));
    dr_collect();
    CHECK(final_count == 5 && kept != NULL && dr_memory_live_objects() == 5);
    Final* back = kept;
    CHECK(back->header.ref_count == 2);
    for (int i = 0; i < 5; i++) {
        CHECK(back->number == (i + 2) % 5 + 1);
        back = back->edges[0];
    }
    on_final = NULL;
    dr_release_cyclic(kept);
    kept = NULL;
    dr_collect();
    CHECK(final_count == 5 && dr_memory_live_objects() == 0);
    final_count = 0;
}

/* Cuts the ring, so that counts reach zero while the destructors still run. */
static void cut(void* obj, int number) {
    Final* f = obj;
    (void)number;
    Final* next = f->edges[0];
    f->edges[0] = NULL;
    dr_release_cyclic(next);
}

/* Links in something new that has a destructor of its own. */
static void link_new(void* obj, int number) {
    if (number < 3) {
        Final* f = obj;
        Final* fresh = final(100 + number);
        fresh->edges[0] = dr_retain_cyclic(f);
        f->edges[1] = fresh;
    }
}

/* Makes a ring that is garbage at once. */
static void make_garbage(void* obj, int number) {
    (void)obj;
    if (number < 100) {
        Final* fresh = final(100 + number);
        fresh->edges[0] = dr_retain_cyclic(fresh);
        dr_release_cyclic(fresh);
        dr_collect();
    }
}

static void changes_during(void (*change)(void* obj, int number), int expected) {
    on_final = change;
    dr_release_cyclic(ring_of(5));
    dr_collect();
    dr_collect();
    on_final = NULL;
    CHECK(final_count == expected);
    CHECK(dr_memory_live_objects() == 0);
    final_count = 0;
}

/* Every graph of three nodes: each destructor runs exactly once, when no root reaches the node. */
static void all_graphs(void) {
    for (unsigned graph = 0; graph < 512; graph++) {
        for (unsigned roots = 0; roots < 8; roots++) {
            Final* nodes[3];
            int runs[3] = {0, 0, 0};
            for (int i = 0; i < 3; i++) {
                nodes[i] = final(i);
            }
            unsigned live = roots;
            for (int i = 0; i < 9; i++) {
                if (graph >> i & 1) {
                    nodes[i / 3]->edges[i % 3] = dr_retain_cyclic(nodes[i % 3]);
                }
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 3; i++) {
                    live |= live >> i & 1 ? graph >> (3 * i) & 7 : 0;
                }
            }
            for (int i = 0; i < 3; i++) {
                if (!(roots >> i & 1)) {
                    dr_release_cyclic(nodes[i]);
                }
            }
            dr_collect();
            for (int i = 0; i < final_count; i++) {
                runs[final_log[i]]++;
            }
            CHECK(runs[0] == !(live & 1) && runs[1] == !(live >> 1 & 1) && runs[2] == !(live >> 2 & 1));
            for (int i = 0; i < 3; i++) {
                if (roots >> i & 1) {
                    dr_release_cyclic(nodes[i]);
                }
            }
            dr_collect();
            CHECK(final_count == 3);
            final_count = 0;
        }
    }
    CHECK(dr_memory_live_objects() == 0);
}

void suite_finaliser(void) {
    child c;
    order();
    deep();
    resurrection();
    pending_survives();
    run_child(&c, end_in_destructor, 0);
    CHECK(c.status == 1 && strstr(c.err, "Unhandled Dream exception: from a destructor\n  at ~T (app.dr:1)\n") != NULL);
    ring_dies();
    ring_is_resurrected();
    changes_during(cut, 5);
    changes_during(link_new, 7);
    changes_during(make_garbage, 10);
    all_graphs();
    dr_debug_stress(DR_STRESS_COLLECT);
    dr_release_cyclic(ring_of(3));
    CHECK(final_count == 3);
    final_count = 0;
    dr_debug_stress(DR_STRESS_NONE);
}
