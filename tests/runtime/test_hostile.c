/* test_hostile.c: destructors and hand-written C that do what is barely allowed: collect, end a frame, end the program,
 * throw, make garbage without end, make themselves immortal; counts that C changed; candidates that die while they wait;
 * no memory in the middle of it all; and a long run in which destructors do all of this at random. */
#define DR_MANAGED 1
#include "check.h"

#include <unistd.h>

static Final* ring(int number, int count) {
    Final* first = dr_new(Final);
    Final* last = first;
    first->number = number;
    for (int i = 1; i < count; i++) {
        last->edges[0] = dr_new(Final);
        last = last->edges[0];
        last->number = number;
    }
    last->edges[0] = dr_retain_cyclic(first);
    return first;
}

static FinalLeaf* leaf(int number) {
    FinalLeaf* f = dr_new(FinalLeaf);
    f->number = number;
    return f;
}

/* Live objects that are touched become candidates; so many that a collection is due. */
static void make_candidates(int count) {
    for (int i = 0; i < count; i++) {
        Graph* g = dr_new(Graph);
        g->edges[0] = dr_retain_cyclic(g);
        dr_release_cyclic(g);
    }
}

/* ---- what a destructor does ---- */

static int budget;

static void do_everything(void* obj, int number) {
    (void)obj;
    (void)number;
    size_t frame = dr_frame();
    make_candidates(1500);
    dr_frame_trial(frame, true);
    dr_collect();
    dr_debug_validate();
    Leaf* fresh = dr_new(Leaf);
    dr_release_object_now(fresh);
}

static void make_another(void* obj, int number) {
    Final* f = obj;
    if (budget > 0) {
        budget--;
        Final* fresh = ring(number, 1);
        dr_release_cyclic(f->edges[1]);
        f->edges[1] = fresh;
        dr_release_cyclic(fresh->edges[1]);
        fresh->edges[1] = dr_retain_cyclic(f);
    }
}

static void leave_garbage(void* obj, int number) {
    (void)obj;
    if (budget > 0) {
        budget--;
        dr_release_cyclic(ring(number, 2));
    }
}

static void stay_for_ever(void* obj, int number) {
    if (number == 7) {
        ((dr_header*)obj)->ref_count = DR_IMMORTAL;
    }
}

static void die_with(void (*action)(void* obj, int number)) {
    on_final = action;
    final_count = 0;
    dr_release_object(leaf(1));
    CHECK(final_count == 1);
    dr_release_cyclic(ring(2, 3));
    dr_collect();
    dr_collect();
    CHECK(final_count >= 4);
    on_final = NULL;
    dr_collect();
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* More rounds of new destructors in one piece of garbage than one collection goes through. */
static void endless_rounds(void) {
    budget = 50;
    on_final = make_another;
    final_count = 0;
    dr_release_cyclic(ring(1, 1));
    for (int i = 0; i < 10; i++) {
        dr_collect();
        dr_debug_validate();
    }
    CHECK(budget == 0 && final_count == 51 && dr_memory_live_objects() == 0);
    on_final = NULL;
}

static void garbage_at_exit(int argument) {
    budget = argument;
    on_final = leave_garbage;
    dr_release_cyclic(ring(1, 2));
    dr_exit(0);
    printf("%d\n", (int)dr_memory_live_objects());
}

static void immortal_at_last(int in_ring) {
    on_final = stay_for_ever;
    if (in_ring) {
        Final* f = ring(7, 3);
        dr_release_cyclic(f);
        dr_collect();
        CHECK(final_count == 3 && f->header.ref_count == DR_IMMORTAL);
    } else {
        FinalLeaf* f = leaf(7);
        dr_release_object(f);
        CHECK(final_count == 1 && f->header.ref_count == DR_IMMORTAL);
        dr_release_object(f);
    }
    dr_exit(0);
}

/* ---- ends in destructors ---- */

enum { THROW, EXIT_UNWINDING, EXIT_AT_ONCE };
static int end_how;

static void end_now(void* obj, int number) {
    (void)obj;
    (void)number;
    if (end_how == THROW) {
        dr_throw_text(dr_string_from_c("thrown"), NULL);
    } else if (end_how == EXIT_UNWINDING) {
        dr_throw_exit(5);
    } else {
        dr_environment_exit(6);
    }
}

static void end_in_destructor(int how) {
    end_how = how / 2;
    on_final = end_now;
    make_candidates(3);
    if (how % 2 == 0) {
        dr_release_object(leaf(1));
    } else {
        dr_release_cyclic(ring(1, 3));
        dr_collect();
    }
}

/* ---- candidates and counts ---- */

/* Candidates that die are forgotten when they are many, without a trial; some of them still wait for their fields' end. */
static void dead_candidates(void) {
    dr_memory_figures before;
    dr_memory_figures after;
    dr_memory_figures_now(&before);
    for (int i = 0; i < 5000; i++) {
        Graph* g = dr_new(Graph);
        dr_release_cyclic(dr_retain_cyclic(g));
        dr_release_cyclic(g);
    }
    dr_memory_figures_now(&after);
    CHECK(after.traced == before.traced && after.live_objects == before.live_objects);
    size_t frame = dr_frame();
    Graph* g = dr_new(Graph);
    dr_release_cyclic(dr_retain_cyclic(g));
    dr_release_cyclic(g);
    dr_frame_trial(frame, true);

    Graph* list = NULL;
    for (int i = 0; i < 5000; i++) {
        g = dr_new(Graph);
        g->edges[0] = list;
        list = g;
        if (i < 800) {
            dr_release_cyclic(dr_retain_cyclic(g));
        }
    }
    dr_release_cyclic(list);
    dr_debug_validate();
    make_candidates(2000);
    dr_debug_validate();
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* Of a released list of candidates so many die at once; the next one waits, and is a candidate still: in the trial of a
 * frame, among whose candidates it is, and when so many have come together that the dead are forgotten. */
static void waiting_candidates(void) {
    enum { DIE_AT_ONCE = 128, LENGTH = DIE_AT_ONCE + 10, LIVE = 1100 };
    static Graph* live[LIVE];
    for (int i = 0; i < LIVE; i++) {
        live[i] = dr_new(Graph);
    }
    for (int many = 0; many < 2; many++) {
        Graph* list[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            list[i] = dr_new(Graph);
            if (i > 0) {
                list[i - 1]->edges[0] = list[i];
            }
        }
        /* The first collection of a program, as far as it knows: few candidates start it. */
        dr_collect();
        for (int i = 0; i < LENGTH; i++) {
            dr_release_cyclic(dr_retain_cyclic(list[i]));
        }
        dr_release_cyclic(list[0]);
        CHECK(list[DIE_AT_ONCE]->header.meta & DRI_META_QUEUED);
        size_t before = dr_frame();
        if (many) {
            for (int i = 0; i < LIVE; i++) {
                dr_release_cyclic(dr_retain_cyclic(live[i]));
            }
            CHECK(dr_frame() < before + LIVE - DIE_AT_ONCE);
        } else {
            /* Hopeless trials of before let some frames pass. */
            for (int i = 0; i < 1100 && dr_frame() == before; i++) {
                dri_tried_candidates = 0;
                dr_frame_trial(0, true);
            }
            CHECK(dr_frame() < before);
        }
        CHECK(list[DIE_AT_ONCE]->header.meta & DRI_META_QUEUED);
        dr_debug_validate();
        dri_drain_all();
        CHECK(dr_memory_live_objects() == LIVE);
    }
    for (int i = 0; i < LIVE; i++) {
        dr_release_cyclic(live[i]);
    }
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* Rings with destructors are collected by themselves, too. */
static void many_rings(void) {
    final_count = 0;
    for (int i = 0; i < 1500; i++) {
        dr_release_cyclic(ring(i, 2));
    }
    CHECK(final_count > 0);
    dr_collect();
    CHECK(final_count == 3000 && dr_memory_live_objects() == 0);
    final_count = 0;
}

static void counts_by_hand(void) {
    /* C released the fields itself, and the object was a candidate. */
    Graph* g = dr_new(Graph);
    dr_release_cyclic(dr_retain_cyclic(g));
    g->header.ref_count = 0;
    dr_release_object(g);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
    Leaf* by_hand = dr_new(Leaf);
    by_hand->header.ref_count = 0;
    dr_release_any(by_hand);
    CHECK(dr_memory_live_objects() == 0);
    /* A candidate that C makes immortal, and mortal again. */
    g = dr_new(Graph);
    g->edges[0] = dr_retain_cyclic(g);
    dr_release_cyclic(g);
    g->header.ref_count = DR_IMMORTAL;
    dr_collect();
    CHECK(dr_memory_live_objects() == 1);
    g->header.ref_count = 1;
    dr_note_cyclic(g);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
    /* What cannot lie on a cycle is no candidate by being noted, or by being released as an object. */
    Leaf* plain = dr_new(Leaf);
    dr_note_cyclic(plain);
    dr_release_any(dr_retain_object(plain));
    dr_collect();
    CHECK(plain->header.ref_count == 1);
    dr_release_object(plain);
}

static void immortal_at_exit(int argument) {
    (void)argument;
    Graph* g = dr_new(Graph);
    g->edges[0] = g;
    g->header.ref_count = DR_IMMORTAL;
    dr_exit(0);
    CHECK(g->header.ref_count == DR_IMMORTAL);
}

static void no_memory_at_exit(int argument) {
    make_candidates(200);
    dr_debug_fail_after(argument, true);
    CHECK(dr_exit(0) == 0);
}

enum { LONG_RING = 4200, RING_REQUESTS = 6 };

/* The list of all that a trial reaches gets longer than a piece of it; each of its requests fails once. */
static void no_memory_in_a_trial(int request) {
    Graph* first = dr_new(Graph);
    Graph* last = first;
    for (int i = 1; i < LONG_RING; i++) {
        last = last->edges[0] = dr_new(Graph);
    }
    last->edges[0] = dr_retain_cyclic(first);
    dr_release_cyclic(first);
    dr_debug_fail_after(request, false);
    dr_collect();
    dr_debug_fail_after(0, false);
    dr_debug_validate();
    CHECK(dr_memory_live_objects() == (request <= RING_REQUESTS ? LONG_RING : 0));
    CHECK(dr_exit(0) == 0 && dr_memory_live_objects() == 0);
}

enum { CUT = 1 };

/* `budget` of them get a neighbour each, one gives its next one up; then there is no memory for the trial that follows. */
static void grow_then_refuse(void* obj, int number) {
    Final* f = obj;
    if (budget > 0) {
        f->edges[1] = dr_new(Final);
        if (number == CUT) {
            dr_release_cyclic(f->edges[0]);
            f->edges[0] = NULL;
        }
        if (--budget == 0) {
            dr_debug_fail_after(1, false);
        }
    }
}

/* The destructors have run, but whether their objects are garbage still cannot be told; one of them is held by none. */
static void no_memory_after_destructors(int number) {
    enum { COUNT = 4000 };
    on_final = grow_then_refuse;
    budget = COUNT;
    final_count = 0;
    Final* f = ring(0, COUNT);
    f->edges[0]->number = number;
    dr_release_cyclic(f);
    int64_t before = dr_debug_requests();
    dr_collect();
    CHECK(budget == 0 && dr_debug_requests() > before);
    CHECK(dr_memory_live_objects() == (number == CUT ? 0 : 2 * COUNT));
    dr_debug_validate();
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
    dr_exit(0);
}

/* Deeper than destructors recurse, with brothers: each dies once. */
static void deep_brothers(void) {
    final_count = 0;
    FinalLeaf* chain = NULL;
    for (int i = 0; i < 200; i++) {
        FinalLeaf* f = leaf(i);
        f->first = leaf(1000 + i);
        f->second = chain;
        chain = f;
    }
    dr_release_object(chain);
    CHECK(final_count == 400 && dr_memory_live_objects() == 0);
    Leaf* plain = (Leaf*)dri_new(sizeof(Leaf), FinalPlain_id);
    plain->value = 5;
    dr_release_object(plain);
    CHECK(final_count == 401 && final_log[400] == 5);
    /* Back once, and never finalised again. */
    final_count = 0;
}

/* ---- at random ---- */

enum { MOST = 60 };
static Final* held[MOST];
static uint8_t finalised[1 << 20];
static int next_number;
static int calls_left;
static bool no_more;

static uint32_t state = 99;
static uint32_t next_random(void) {
    state = state * 1664525u + 1013904223u;
    return state >> 10;
}

static void keep(int i, Final* f) {
    Final* old = held[i];
    held[i] = f;
    dr_release_cyclic(old);
}

static Final* fresh_final(void) {
    Final* f = dr_new(Final);
    f->number = next_number < (1 << 20) - 1 ? next_number++ : next_number;
    return f;
}

static void set_edge(Final* f, int k, Final* target) {
    Final* old = f->edges[k];
    f->edges[k] = dr_retain_cyclic(target);
    dr_release_cyclic(old);
}

static void one_step(Final* f) {
    int i = (int)(next_random() % MOST);
    int k = (int)(next_random() % 3);
    Final* some = held[next_random() % MOST];
    switch (next_random() % 12) {
    case 0:
    case 1:
        keep(i, fresh_final());
        break;
    case 2:
        keep(i, NULL);
        break;
    case 3:
        set_edge(f, k, NULL);
        break;
    case 4:
        /* `this` comes back, from a destructor or not. */
        keep(i, dr_retain_cyclic(f));
        break;
    case 5:
        set_edge(f, k, f);
        break;
    case 6:
        dr_frame_trial(0, next_random() % 2 == 0);
        break;
    case 7:
        if (next_random() % 8 == 0) {
            dr_collect();
        }
        break;
    case 8:
        dr_throw_overflow("");
        dr_release_any(dr_take());
        break;
    default:
        if (some != NULL) {
            dr_retain_cyclic(some);
            set_edge(f, k, some);
            set_edge(some, (k + 1) % 3, f);
            dr_release_cyclic(some);
        }
    }
}

static void at_random(void* obj, int number) {
    finalised[number]++;
    if (!no_more && calls_left > 0 && next_random() % 2 == 0) {
        calls_left--;
        one_step(obj);
    }
}

/* What is held, and all that it reaches, is alive: its fields can be read, its counts are positive. */
static int walk(Final* f, int depth) {
    if (f == NULL || depth == 0) {
        return 0;
    }
    CHECK(f->header.ref_count > 0 && dr_type_id(f) == Final_id);
    int sum = f->number;
    for (int k = 0; k < 3; k++) {
        sum += walk(f->edges[k], depth - 1);
    }
    return sum;
}

static void some_step(void) {
    calls_left = 20;
    Final* f = held[next_random() % MOST];
    if (f == NULL) {
        keep((int)(next_random() % MOST), fresh_final());
    } else {
        dr_retain_cyclic(f);
        one_step(f);
        dr_release_cyclic(f);
    }
}

static void random_destructors(int steps) {
    on_final = at_random;
    no_more = false;
    next_number = 0;
    memset(finalised, 0, sizeof finalised);
    for (int step = 0; step < steps; step++) {
        some_step();
        if (step % 64 == 0) {
            walk(held[next_random() % MOST], 5);
            dr_debug_validate();
        }
    }
    no_more = true;
    for (int i = 0; i < MOST; i++) {
        keep(i, NULL);
    }
    dr_collect();
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
    int wrong = 0;
    for (int i = 0; i < next_number; i++) {
        wrong += finalised[i] != 1;
    }
    CHECK(wrong == 0);
    on_final = NULL;
    final_count = 0;
}

/* The same with requests for memory that fail, at random: an end, or nothing wrong. */
static void random_without_memory(int seed) {
    state = (uint32_t)seed;
    on_final = at_random;
    dr_debug_fail_after(1 + seed % 97, seed % 2 == 0);
    for (int step = 0; step < 4000; step++) {
        some_step();
    }
    dr_debug_fail_after(0, false);
    no_more = true;
    for (int i = 0; i < MOST; i++) {
        keep(i, NULL);
    }
    dr_debug_validate();
    dr_exit(0);
    CHECK(dr_memory_live_objects() == 0);
}

void suite_hostile(void) {
    child c;
    /* Where no list has any room yet. */
    for (int request = 1; request <= RING_REQUESTS + 1; request++) {
        run_child(&c, no_memory_in_a_trial, request);
        CHECK(c.status == 0);
    }
    for (int number = 0; number <= CUT; number++) {
        run_child(&c, no_memory_after_destructors, number);
        CHECK(c.status == 0);
        fputs(c.status == 0 ? "" : c.err, stderr);
    }
    die_with(do_everything);
    budget = 10;
    die_with(leave_garbage);
    endless_rounds();
    deep_brothers();
    dead_candidates();
    waiting_candidates();
    many_rings();
    counts_by_hand();
    random_destructors(long_tests() ? 1000000 : 20000);
    dr_debug_stress(DR_STRESS_COLLECT);
    random_destructors(2000);
    dr_debug_stress(DR_STRESS_NONE);
    for (int how = 0; how < 6; how++) {
        static const int statuses[] = {DR_EXIT_UNHANDLED, 5, 6};
        run_child(&c, end_in_destructor, how);
        CHECK(c.status == statuses[how / 2]);
        CHECK((strstr(c.err, "Unhandled Dream exception: thrown\n") != NULL) == (how / 2 == THROW));
    }
    for (int i = 0; i < 2; i++) {
        run_child(&c, immortal_at_last, i);
        CHECK(c.status == 0);
    }
    run_child(&c, garbage_at_exit, 5);
    CHECK(c.status == 0 && strstr(c.out, "0\n") != NULL);
    /* A program whose destructors make garbage for ever ends. */
    run_child(&c, garbage_at_exit, 1000000);
    CHECK(c.status == 0);
    run_child(&c, immortal_at_exit, 0);
    CHECK(c.status == 0);
    for (int request = 1; request <= 3; request++) {
        run_child(&c, no_memory_at_exit, request);
        CHECK(c.status == 0);
    }
    for (int seed = 0; seed < (long_tests() ? 2000 : 60); seed++) {
        run_child(&c, random_without_memory, seed);
        CHECK(c.status == 0 || (c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0));
    }
}
