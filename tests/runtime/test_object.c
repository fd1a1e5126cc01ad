/* test_object.c: counts at their limits, types, values of type object, and dying without recursion. */
#define DR_MANAGED 1
#include "check.h"

static void saturation(void) {
    Leaf* leaf = dr_new(Leaf);
    leaf->header.ref_count = INT32_MAX - 1;
    dr_retain_object(leaf);
    CHECK(leaf->header.ref_count == INT32_MAX);
    dr_release_object(leaf);
    CHECK(leaf->header.ref_count == INT32_MAX - 1);
    dr_retain_object(leaf);
    dr_retain_object(leaf);
    CHECK(leaf->header.ref_count < 0);
    int32_t stuck = leaf->header.ref_count;
    for (int i = 0; i < 3; i++) {
        dr_release_object(leaf);
        dr_release_cyclic(leaf);
        dr_retain_object(leaf);
        CHECK(leaf->header.ref_count == stuck);
    }
    /* 2^16 is no boundary. */
    leaf->header.ref_count = 65535;
    dr_retain_object(leaf);
    CHECK(leaf->header.ref_count == 65536);
    dr_release_object(leaf);
    CHECK(leaf->header.ref_count == 65535);
    leaf->header.ref_count = 1;
    dr_release_object(leaf);
    CHECK(dr_memory_live_objects() == 0);
}

static Node* make_list(int count) {
    Node* list = NULL;
    for (int i = 0; i < count; i++) {
        Node* node = dr_new(Node);
        node->next = list;
        list = node;
    }
    return list;
}

static void long_list(int count) {
    Node* list = make_list(count);
    dr_release_object(list);
    /* Bounded: most are still there, and later allocations free them. */
    for (int i = 0; i < 100; i++) {
        dr_release_object(dr_new(Node));
    }
    CHECK(dr_memory_live_objects() == 0);

    dr_release_object_now(make_list(count));
    CHECK(dr_memory_live_objects() == 0);
}

static void deferred_work_is_paid(void) {
    dr_release_object(make_list(200000));
    /* Allocations alone work the rest off. */
    static Leaf* leaves[60000];
    for (int i = 0; i < 60000; i++) {
        leaves[i] = dr_new(Leaf);
    }
    CHECK(dri_waiting == NULL);
    for (int i = 0; i < 60000; i++) {
        dr_release_object(leaves[i]);
    }
    CHECK(dr_memory_live_objects() == 0);
}

#if !DR_NO_POOLS
/* Without settling what waits, as dr_memory_figures_now does. */
void dri_page_figures(dr_memory_figures* figures);

static int64_t bytes_in_pages(void) {
    dr_memory_figures f;
    memset(&f, 0, sizeof f);
    dri_page_figures(&f);
    return f.page_bytes;
}
#endif

/* What waits stays in proportion to what lives: a structure that is dropped and built anew, again and again, never takes
 * much more memory than two of it, whether small blocks or large ones are what is asked for. */
static void waiting_is_bounded(void) {
#if !DR_NO_POOLS
    enum { NODES = 400000, LARGE = 64 };
    for (int round = 0; round < 6; round++) {
        dr_release_object(make_list(NODES));
        Node* list = make_list(NODES);
        CHECK(bytes_in_pages() < (int64_t)(2.2 * NODES * sizeof(Node)));
        dr_release_object(list);
        /* 9.6 MB wait: as many bytes of large blocks pay for them. */
        void* blocks[LARGE];
        for (int i = 0; i < LARGE; i++) {
            blocks[i] = dr_new_array(DR_ARRAY_BYTE, 256 * 1024, NULL);
        }
        CHECK(dri_waiting == NULL);
        for (int i = 0; i < LARGE; i++) {
            dr_release_array(blocks[i]);
        }
    }
#endif
}

/* Nests of every kind, as deep as they are: no release recurses. */
static void mixed_nest(void) {
    enum { DEEP = 200000 };
    void* inner = dr_string_to_object(dr_string_from_c("innermost"));
    for (int i = 0; i < DEEP; i++) {
        switch (i % 3) {
        case 0: {
            void** array = dr_new_array(DR_ARRAY_OBJECT, 2, NULL);
            array[0] = inner;
            inner = dr_array_to_object(array);
            break;
        }
        case 1: {
            void** array = dr_new_array(DR_ARRAY_ARRAY, 1, NULL);
            array[0] = dr_object_to_array(inner);
            inner = dr_array_to_object(array);
            break;
        }
        default: {
            /* A struct array that holds an array of arrays in a field meant for numbers: only counts matter here. */
            Pair* pairs = dr_new_array(PairArray_id, 1, NULL);
            pairs[0].text = dr_string_from_c("beside");
            pairs[0].numbers = dr_object_to_array(inner);
            inner = dr_array_to_object(pairs);
        }
        }
    }
    dr_release_any(inner);
    CHECK(dr_memory_live_objects() == 0);
}

static void wide_array(void) {
    enum { WIDE = 1000000 };
    const int wide = DR_NO_POOLS || DR_CHECKS ? WIDE / 10 : WIDE;
    Leaf** array = dr_new_array(DR_ARRAY_OBJECT, wide, NULL);
    for (int i = 0; i < wide; i++) {
        array[i] = dr_new(Leaf);
    }
    dr_release_array(array);
    CHECK(dr_memory_live_objects() == 0);
    /* Rectangular, nested in one another. */
    int32_t dims[2] = {30, 40};
    char** table = dr_new_array_rect(DR_ARRAY_STRING, 2, dims, NULL);
    for (int i = 0; i < 1200; i++) {
        table[i] = dr_int_to_string(100000 + i);
    }
    dr_release_array(table);
    void** outer = NULL;
    for (int i = 0; i < 100000; i++) {
        void** next = dr_new_array_filled(DR_ARRAY_ARRAY, 1);
        next[0] = outer;
        outer = next;
    }
    dr_release_array_now(outer);
    CHECK(dr_memory_live_objects() == 0);
}

static void exact(void) {
    Leaf* leaf = dr_new(Leaf);
    dr_retain_object(leaf);
    dr_release_exact(leaf, sizeof(Leaf));
    CHECK(leaf->header.ref_count == 1);
    dr_release_exact(leaf, sizeof(Leaf));
    dr_release_exact(NULL, sizeof(Leaf));
    CHECK(dr_memory_live_objects() == 0);
}

static void lazy_drop(void* obj) {
    Node* self = obj;
    dr_release_string(self->name);
    dr_header* dead = dr_dead();
    dead = dr_release_onto(dead, self->next, Node_id);
    dr_set_dead(dead);
}

static Node* lazy_node(Node* next, const char* name) {
    Node* node = dri_new_lazy(sizeof(Node), Node_id, lazy_drop);
    CHECK(node->header.ref_count == 1 && node->header.meta == Node_id && node->next == NULL && node->name == NULL);
    node->next = next;
    node->name = name == NULL ? NULL : dr_string_from_c(name);
    return node;
}

/* What dies waits for the next of its class; whatever else happens, it is freed once, and its fields with it. */
static void lazy(void) {
    /* Nothing waits under DREAM_STRESS. */
    bool waits = !DR_NO_POOLS && getenv("DREAM_STRESS") == NULL;
    dr_release_lazy(NULL);
    Node* first = lazy_node(NULL, "first");
    Node* second = lazy_node(first, "second");
    dr_retain_object(second);
    dr_release_lazy(second);
    CHECK(second->header.ref_count == 1);
    dr_release_lazy(second);
    Node* third = lazy_node(NULL, NULL);
    Node* fourth = lazy_node(NULL, NULL);
    CHECK(!waits || (third == second && fourth == first && dri_waiting == NULL));
    /* Held by somebody else, or immortal: stays. */
    static Node immortal = {{DR_IMMORTAL, Node_id}, NULL, NULL};
    Node* holder = lazy_node(dr_retain_object(third), NULL);
    fourth->next = &immortal;
    dr_release_lazy(holder);
    dr_release_lazy(fourth);
    dr_release_lazy(&immortal);
    CHECK(dr_memory_live_objects() == 1 && third->header.ref_count == 1 && immortal.header.ref_count == DR_IMMORTAL);
    /* Something else waits on top: the next of the class pays for it. */
    void** array = dr_new_array_filled(DR_ARRAY_OBJECT, 2000);
    array[0] = lazy_node(lazy_node(NULL, "inner"), "outer");
    dr_release_array(array);
    for (int i = 0; i < 300; i++) {
        dr_release_lazy(lazy_node(NULL, "x"));
    }
    dr_release_lazy(third);
    CHECK(dr_memory_live_objects() == 0);
    /* Later releases pay for what waits. */
    dr_release_lazy(make_list(100000));
    for (int i = 0; i < 1000; i++) {
        Node* node = dr_new(Node);
        dr_release_lazy(node);
    }
    CHECK(waits ? dri_get_link(dri_waiting) == NULL : dri_waiting == NULL);
    CHECK(dr_memory_live_objects() == 0);
    dr_debug_stress(DR_STRESS_COLLECT);
    dr_release_lazy(lazy_node(lazy_node(NULL, "a"), "b"));
    dr_debug_stress(getenv("DREAM_STRESS") != NULL ? DR_STRESS_COLLECT : DR_STRESS_NONE);
    CHECK(dri_waiting == NULL);
}

DR_LITERAL(hello, "hello");

static void types(void) {
    Leaf* derived = dri_new(sizeof(Leaf), Derived_id);
    Leaf* base = dri_new(sizeof(Leaf), Base_id);
    CHECK(dr_is(derived, &Base_type) && dr_is(derived, &Derived_type));
    CHECK(dr_is(base, &Base_type) && !dr_is(base, &Derived_type));
    CHECK(!dr_is(NULL, &Base_type));
    CHECK(dr_is_between(derived, Base_id, Derived_id) && dr_is_between(base, Base_id, Derived_id));
    CHECK(!dr_is_between(base, Derived_id, Derived_id) && !dr_is_between(NULL, Base_id, Derived_id));
    CHECK_OWN(dr_object_to_string(derived), "Derived");
    dr_release_object(derived);
    dr_release_object(base);

    void* boxes[] = {dr_box_int(42), dr_box_bool(true), dr_box_char('x'), dr_box_double(0.5), dr_box_long(-7)};
    CHECK_OWN(dr_object_to_string(boxes[0]), "42");
    CHECK_OWN(dr_object_to_string(boxes[1]), "true");
    CHECK_OWN(dr_object_to_string(boxes[2]), "x");
    CHECK_OWN(dr_object_to_string(boxes[3]), "0.5");
    CHECK_OWN(dr_object_to_string(boxes[4]), "-7");
    CHECK_OWN(dr_object_to_string(dr_string_to_object(hello)), "hello");
    CHECK(dr_object_to_string(NULL) == NULL);
    void* same = dr_box_int(42);
    CHECK(dr_object_equals(boxes[0], same) && !dr_object_equals(boxes[0], boxes[4]));
    CHECK(dr_object_hash(boxes[0]) == dr_object_hash(same));
    CHECK(!dr_object_equals(boxes[0], NULL) && dr_object_equals(NULL, NULL));
    CHECK(!dr_object_equals(dr_string_to_object(hello), same));
    dr_release_any(same);
    for (int i = 0; i < 5; i++) {
        dr_release_any(boxes[i]);
    }
    char* s = dr_string_from_c("counted");
    dr_release_any(dr_string_to_object(s));
    CHECK(dr_object_to_managed_string(dr_string_to_object(hello)) == hello);
}

/* What compiled casts to interfaces, tests for them and calls through them ask. */
static void interfaces(void) {
    static const dr_type Shape_type = {.name = "Shape", .flags = DR_TYPE_INTERFACE};
    static const dr_type Named_type = {.name = "Named", .flags = DR_TYPE_INTERFACE};
    static const dr_type Solid_type = {.name = "Solid", .flags = DR_TYPE_INTERFACE};
    static const int shape_methods, named_methods;
    static const dr_interface implemented[] = {{&Shape_type, &shape_methods}, {&Named_type, &named_methods}};
    static const dr_type Circle_type = {
        .name = "Circle", .id = Leaf_id, .size = sizeof(Leaf), .interfaces = implemented, .interface_count = 2};
    const dr_type* table[TEST_TYPES];
    memcpy(table, dri_types, sizeof table);
    table[Leaf_id] = &Circle_type;
    const dr_type* const* saved = dri_types;
    dri_types = table;
    Leaf* circle = dr_new(Leaf);
    CHECK(dr_is(circle, &Shape_type) && dr_is(circle, &Named_type) && !dr_is(circle, &Solid_type));
    CHECK(dr_is(circle, &Circle_type) && !dr_is(NULL, &Shape_type));
    CHECK(dr_interface_of(circle, &Shape_type) == &shape_methods);
    CHECK(dr_interface_of(circle, &Named_type) == &named_methods && dr_interface_of(circle, &Solid_type) == NULL);
    dr_release_object(circle);
    dri_types = saved;
}

static void emptied_by_hand(void) {
    Node* node = dr_new(Node);
    node->name = dr_string_from_c("name");
    if (--node->header.ref_count == 0) {
        dr_release_string(node->name);
        dr_release_object(node);
    }
    CHECK(dr_memory_live_objects() == 0);
}

void suite_object(void) {
    saturation();
    types();
    exact();
    lazy();
    interfaces();
    emptied_by_hand();
    wide_array();
    deferred_work_is_paid();
    waiting_is_bounded();
    mixed_nest();
    long_list(DR_NO_POOLS || DR_CHECKS ? 300000 : 10000000);
}
