/* test_slices.c: collections in slices: what a program does between the steps, members with many references, no memory at
 * each place that asks for some, when such a collection is begun and given up, and that no slice is long. The suite runs as
 * a program whose classes on cycles have no destructors. (test_cycle.c has the random mutation.) */
#define DR_MANAGED 1
#include "check.h"

/* Whether a collection has to expect destructors, and other insides: the runtime's own. */
extern DR_THREAD_LOCAL bool dri_has_eager_cyclic;
void dri_collect_if_due(bool user_code);
void dri_forget_dead_candidates(void);
bool dri_trial_is_under_way(void);

static bool is_member(const void* obj) {
    return (((const dr_header*)obj)->meta & DR_META_COLOUR) == DR_META_COLOUR;
}

/* The trial knows already that it is alive. */
static bool is_live_member(const Graph* g) {
    return is_member(g) && (g->header.meta >> 22 & 1) != 0;
}

void slice(void) {
    dr_debug_stress(DR_STRESS_SLICES);
    dri_collect_if_due(true);
    dr_debug_stress(DR_STRESS_NONE);
}

/* To the end of the trial under way, or of one over what is a candidate now. */
static void slice_to_the_end(void) {
    do {
        slice();
    } while (dri_trial_is_under_way());
}

static void touch(Graph* g) {
    dr_retain_cyclic(g);
    dr_release_cyclic(g);
}

static Graph* new_node(int number) {
    Graph* node = dr_new(Graph);
    node->number = number;
    graph_dropped[number] = 0;
    return node;
}

static dr_memory_figures figures(void) {
    dr_memory_figures f;
    dr_memory_figures_now(&f);
    return f;
}

/* ---- between the steps ---- */

/* y, which the program holds, leads to x, and x to z and to itself. */
typedef struct scene {
    Graph* y;
    Graph* x;
    Graph* z;
    /* What else the program holds: x, and z. */
    Graph* taken;
    Graph* other;
    bool has_y;
} scene;

typedef enum action { TAKE_X, CUT_Y, DROP_Y, MOVE_X_TO_Z, MOVE_X_TO_Y, TAKE_Z, CUT_X } action;

/* The members come in that order. */
static void set_scene(scene* s, const int* order) {
    *s = (scene){.y = new_node(0), .x = new_node(1), .z = new_node(2), .has_y = true};
    Graph* const nodes[3] = {s->y, s->x, s->z};
    s->y->edges[0] = s->x;
    s->x->edges[0] = s->z;
    s->x->edges[1] = dr_retain_cyclic(s->x);
    for (int i = 0; i < 3; i++) {
        touch(nodes[order[i]]);
    }
}

/* The program's reference to x becomes an edge. */
static void move_taken(scene* s, Graph** edge) {
    *edge = s->taken;
    dr_note_cyclic(s->taken);
    s->taken = NULL;
}

static void cut(Graph** edge) {
    Graph* target = *edge;
    *edge = NULL;
    dr_release_cyclic(target);
}

static void act(scene* s, action what) {
    switch (what) {
    case TAKE_X:
        s->taken = dr_retain_cyclic(s->x);
        break;
    case CUT_Y:
        cut(&s->y->edges[0]);
        break;
    case DROP_Y:
        s->has_y = false;
        dr_release_cyclic(s->y);
        break;
    case MOVE_X_TO_Z:
        s->other = dr_retain_cyclic(s->z);
        move_taken(s, &s->z->edges[0]);
        break;
    case MOVE_X_TO_Y:
        move_taken(s, &s->y->edges[1]);
        break;
    case TAKE_Z:
        s->other = dr_retain_cyclic(s->z);
        break;
    case CUT_X:
        cut(&s->x->edges[0]);
        break;
    }
}

/* Whether all that the program holds lives, and dies when it is let go. */
static bool ends_well(scene* s) {
    slice_to_the_end();
    bool has_x = s->taken != NULL || (s->has_y && (s->y->edges[0] != NULL || s->y->edges[1] != NULL)) ||
                 (s->other != NULL && s->z->edges[0] != NULL);
    bool is_x_there = has_x && graph_dropped[1] == 0;
    bool has_z = s->other != NULL || (is_x_there && s->x->edges[0] != NULL);
    bool right = has_x == is_x_there && !(s->has_y && graph_dropped[0]) && !(has_z && graph_dropped[2]);
    dr_release_cyclic(s->taken);
    dr_release_cyclic(s->other);
    dr_release_cyclic(s->has_y ? s->y : NULL);
    slice_to_the_end();
    slice_to_the_end();
    return right && graph_dropped[0] && graph_dropped[1] && graph_dropped[2];
}

/* A program's ways to keep hold of x, or of z: it takes one, then cuts the edge to it, lets y go, or puts x elsewhere, with
 * any number of steps of the trial before each. */
static void keeping_hold(void) {
    enum { SCRIPTS = 6, ACTIONS = 3, ORDERS = 6, FIRST = 36, LATER = 6 };
    static const action scripts[SCRIPTS][ACTIONS] = {
        {TAKE_X, CUT_Y, DROP_Y}, {TAKE_X, DROP_Y, CUT_X},      {TAKE_X, CUT_Y, TAKE_Z},
        {TAKE_Z, CUT_X, DROP_Y}, {TAKE_X, CUT_Y, MOVE_X_TO_Y}, {TAKE_X, CUT_Y, MOVE_X_TO_Z},
    };
    static const int orders[ORDERS][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int64_t wrong = 0;
    for (int run = 0; run < SCRIPTS * ORDERS * FIRST * LATER * LATER; run++) {
        const action* script = scripts[run % SCRIPTS];
        const int* order = orders[run / SCRIPTS % ORDERS];
        int times = run / SCRIPTS / ORDERS;
        const int before[ACTIONS] = {times % FIRST, times / FIRST % LATER, times / FIRST / LATER};
        scene s;
        set_scene(&s, order);
        for (int i = 0; i < ACTIONS; i++) {
            for (int k = 0; k < before[i]; k++) {
                slice();
            }
            act(&s, script[i]);
        }
        wrong += !ends_well(&s);
    }
    CHECK(wrong == 0);
    CHECK(dr_memory_live_objects() == 0);
}

/* Before the trial looks at y, which leads to the first of a chain, the program takes that one and cuts y's edge; then, as
 * soon as the trial knows that one of them is alive, the next, and cuts the edge between them. The members come against the
 * order of the chain, so that each pass finds one: the trial gives up after so many, and nothing is lost or left. */
static void finding_one_by_one(void) {
    enum { LENGTH = 20, LOOKED_AT = LENGTH + 1 + LENGTH + 1 + LENGTH };
    Graph* chain[LENGTH];
    chain[LENGTH - 1] = dr_new(Graph);
    for (int i = LENGTH - 1; i-- > 0;) {
        chain[i] = dr_new(Graph);
        chain[i]->edges[0] = chain[i + 1];
    }
    Graph* y = dr_new(Graph);
    y->edges[0] = chain[0];
    for (int i = LENGTH; i-- > 0;) {
        touch(chain[i]);
    }
    touch(y);
    /* All painted, all traced, the chain scanned. */
    for (int i = 0; i < LOOKED_AT; i++) {
        slice();
        dr_debug_validate();
    }
    Graph* from = y;
    int taken = 0;
    while (dri_trial_is_under_way()) {
        if (taken == 0 || (taken < LENGTH && is_live_member(from))) {
            Graph* next = dr_retain_cyclic(chain[taken++]);
            from->edges[0] = NULL;
            dr_release_cyclic(next);
            from = next;
        }
        slice();
        dr_debug_validate();
    }
    CHECK(taken > 10 && taken < LENGTH && dr_memory_live_objects() == LENGTH + 1);
    /* What it could not decide about is a candidate again. */
    CHECK(chain[LENGTH - 1]->header.meta & DR_META_BUFFERED);
    for (int i = 0; i < LENGTH; i++) {
        CHECK(chain[i]->header.ref_count == 1);
    }
    slice_to_the_end();
    CHECK(dr_memory_live_objects() == LENGTH + 1);
    dr_release_cyclic(y);
    for (int i = 0; i < taken; i++) {
        dr_release_cyclic(chain[i]);
    }
    slice_to_the_end();
    CHECK(dr_memory_live_objects() == 0);
}

/* What has no part in a trial: an immortal candidate, one by the class that it was held as, and the same as neighbours. */
static void passed_by(void) {
    Graph* immortal = dr_new(Graph);
    Leaf* leaf = dr_new(Leaf);
    Graph* g = dr_new(Graph);
    g->edges[0] = g;
    g->edges[1] = immortal;
    g->more = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    g->more[0] = dr_retain_cyclic(leaf);
    touch(immortal);
    dr_retain_cyclic(leaf);
    dr_release_cyclic(leaf);
    dr_note_cyclic(g);
    immortal->header.ref_count = DR_IMMORTAL;
    do {
        slice();
        CHECK(!is_member(immortal) && !is_member(leaf));
    } while (dri_trial_is_under_way());
    CHECK(immortal->header.ref_count == DR_IMMORTAL && leaf->header.ref_count == 1 && dr_memory_live_objects() == 2);
    immortal->header.ref_count = 1;
    dr_release_cyclic(immortal);
    dr_release_object(leaf);
}

/* Where destructors may run there are no slices. */
static void with_destructors(void) {
    dri_has_eager_cyclic = true;
    final_count = 0;
    Final* f = dr_new(Final);
    f->edges[0] = f;
    dr_note_cyclic(f);
    slice();
    CHECK(final_count == 1 && !dri_trial_is_under_way() && dr_memory_live_objects() == 0);
    final_count = 0;
    dri_has_eager_cyclic = false;
}

/* ---- many references ---- */

/* Nodes that all lead to one, which leads to all of them: around the counts where counting changes its place. */
static void hubs_in_slices(void) {
    static const int sizes[] = {508, 509, 510, 511, 512, 513, 3000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        int size = sizes[k];
        Graph* hub = dr_new(Graph);
        hub->more = dr_new_array(DR_ARRAY_OBJECT, size, "");
        for (int i = 0; i < size; i++) {
            hub->more[i] = dr_new(Graph);
            hub->more[i]->edges[0] = dr_retain_cyclic(hub);
        }
        touch(hub);
        slice_to_the_end();
        CHECK(hub->header.ref_count == size + 1 && dr_memory_live_objects() == size + 2);
        dr_release_cyclic(hub);
        slice_to_the_end();
        CHECK(dr_memory_live_objects() == 0);
    }
}

/* More references than are counted where a member's own bits are, though it had not so many when it became one. */
static void hub_that_grows(void) {
    enum { BEFORE = 500, AFTER = 530 };
    Graph* hub = dr_new(Graph);
    hub->more = dr_new_array(DR_ARRAY_OBJECT, AFTER, "");
    for (int i = 0; i < BEFORE; i++) {
        hub->more[i] = dr_retain_cyclic(hub);
    }
    touch(hub);
    slice();
    for (int i = BEFORE; i < AFTER; i++) {
        hub->more[i] = dr_retain_cyclic(hub);
    }
    slice_to_the_end();
    CHECK(hub->header.ref_count == AFTER + 1 && dr_memory_live_objects() == 2);
    dr_release_cyclic(hub);
    slice_to_the_end();
    CHECK(dr_memory_live_objects() == 0);
}

enum { HUBS = 40, HUB_COUNT = 520, CHAIN = 4200, HUB_MEMBERS = 1 + 1 + HUBS + CHAIN };

/* The first of them leads to hubs, each of which leads back, and to a chain that is longer than a piece of a list. */
static Graph* many_hubs(Graph** hubs) {
    Graph* first = dr_new(Graph);
    first->more = dr_new_array(DR_ARRAY_OBJECT, HUBS * HUB_COUNT, "");
    for (int i = 0; i < HUBS; i++) {
        hubs[i] = first->more[i] = dr_new(Graph);
        hubs[i]->edges[0] = dr_retain_cyclic(first);
    }
    for (int i = HUBS; i < HUBS * HUB_COUNT; i++) {
        first->more[i] = dr_retain_cyclic(hubs[i % HUBS]);
    }
    Graph* last = first;
    for (int i = 0; i < CHAIN; i++) {
        last = last->edges[0] = dr_new(Graph);
    }
    return first;
}

/* Their table grows, and some of them want the same place in it. */
static void hubs_by_the_dozen(void) {
    Graph* hubs[HUBS];
    Graph* first = many_hubs(hubs);
    touch(first);
    slice();
    dri_forget_dead_candidates();
    CHECK(dr_memory_live_objects() == HUB_MEMBERS);
    for (int i = 0; i < HUBS; i++) {
        CHECK(hubs[i]->header.ref_count == HUB_COUNT);
    }
    dr_release_cyclic(first);
    slice();
    dri_forget_dead_candidates();
    CHECK(dr_memory_live_objects() == 0);
}

/* ---- no memory ---- */

/* One more than such a trial makes. */
enum { REQUESTS = 9 };

/* The request of that number fails, once or with all after it; half of the hubs are candidates, the others come to light.
 * Whether all of it is held or is garbage: the trial is given up, nothing is lost, and the next one, or the end, gets it. */
static void no_memory_in_slices(int scenario) {
    int request = scenario / 4 + 1;
    bool is_held = scenario % 2 != 0;
    Graph* hubs[HUBS];
    Graph* first = many_hubs(hubs);
    for (int i = 0; i < HUBS / 2; i++) {
        touch(hubs[i]);
    }
    if (is_held) {
        touch(first);
    } else {
        dr_release_cyclic(first);
    }
    int64_t before = dr_debug_requests();
    dr_debug_fail_after(request, scenario / 2 % 2 != 0);
    slice();
    dri_forget_dead_candidates();
    bool failed = dr_debug_requests() - before >= request;
    dr_debug_fail_after(0, false);
    dr_debug_validate();
    CHECK(dr_memory_live_objects() == (failed || is_held ? HUB_MEMBERS : 0));
    CHECK(failed == (request < REQUESTS));
    for (int i = 0; i < HUBS && (failed || is_held); i++) {
        CHECK(hubs[i]->header.ref_count == HUB_COUNT);
    }
    if (is_held) {
        dr_release_cyclic(first);
    }
    CHECK(dr_exit(0) == 0 && dr_memory_live_objects() == 0);
}

/* ---- when ---- */

static Graph* new_chain(int length) {
    Graph* first = NULL;
    for (int i = 0; i < length; i++) {
        Graph* node = dr_new(Graph);
        node->edges[0] = first;
        first = node;
    }
    return first;
}

/* Many candidates, of which hardly one is alive: the dead are forgotten, and nothing is traced. */
static void mostly_dead(void) {
    enum { LIVE = 20000, DEAD = 45000 };
    Graph* chain = new_chain(LIVE);
    /* In vain, so that twice as many candidates start the next. */
    touch(chain);
    dr_collect();
    touch(chain);
    dr_memory_figures before = figures();
    for (int i = 0; i < DEAD; i++) {
        Graph* g = dr_new(Graph);
        touch(g);
        dr_release_cyclic(g);
    }
    dr_memory_figures after = figures();
    CHECK(after.collections == before.collections + 1 && after.traced == before.traced);
    CHECK(!dri_trial_is_under_way() && dr_memory_live_objects() == LIVE);
    dr_release_cyclic(chain);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

#if DR_DEBUG_MEMORY
/* Before any other collection: however large what is alive, or garbage, no slice is long. */
static void slices_are_short(void) {
    enum { LIVE = 60000, ELEMENTS = 50000, MOST_WORK = 4200 };
    Graph* first = dr_new(Graph);
    Graph* last = first;
    for (int i = 1; i < LIVE; i++) {
        Graph* node = dr_new(Graph);
        node->edges[1] = dr_retain_cyclic(first);
        last->edges[0] = node;
        last = node;
    }
    last->more = dr_new_array(DR_ARRAY_OBJECT, ELEMENTS, "");
    for (int i = 0; i < ELEMENTS; i++) {
        last->more[i] = dr_retain_cyclic(first);
    }
    for (int round = 0; round < 4; round++) {
        for (Graph* g = first; g != NULL; g = g->edges[0]) {
            touch(g);
        }
    }
    last->edges[0] = dr_retain_cyclic(first);
    dr_release_cyclic(first);
    for (int i = 0; i < 4 * LIVE; i++) {
        Graph* g = dr_new(Graph);
        touch(g);
        touch(g->edges[0] = g);
    }
    dr_memory_figures f;
    dr_memory_figures_now(&f);
    CHECK(f.collected > LIVE && f.collections > 3 && f.longest_collection_objects < MOST_WORK);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}
#endif

/* A list grows, in the middle of a trial: what it holds moves to another array, and lives. */
static void list_that_grows(void) {
    for (int steps = 0; steps < 40; steps++) {
        Graph* holder = dr_new(Graph);
        Graph* held = dr_new(Graph);
        graph_dropped[held->number = 1] = 0;
        held->edges[0] = dr_retain_cyclic(held);
        holder->more = dr_new_array(DR_ARRAY_OBJECT, 1, "");
        holder->more[0] = held;
        touch(held);
        touch(holder);
        for (int k = 0; k < steps; k++) {
            slice();
        }
        dr_array_set_length(&holder->more, 2, "");
        slice_to_the_end();
        slice_to_the_end();
        CHECK(graph_dropped[1] == 0 && held->header.ref_count == 2);
        dr_release_cyclic(holder);
        slice_to_the_end();
        slice_to_the_end();
        CHECK(dr_memory_live_objects() == 0);
    }
}

#if !DR_NO_POOLS
/* What a trial has found is freed although the program makes no more candidates: new blocks pay for it. */
static void blocks_pay_for_slices(void) {
    enum { LIVE = 20000, BLOCKS = 100000 };
    static Leaf* leaves[BLOCKS];
    Graph* first = dr_new(Graph);
    Graph* last = first;
    for (int i = 1; i < LIVE; i++) {
        last->edges[0] = dr_new(Graph);
        last = last->edges[0];
    }
    last->edges[0] = dr_retain_cyclic(first);
    for (Graph* g = first; !dri_trial_is_under_way(); g = g->edges[0]) {
        touch(g);
    }
    int count = 0;
    while (dri_trial_is_under_way() && count < BLOCKS) {
        leaves[count++] = dr_new(Leaf);
    }
    CHECK(count > 0 && count < BLOCKS);
    while (count > 0) {
        dr_release_object(leaves[--count]);
    }
    dr_release_cyclic(first);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}
#endif

void suite_slices(void) {
    dri_has_eager_cyclic = false;
    /* Where no list has any room yet. */
    for (int scenario = 0; scenario < 4 * REQUESTS; scenario++) {
        child c;
        run_child(&c, no_memory_in_slices, scenario);
        CHECK(c.status == 0);
        fputs(c.status == 0 ? "" : c.err, stderr);
    }
#if DR_DEBUG_MEMORY
    slices_are_short();
#endif
    keeping_hold();
    finding_one_by_one();
    passed_by();
    with_destructors();
    hubs_in_slices();
    hub_that_grows();
    hubs_by_the_dozen();
    mostly_dead();
    list_that_grows();
#if !DR_NO_POOLS
    blocks_pay_for_slices();
#endif
    dri_has_eager_cyclic = true;
}
