/* test_cycle.c: the collector against reachability: all small graphs with all root sets, long random mutation, cost.
 *
 * The oracle is a matrix of edges and a set of roots that the test keeps beside the real objects. After a collection an
 * object is alive iff a root reaches it, and its count is the number of its live holders. */
#define DR_MANAGED 1
#include "check.h"

enum { MOST = 200 };

/* Whether a collection has to expect destructors: the runtime's own. */
extern DR_THREAD_LOCAL bool dri_has_eager_cyclic;
void dri_walk_objects(void (*each)(dr_header* obj));

/* The long forms belong to the release build: elsewhere a step takes up to a hundred times as long. */
#if DR_NO_POOLS || DR_DEBUG_MEMORY || defined(UNDER_SANITIZER) || defined(__TINYC__)
#define RELEASE 0
#else
#define RELEASE 1
#endif

static int steps(int usual, int campaign) {
    return !long_tests() ? usual : RELEASE ? campaign : usual * 20;
}

static Graph* nodes[MOST];
static bool alive[MOST];

/* The class of nodes. Those of TracedGraph may be freed without being dropped: note_freed() looks which are there. */
static uint32_t node_class = Graph_id;
static bool is_there[MOST];

static Graph* new_node(int i) {
    Graph* node = dri_new(sizeof(Graph), node_class);
    node->number = i;
    graph_dropped[i] = 0;
    return node;
}

static void note_there(dr_header* obj) {
    if (dr_type_id(obj) == TracedGraph_id && obj->ref_count > 0) {
        is_there[((Graph*)(void*)obj)->number] = true;
    }
}

static void note_freed(int n) {
    if (node_class == TracedGraph_id) {
        memset(is_there, 0, sizeof is_there);
        dri_walk_objects(note_there);
        for (int i = 0; i < n; i++) {
            graph_dropped[i] = !is_there[i];
        }
    }
}

/* ---- all graphs ---- */

/* Edges through fields, through an array, or moved in without any count falling. */
enum { BY_FIELDS, BY_ARRAY, WAYS };

static unsigned reachable(int n, unsigned graph, unsigned roots) {
    unsigned seen = roots;
    for (int round = 0; round < n; round++) {
        for (int i = 0; i < n; i++) {
            if (seen >> i & 1) {
                seen |= graph >> (i * n) & ((1u << n) - 1);
            }
        }
    }
    return seen;
}

/* The graph is made, all but the roots are released in the given order, which is the candidates' order. */
static bool is_collected_rightly(int n, unsigned graph, unsigned roots, int way, const int* order) {
    for (int i = 0; i < n; i++) {
        nodes[i] = new_node(i);
    }
    for (int i = 0; i < n; i++) {
        if (way == BY_ARRAY || n > 4) {
            nodes[i]->more = dr_new_array(DR_ARRAY_OBJECT, n, "");
        }
        for (int j = 0; j < n; j++) {
            if (graph >> (i * n + j) & 1) {
                Graph** slot = way == BY_ARRAY || j >= 4 ? &nodes[i]->more[j] : &nodes[i]->edges[j];
                *slot = dr_retain_cyclic(nodes[j]);
            }
        }
    }
    for (int k = 0; k < n; k++) {
        if (!(roots >> order[k] & 1)) {
            dr_release_cyclic(nodes[order[k]]);
        }
    }
    dr_collect();
    note_freed(n);
    unsigned live = reachable(n, graph, roots);
    bool right = true;
    for (int i = 0; i < n; i++) {
        right = right && graph_dropped[i] == !(live >> i & 1);
        if (live >> i & 1) {
            int holders = (int)(roots >> i & 1);
            for (int j = 0; j < n; j++) {
                holders += (live >> j & 1) && (graph >> (j * n + i) & 1);
            }
            right = right && nodes[i]->header.ref_count == holders;
        }
    }
    for (int i = 0; i < n; i++) {
        if (roots >> i & 1) {
            dr_release_cyclic(nodes[i]);
        }
    }
    dr_collect();
    note_freed(n);
    for (int i = 0; i < n; i++) {
        right = right && graph_dropped[i] == 1;
    }
    return right;
}

/* The next permutation in lexical order; false after the last. */
static bool next_order(int* order, int n) {
    int i = n - 2;
    while (i >= 0 && order[i] > order[i + 1]) {
        i--;
    }
    if (i < 0) {
        return false;
    }
    int j = n - 1;
    while (order[j] < order[i]) {
        j--;
    }
    int swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
    for (int low = i + 1, high = n - 1; low < high; low++, high--) {
        swapped = order[low];
        order[low] = order[high];
        order[high] = swapped;
    }
    return true;
}

/* Every graph of n nodes, self-loops included, with every set of roots, released in the first and the last order or in
 * every one, edges in fields and in arrays. */
static void all_graphs(int n, bool every_order) {
    int64_t wrong = 0;
    for (unsigned graph = 0; graph >> (n * n) == 0; graph++) {
        for (unsigned roots = 0; roots < 1u << n; roots++) {
            for (int way = 0; way < WAYS; way++) {
                int forward[4] = {0, 1, 2, 3};
                int backward[4];
                for (int i = 0; i < n; i++) {
                    backward[i] = n - 1 - i;
                }
                wrong += !is_collected_rightly(n, graph, roots, way, forward);
                if (every_order) {
                    while (next_order(forward, n)) {
                        wrong += !is_collected_rightly(n, graph, roots, way, forward);
                    }
                } else {
                    wrong += !is_collected_rightly(n, graph, roots, way, backward);
                }
            }
        }
    }
    CHECK(wrong == 0);
    CHECK(dr_memory_live_objects() == 0);
}

static uint32_t seed = 1;
static uint32_t next_random(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 10;
}

/* Every graph of five nodes, self-loops included, but for the numbers of the nodes, with every set of roots: each in a few
 * numberings drawn at random, with edges in fields and in arrays by turns. */
static void all_graphs_of_five(void) {
    enum { N = 5, ROWS = 1 << N, ORDERS = 120, DRAWN = 4, KINDS = 291968 };
    static int orders[ORDERS][N];
    /* What a row of edges, or a set of nodes, is in that numbering. */
    static unsigned renumbered[ORDERS][ROWS];
    int order[N] = {0, 1, 2, 3, 4};
    for (int o = 0; o < ORDERS; o++) {
        memcpy(orders[o], order, sizeof order);
        for (unsigned row = 0; row < ROWS; row++) {
            for (int i = 0; i < N; i++) {
                renumbered[o][row] |= (row >> i & 1) << order[i];
            }
        }
        next_order(order, N);
    }
    int64_t kinds = 0;
    int64_t wrong = 0;
    for (unsigned graph = 0; graph >> (N * N) == 0; graph++) {
        unsigned images[ORDERS];
        bool is_least = true;
        for (int o = 0; o < ORDERS && is_least; o++) {
            images[o] = 0;
            for (int i = 0; i < N; i++) {
                images[o] |= renumbered[o][graph >> (i * N) & (ROWS - 1)] << (orders[o][i] * N);
            }
            is_least = images[o] >= graph;
        }
        if (!is_least) {
            continue;
        }
        kinds++;
        for (unsigned roots = 0; roots < ROWS; roots++) {
            for (int drawn = 0; drawn < DRAWN; drawn++) {
                unsigned o = next_random() % ORDERS;
                wrong += !is_collected_rightly(N, images[o], renumbered[o][roots], drawn % WAYS, orders[0]);
            }
        }
    }
    CHECK(kinds == KINDS);
    CHECK(wrong == 0);
    CHECK(dr_memory_live_objects() == 0);
}

/* How many nodes the graphs have at most. */
static int most_nodes(void) {
    const char* wanted = getenv("DREAM_GRAPHS");
    return wanted != NULL ? atoi(wanted) : !long_tests() ? 3 : RELEASE ? 5 : 4;
}

/* ---- random mutation ---- */

/* target[i][k]: the node that edge k of node i leads to, -1 without one. Edges 4 to 6 are elements of `more`. */
static int target[MOST][7];
static bool rooted[MOST];

static Graph** edge_slot(int i, int k) {
    return k < 4 ? &nodes[i]->edges[k] : nodes[i]->more != NULL ? &nodes[i]->more[k - 4] : NULL;
}

static void mark_reachable(bool* seen) {
    static int stack[MOST];
    int top = 0;
    memset(seen, 0, MOST * sizeof *seen);
    for (int i = 0; i < MOST; i++) {
        if (rooted[i]) {
            seen[i] = true;
            stack[top++] = i;
        }
    }
    while (top > 0) {
        int i = stack[--top];
        for (int k = 0; k < 7; k++) {
            int j = target[i][k];
            if (j >= 0 && !seen[j]) {
                seen[j] = true;
                stack[top++] = j;
            }
        }
    }
}

/* How many roots and live nodes hold each node. */
static void count_holders(int32_t* holders) {
    for (int i = 0; i < MOST; i++) {
        holders[i] = rooted[i];
    }
    for (int j = 0; j < MOST; j++) {
        for (int k = 0; alive[j] && k < 7; k++) {
            if (target[j][k] >= 0) {
                holders[target[j][k]]++;
            }
        }
    }
}

static void compare_with_model(bool exact) {
    static bool seen[MOST];
    static int32_t holders[MOST];
    bool right = true;
    mark_reachable(seen);
    for (int i = 0; i < MOST; i++) {
        if (alive[i] && graph_dropped[i]) {
            right = right && !seen[i];
            alive[i] = false;
        }
    }
    count_holders(holders);
    for (int i = 0; exact && i < MOST; i++) {
        right = right && (!alive[i] || (seen[i] && nodes[i]->header.ref_count == holders[i]));
    }
    CHECK(right);
}

/* A rooted node, or -1. Only what a root reaches may be touched, as in a program. */
static int some_live(void) {
    static bool seen[MOST];
    mark_reachable(seen);
    int start = (int)(next_random() % MOST);
    for (int k = 0; k < MOST; k++) {
        int i = (start + k) % MOST;
        if (seen[i]) {
            return i;
        }
    }
    return -1;
}

static int some_rooted(int start) {
    for (int k = 0; k < MOST; k++) {
        int i = (start + k) % MOST;
        if (rooted[i]) {
            return i;
        }
    }
    return -1;
}

static void set_edge(int i, int k, int j) {
    Graph** slot = edge_slot(i, k);
    if (slot == NULL) {
        return;
    }
    Graph* old = *slot;
    *slot = j >= 0 ? dr_retain_cyclic(nodes[j]) : NULL;
    target[i][k] = j;
    dr_release_cyclic(old);
}

/* The root's own unit becomes the edge. */
static void move_root(int i, int k, int j) {
    Graph** slot = edge_slot(i, k);
    if (slot == NULL || !rooted[j]) {
        return;
    }
    Graph* old = *slot;
    *slot = nodes[j];
    dr_note_cyclic(nodes[j]);
    rooted[j] = false;
    target[i][k] = j;
    dr_release_cyclic(old);
}

/* The array of edges elsewhere, as a program's List does when it grows, or a write while a copy of it is held. */
static void move_array(int i) {
    Graph*** more = &nodes[i]->more;
    if (*more == NULL) {
        return;
    }
    if (next_random() % 2) {
        dr_array_set_length(more, 3 + (int)(next_random() % 3), "");
    } else {
        Graph** copy = dr_retain_array(*more);
        dr_make_unique(more);
        dr_release_array_cyclic(copy);
    }
}

static bool slices_by_chance;

/* Among the first `most` nodes. */
static void random_mutation_of(int most, int steps, int collect_every) {
    memset(alive, 0, sizeof alive);
    memset(rooted, 0, sizeof rooted);
    memset(target, -1, sizeof target);
    for (int step = 0; step < steps; step++) {
        int i = (int)(next_random() % (unsigned)most);
        for (unsigned k = slices_by_chance && next_random() % 2 ? next_random() % 8 : 0; k > 0; k--) {
            slice();
        }
        switch (next_random() % 12) {
        case 0:
        case 1:
            if (!alive[i]) {
                nodes[i] = new_node(i);
                nodes[i]->more = next_random() % 2 ? dr_new_array(DR_ARRAY_OBJECT, 3, "") : NULL;
                memset(target[i], -1, sizeof target[i]);
                alive[i] = true;
                rooted[i] = true;
            }
            break;
        case 2:
        case 8:
        case 9:
            i = some_rooted(i);
            if (i >= 0) {
                rooted[i] = false;
                dr_release_cyclic(nodes[i]);
            }
            break;
        case 3:
            i = some_live();
            if (i >= 0) {
                set_edge(i, (int)(next_random() % 7), -1);
            }
            break;
        case 4:
            if (next_random() % 8 == 0) {
                dr_frame_trial(0, true);
            }
            break;
        case 5:
            i = some_live();
            if (i >= 0) {
                move_root(i, (int)(next_random() % 7), (int)(next_random() % (unsigned)most));
            }
            break;
        case 6:
            i = some_live();
            if (i >= 0) {
                move_array(i);
            }
            break;
        case 7:
            i = some_live();
            if (i >= 0 && !rooted[i]) {
                dr_retain_cyclic(nodes[i]);
                rooted[i] = true;
            }
            break;
        default: {
            int from = some_live();
            int to = some_live();
            if (from >= 0 && to >= 0) {
                set_edge(from, (int)(next_random() % 7), to);
            }
        }
        }
        if (step % collect_every == 0) {
            dr_collect();
            note_freed(MOST);
            compare_with_model(true);
        } else if (step % 7 == 0) {
            note_freed(MOST);
            compare_with_model(false);
        }
        /* A dropped node's slots in the model are free from now on. */
        for (int n = 0; n < MOST; n++) {
            if (alive[n] && graph_dropped[n]) {
                static bool seen[MOST];
                mark_reachable(seen);
                CHECK(!seen[n]);
                alive[n] = false;
                memset(target[n], -1, sizeof target[n]);
            }
        }
    }
    for (int i = 0; i < MOST; i++) {
        if (rooted[i]) {
            rooted[i] = false;
            dr_release_cyclic(nodes[i]);
        }
    }
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

static void random_mutation(int steps, int collect_every) {
    random_mutation_of(MOST, steps, collect_every);
}

/* ---- in slices ---- */

/* The same with a collection in slices, its steps by chance or at each release, between few nodes, whose trials soon end,
 * and many. */
static void random_mutation_in_slices(int steps) {
    static const int sizes[] = {3, 5, 8, 20, MOST};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        slices_by_chance = true;
        random_mutation_of(sizes[k], steps, 1 << 20);
        slices_by_chance = false;
        dr_debug_stress(DR_STRESS_SLICES);
        random_mutation_of(sizes[k], steps, 300);
        dr_debug_stress(DR_STRESS_NONE);
    }
}

/* ---- particular shapes ---- */

/* The request for the copy's memory frees the garbage that shared the array: the writer has it alone, and keeps it. */
static void sharer_dies_while_copying(void) {
    Graph* n = dr_new(Graph);
    n->more = dr_new_array(DR_ARRAY_OBJECT, 200, "");
    n->more[0] = (Graph*)(void*)dr_new(Leaf);
    n->edges[0] = dr_retain_cyclic(n);
    Graph** mine = dr_retain_array(n->more);
    dr_release_cyclic(n);
    CHECK(dr_memory_live_objects() == 3);
    dr_debug_fail_after(1, false);
    dr_make_unique(&mine);
    dr_debug_fail_after(0, false);
    CHECK(dr_memory_live_objects() == 2 && dr_array_is_unique(mine));
    CHECK(((dr_header*)(void*)mine[0])->ref_count == 1);
    dr_release_array_cyclic(mine);
    CHECK(dr_memory_live_objects() == 0);
}

/* A write takes the last reference from outside to an array on a cycle away, while it copies the array. */
static void unshared_array(void) {
    Graph* n = dr_new(Graph);
    n->more = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    n->more[0] = n;
    Graph** mine = dr_retain_array(n->more);
    dr_collect();
    CHECK(dr_memory_live_objects() == 2);
    dr_make_unique(&mine);
    mine[0] = NULL;
    dr_release_cyclic(n); /* the copy's; it leaves the object a candidate */
    dr_collect();
    CHECK(dr_memory_live_objects() == 1);
    dr_release_array_cyclic(mine);
}

static void make_ring(int number) {
    Graph* first = dr_new(Graph);
    Graph* second = dr_new(Graph);
    first->number = second->number = number;
    graph_dropped[number] = 0;
    first->edges[0] = dr_retain_cyclic(second);
    second->edges[0] = dr_retain_cyclic(first);
    dr_release_cyclic(second);
    dr_release_cyclic(first);
}

/* A frame frees the cycle that it made, and looks at none that was there before it. */
static void frame_example(void) {
    make_ring(0);
    size_t frame = dr_frame();
    dr_frame_trial(frame, true);
    CHECK(graph_dropped[0] == 0);
    make_ring(1);
    dr_frame_trial(frame, true);
    CHECK(graph_dropped[0] == 0 && graph_dropped[1] == 2);
    make_ring(1);
    dr_collect();
    CHECK(graph_dropped[0] == 2 && graph_dropped[1] == 2);
    dr_frame_trial(frame, true);
}

static int64_t collections_so_far(void) {
    dr_memory_figures f;
    dr_memory_figures_now(&f);
    return f.collections;
}

static void ring(int length) {
    Graph* first = dr_new(Graph);
    Graph* last = first;
    for (int i = 1; i < length; i++) {
        Graph* node = dr_new(Graph);
        last->edges[0] = node;
        last = node;
    }
    last->edges[0] = first;
    dr_note_cyclic(first);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* A moved last use closes a cycle while no count ever falls: n.next = n. */
static void moved_unit(void) {
    Graph* n = dr_new(Graph);
    n->edges[0] = n;
    dr_note_cyclic(n);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* The last holder of an array on a cycle is a local: its release leaves the garbage behind. */
static void array_was_last(void) {
    Graph* n = dr_new(Graph);
    Graph** more = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    more[0] = n;
    n->more = dr_retain_array(more);
    dr_collect();
    CHECK(dr_memory_live_objects() == 2);
    dr_release_array_cyclic(more);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* Live objects that are touched all the time must not be traced all the time. */
static void touching_is_cheap(void) {
    enum { LIVE = 20000 };
    static Graph* live[LIVE];
    for (int i = 0; i < LIVE; i++) {
        live[i] = dr_new(Graph);
        live[i]->edges[0] = i > 0 ? dr_retain_cyclic(live[i - 1]) : NULL;
    }
    int64_t before = collections_so_far();
    for (int i = 0; i < 200000; i++) {
        Graph* g = dr_retain_cyclic(live[i % LIVE]);
        dr_release_cyclic(g);
    }
    int64_t during = collections_so_far() - before;
    CHECK(during < 40);
    for (int i = LIVE; i-- > 0;) {
        dr_release_cyclic(live[i]);
    }
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

static void collects_by_itself(void) {
    int64_t most = 0;
    for (int i = 0; i < 20000; i++) {
        Graph* a = dr_new(Graph);
        a->edges[1] = dr_retain_cyclic(a);
        dr_release_cyclic(a);
        if (i % 500 == 0) {
            int64_t now = dr_memory_live_objects();
            most = now > most ? now : most;
        }
    }
    CHECK(most < 3000);
    dr_collect();
}

/* Immortal and stuck members are held by everyone and pass nothing on. */
static void immortal_member(void) {
    Graph* a = dr_new(Graph);
    Graph* b = dr_new(Graph);
    a->edges[0] = dr_retain_cyclic(b);
    b->edges[0] = dr_retain_cyclic(a);
    a->header.ref_count = DR_IMMORTAL;
    dr_release_cyclic(b);
    dr_collect();
    CHECK(a->header.ref_count == DR_IMMORTAL && b->header.ref_count == 1);
    a->header.ref_count = 1;
    dr_note_cyclic(a);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* A candidate by the class that it was held as, though its own has no references: the trial must not count its edges. */
static void candidate_without_fields(void) {
    Graph* holder = dr_new(Graph);
    holder->more = dr_new_array(DR_ARRAY_OBJECT, 2, "");
    Leaf* leaf = dr_new(Leaf);
    holder->more[0] = dr_retain_cyclic(leaf);
    holder->more[1] = dr_retain_cyclic(leaf);
    for (int i = 0; i < 3; i++) {
        dr_retain_cyclic(leaf);
        dr_release_cyclic(leaf);
        dr_retain_cyclic(holder);
        dr_release_cyclic(holder);
        dr_collect();
        CHECK(leaf->header.ref_count == 3 && holder->header.ref_count == 1);
    }
    dr_release_cyclic(leaf);
    dr_release_cyclic(holder);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

static void self_ring(void) {
    Graph* a = dr_new(Graph);
    a->edges[0] = dr_retain_cyclic(a);
    dr_release_cyclic(a);
}

/* Hopeless trials of before let some frames pass: until one is tried. Returns how many were let pass. */
static int end_pause(void) {
    int64_t before = dr_memory_live_objects();
    int passed = 0;
    for (;; passed++) {
        size_t frame = dr_frame();
        self_ring();
        dr_frame_trial(frame, true);
        if (dr_memory_live_objects() != before + passed + 1) {
            dr_collect();
            return passed;
        }
    }
}

/* Closed but for one reference, which is given up; or but for one to what is never freed, which makes no difference. */
static void garbage_that_holds_others(void) {
    enum { NUMBER = 9 };
    Leaf* leaf = dr_new(Leaf);
    for (int held = 0; held < 3; held++) {
        leaf->header.ref_count = held < 2 ? 1 : DR_IMMORTAL;
        graph_dropped[NUMBER] = 0;
        Graph* a = dri_new(sizeof(Graph), TracedGraph_id);
        Graph* b = dri_new(sizeof(Graph), TracedGraph_id);
        a->edges[0] = dr_retain_cyclic(b);
        b->edges[0] = a;
        dr_note_cyclic(a);
        b->edges[1] = held ? dr_retain_object(leaf) : NULL;
        a->number = b->number = NUMBER;
        size_t frame = dr_frame();
        dr_release_cyclic(b);
        dr_frame_trial(frame, true);
        CHECK(leaf->header.ref_count == (held < 2 ? 1 : DR_IMMORTAL) && dr_memory_live_objects() == 1);
        CHECK(graph_dropped[NUMBER] == (held == 1 || DR_DEBUG_MEMORY ? 2 : 0));
    }
    leaf->header.ref_count = 1;
    dr_release_object(leaf);
}

/* The same garbage, of which one object is a candidate of the frame around, and waits for that one's trial in its block. */
static void garbage_of_two_frames(void) {
    Graph* a = dri_new(sizeof(Graph), TracedGraph_id);
    dr_release_cyclic(dr_retain_cyclic(a));
    size_t frame = dr_frame();
    Graph* b = dri_new(sizeof(Graph), TracedGraph_id);
    a->edges[0] = dr_retain_cyclic(b);
    b->edges[0] = a;
    dr_release_cyclic(b);
    dr_frame_trial(frame, true);
    dr_debug_validate();
    CHECK(dr_frame() == frame && a->header.ref_count == 0);
    dr_collect();
    CHECK(dr_frame() == 0 && dr_memory_live_objects() == 0);
}

/* However many frames touch what is alive and large, some frame within the next thousand is tried. */
static void hopeless_frames(void) {
    enum { LIVE = 3000, FRAMES = 12000, MOST_PASSED = 1023 };
    static Graph* live[LIVE];
    for (int i = 0; i < LIVE; i++) {
        live[i] = dr_new(Graph);
        live[i]->edges[0] = dr_retain_cyclic(live[i > 0 ? i - 1 : 0]);
    }
    live[0]->edges[1] = dr_retain_cyclic(live[LIVE - 1]);
    for (int i = 0; i < FRAMES; i++) {
        if (i % 1000 == 0) {
            dr_collect();
        }
        size_t frame = dr_frame();
        dr_release_cyclic(dr_retain_cyclic(live[i % LIVE]));
        dr_frame_trial(frame, true);
    }
    dr_collect();
    CHECK(end_pause() <= MOST_PASSED);
    for (int i = 0; i < LIVE; i++) {
        dr_release_cyclic(live[i]);
    }
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

/* Frames within try theirs; what they leave alone, the frame around them tries. */
static void frame_around(void) {
    dr_collect();
    end_pause();
    size_t outer = dr_frame();
    self_ring();
    size_t inner = dr_frame();
    self_ring();
    dr_frame_trial(inner, true);
    CHECK(dr_memory_live_objects() == 1);
    dr_frame_trial(inner, true);
    CHECK(dr_memory_live_objects() == 1);
    dr_frame_trial(outer, true);
    CHECK(dr_memory_live_objects() == 0);
}

/* Graphs of either class, with and without destructors elsewhere in the program. */
static void traced(void) {
    node_class = TracedGraph_id;
    for (int n = 1; n <= 3; n++) {
        all_graphs(n, n <= 2);
    }
    random_mutation(5000, 16);
    node_class = Graph_id;
}

static void stress(void) {
    dr_debug_stress(DR_STRESS_COLLECT);
    random_mutation(steps(2000, 10000000), 64);
    dr_debug_stress(DR_STRESS_NONE);
}

void suite_cycle(void) {
    frame_example();
    CHECK(dr_memory_live_objects() == 0);
    moved_unit();
    array_was_last();
    unshared_array();
    sharer_dies_while_copying();
    immortal_member();
    candidate_without_fields();
    garbage_that_holds_others();
    garbage_of_two_frames();
    frame_around();
    hopeless_frames();
    ring(2);
    ring(DR_NO_POOLS ? 50000 : 1000000);
    touching_is_cheap();
    collects_by_itself();
    for (int n = 1; n <= most_nodes() && n <= 4; n++) {
        all_graphs(n, n <= (long_tests() && RELEASE ? 4 : 3));
    }
    if (most_nodes() == 5) {
        all_graphs_of_five();
    }
    random_mutation(steps(15000, 20000000), 64);
    random_mutation(steps(3000, 20000000), 1);
    stress();
    traced();
    /* As a program whose classes on cycles have no destructors. */
    dri_has_eager_cyclic = false;
    for (int n = 1; n <= 3; n++) {
        all_graphs(n, n);
    }
    random_mutation(15000, 64);
    traced();
    random_mutation_in_slices(steps(15000, 5000000));
    dri_has_eager_cyclic = true;
}
