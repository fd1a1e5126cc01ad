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

static void wide_array(void) {
    enum { WIDE = 100000 };
    Leaf** array = dr_new_array(DR_ARRAY_OBJECT, WIDE, NULL);
    for (int i = 0; i < WIDE; i++) {
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
    dr_release_exact(leaf, sizeof(Leaf), NULL);
    CHECK(leaf->header.ref_count == 1);
    dr_release_exact(leaf, sizeof(Leaf), NULL);
    dr_release_exact(NULL, sizeof(Leaf), NULL);
    CHECK(dr_memory_live_objects() == 0);
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
    emptied_by_hand();
    wide_array();
    deferred_work_is_paid();
    long_list(DR_NO_POOLS ? 300000 : 10000000);
}
