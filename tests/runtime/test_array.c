/* test_array.c: creation, bounds, copy-on-write at every depth, rectangles, resizing, comparing. */
#define DR_MANAGED 1
#include "check.h"

DR_ARRAY_LITERAL(primes, int32_t, DR_ARRAY_INT, 4, 2, 3, 5, 7);

static void creation(void) {
    int32_t* a = dr_new_array(DR_ARRAY_INT, 3, "here");
    CHECK(dr_array_length(a) == 3 && a[0] == 0 && a[2] == 0);
    CHECK(dr_index_ok(a, 0) && dr_index_ok(a, 2) && !dr_index_ok(a, 3) && !dr_index_ok(a, -1));
    CHECK(!dr_index_ok(NULL, 0) && !dr_index_ok(a, (int64_t)1 << 32));
    dr_release_array(a);
    CHECK(dr_new_array(DR_ARRAY_INT, -1, "here") == NULL);
    CHECK_THROWN(OverflowException);
    CHECK(dr_new_array(DR_ARRAY_LONG, (int64_t)1 << 31, "here") == NULL);
    CHECK_THROWN(OutOfMemoryException);
    CHECK(dr_new_array(DR_ARRAY_LONG, INT64_MAX, "here") == NULL);
    CHECK_THROWN(OutOfMemoryException);
    void* none = dr_new_array(DR_ARRAY_STRING, 0, "here");
    CHECK(dr_array_length(none) == 0);
    dr_release_array(none);
}

static void copy_on_write(void) {
    int32_t* original = dr_new_array(DR_ARRAY_INT, 3, "");
    original[0] = 1;
    int32_t* copy = dr_retain_array(original);
    dr_make_unique(&copy);
    CHECK(copy != original);
    copy[0] = 999;
    CHECK(original[0] == 1 && dr_array_is_unique(original) && dr_array_is_unique(copy));
    int32_t* before = copy;
    dr_make_unique(&copy);
    CHECK(copy == before);
    dr_release_array(copy);
    dr_release_array(original);

    int32_t* nothing = NULL;
    dr_make_unique(&nothing);
    CHECK(nothing == NULL);
    int32_t* literal = primes;
    dr_make_unique(&literal);
    literal[0] = 4;
    CHECK(primes[0] == 2 && dr_array_length(literal) == 4);
    dr_release_array(literal);

    /* h = g; h[1][1] = 7 leaves g as it was. */
    int32_t** g = dr_new_array(DR_ARRAY_ARRAY, 2, "");
    g[0] = dr_new_array(DR_ARRAY_INT, 2, "");
    g[1] = dr_new_array(DR_ARRAY_INT, 2, "");
    int32_t** h = dr_retain_array(g);
    dr_make_unique(&h);
    CHECK(h[0] == g[0] && !dr_array_is_unique(g[0]));
    dr_make_unique(&h[1]);
    h[1][1] = 7;
    CHECK(g[1][1] == 0 && h[1][1] == 7 && g[0] == h[0]);
    CHECK(!dr_array_equals(g, h));
    dr_release_array(g);
    CHECK(dr_array_is_unique(h[0]));
    dr_release_array(h);

    Pair* pairs = dr_new_array(PairArray_id, 2, "");
    pairs[0].text = dr_string_from_c("one");
    pairs[0].numbers = dr_new_array(DR_ARRAY_INT, 1, "");
    Pair* shared = dr_retain_array(pairs);
    dr_make_unique(&shared);
    CHECK(shared[0].text == pairs[0].text && dr_array_equals(shared, pairs));
    dr_make_unique(&shared[0].numbers);
    shared[0].numbers[0] = 1;
    CHECK(!dr_array_equals(shared, pairs));
    dr_release_array(pairs);
    CHECK_TEXT(shared[0].text, "one");
    dr_release_array(shared);
}

static void rectangles(void) {
    int32_t dims[3] = {2, 3, 4};
    int32_t* cube = dr_new_array_rect(DR_ARRAY_INT, 3, dims, "");
    CHECK(dr_array_length(cube) == 24 && dr_array_rank(cube) == 3);
    CHECK(dr_array_dim(cube, 0, "") == 2 && dr_array_dim(cube, 1, "") == 3 && dr_array_dim(cube, 2, "") == 4);
    CHECK(dr_index_n(cube, 3, 1, 2, 3) == 23 && dr_index_n(cube, 3, 0, 0, 0) == 0 && dr_index_n(cube, 3, 1, 0, 0) == 12);
    CHECK(dr_index_n(cube, 3, 0, 3, 0) == -1 && dr_index_n(cube, 3, -1, 0, 0) == -1);
    dr_array_dim(cube, 3, "");
    CHECK_THROWN(IndexOutOfRangeException);
    int32_t* shared = dr_retain_array(cube);
    dr_make_unique(&shared);
    CHECK(dr_array_dim(shared, 2, "") == 4 && dr_array_equals(shared, cube));
    dr_release_array(shared);
    dr_release_array(cube);
    /* An odd element size, so that the dimensions need padding. */
    int32_t odd[2] = {3, 5};
    char* bytes = dr_new_array_rect(DR_ARRAY_CHAR, 2, odd, "");
    CHECK(dr_index2(bytes, 2, 4) == 14 && dr_index2(bytes, 2, 5) == -1 && dr_index2(bytes, 3, 0) == -1);
    CHECK(dr_index2((char*)NULL, 0, 0) == -1);
    char* flat = dr_new_array(DR_ARRAY_CHAR, 15, "");
    CHECK(!dr_array_equals(bytes, flat) && dr_array_dim(flat, 0, "") == 15);
    dr_release_array(flat);
    dr_release_array(bytes);
    int32_t negative[2] = {1, -1};
    CHECK(dr_new_array_rect(DR_ARRAY_INT, 2, negative, "") == NULL);
    CHECK_THROWN(OverflowException);
    int32_t huge[4] = {65536, 65536, 65536, 65536};
    CHECK(dr_new_array_rect(DR_ARRAY_INT, 4, huge, "") == NULL);
    CHECK_THROWN(OutOfMemoryException);
    int32_t none[3] = {65536, 65536, 0};
    int32_t* empty = dr_new_array_rect(DR_ARRAY_INT, 3, none, "");
    CHECK(empty != NULL && dr_array_length(empty) == 0);
    dr_release_array(empty);
    /* Counted elements around the limit of the pools: the block's size is asked for in the middle of its death. */
    for (int32_t n = 1; n < 12; n++) {
        int32_t square[2] = {n, n};
        char** texts = dr_new_array_rect(DR_ARRAY_STRING, 2, square, "");
        for (int32_t i = 0; i < n * n; i++) {
            texts[i] = dr_int_to_string(5000 + i);
        }
        dr_release_array(texts);
    }
}

static void resizing(void) {
    char** texts = dr_new_array(DR_ARRAY_STRING, 3, "");
    for (int i = 0; i < 3; i++) {
        texts[i] = dr_int_to_string(5000 + i);
    }
    char** shared = dr_retain_array(texts);
    dr_array_set_length(&texts, 5, "");
    CHECK(dr_array_length(texts) == 5 && texts[0] == shared[0] && texts[4] == NULL);
    dr_release_array(shared);
    dr_array_set_length(&texts, 2, "");
    CHECK(dr_array_length(texts) == 2);
    CHECK_TEXT(texts[1], "5001");
    dr_array_set_length(&texts, -1, "");
    CHECK_THROWN(OverflowException);
    CHECK(dr_array_length(texts) == 2);
    char** part = dr_array_slice(texts, 1, 1);
    CHECK(part[0] == texts[1]);
    dr_array_move(texts, 0, texts, 1, 1);
    CHECK(texts[0] == texts[1]);
    dr_release_array(part);
    dr_release_array(texts);
    int32_t* moved = dr_new_array(DR_ARRAY_INT, 5, "");
    for (int i = 0; i < 5; i++) {
        moved[i] = i;
    }
    dr_array_move(moved, 1, moved, 0, 4);
    CHECK(moved[0] == 0 && moved[1] == 0 && moved[4] == 3);
    dr_release_array(moved);
}

static void comparing(void) {
    double* a = dr_new_array(DR_ARRAY_DOUBLE, 1, "");
    double* b = dr_new_array(DR_ARRAY_DOUBLE, 1, "");
    b[0] = -0.0;
    CHECK(dr_array_equals(a, b) && dr_array_hash(a) == dr_array_hash(b));
    a[0] = 0.0 / b[0];
    CHECK(!dr_array_equals(a, a));
    CHECK(dr_array_equals(NULL, NULL) && !dr_array_equals(a, NULL));
    dr_release_array(a);
    dr_release_array(b);
    char** s = dr_new_array(DR_ARRAY_STRING, 1, "");
    char** t = dr_new_array(DR_ARRAY_STRING, 1, "");
    s[0] = dr_string_from_c("same");
    t[0] = dr_string_from_c("same");
    CHECK(dr_array_equals(s, t) && dr_array_hash(s) == dr_array_hash(t));
    CHECK(dr_object_equals(dr_array_to_object(s), dr_array_to_object(t)));
    dr_release_array(s);
    dr_release_array(t);
}

/* Structs with counted fields or without, compared by their function or by their bytes; arrays on cycles. */
static void structs(void) {
    Plain* a = dr_new_array(PlainArray_id, 2, "");
    Plain* b = dr_new_array(PlainArray_id, 2, "");
    a[1].y = 7;
    CHECK(!dr_array_equals(a, b));
    b[1].y = 7;
    CHECK(dr_array_equals(a, b) && dr_array_hash(a) == dr_array_hash(b));
    Plain* shared = dr_retain_array(a);
    dr_make_unique(&shared);
    shared[0].x = 1;
    CHECK(a[0].x == 0 && shared[1].y == 7);
    dr_release_array(shared);
    shared = dr_array_slice(a, 1, 1);
    CHECK(dr_array_length(shared) == 1 && shared[0].y == 7 && !dr_array_equals(shared, a));
    dr_release_array(shared);
    dr_release_array(a);
    dr_release_array(b);

    Pair* pairs = dr_new_array(PairArray_id, 1, "");
    Pair* same = dr_new_array(PairArray_id, 1, "");
    pairs[0].text = dr_string_from_c("text");
    CHECK(!dr_array_equals(pairs, same));
    same[0].text = dr_string_from_c("text");
    CHECK(dr_array_equals(pairs, same));
    dr_release_array(pairs);
    dr_release_array(same);
}

static void on_cycles(void) {
    Graph* g = dr_new(Graph);
    Link* links = dr_new_array(LinkArray_id, 3, "");
    links[1].node = dr_retain_cyclic(g);
    g->more = (Graph**)(void*)links;
    dr_collect();
    CHECK(dr_memory_live_objects() == 2 && links[1].node->header.ref_count == 2);
    dr_release_cyclic(g);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);

    g = dr_new(Graph);
    Graph*** rows = dr_new_array(DR_ARRAY_ARRAY, 2, "");
    rows[1] = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    rows[1][0] = dr_retain_cyclic(g);
    g->more = (Graph**)(void*)rows;
    Link* copy = dr_new_array(LinkArray_id, 1, "");
    copy[0].node = dr_retain_cyclic(g);
    Link* other = dr_retain_array(copy);
    dr_make_unique(&other);
    CHECK(g->header.ref_count == 4);
    dr_release_array_cyclic(copy);
    dr_release_array_cyclic(other);
    dr_release_cyclic(g);
    dr_collect();
    CHECK(dr_memory_live_objects() == 0);
}

static void unlike(void) {
    int32_t* ints = dr_new_array(DR_ARRAY_INT, 6, "");
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 6, "");
    float* floats = dr_new_array(DR_ARRAY_FLOAT, 6, "");
    int32_t* flat = dr_new_array_rect(DR_ARRAY_INT, 2, (const int32_t[]){2, 3}, "");
    int32_t* tall = dr_new_array_rect(DR_ARRAY_INT, 2, (const int32_t[]){3, 2}, "");
    CHECK(!dr_array_equals(ints, bytes) && !dr_array_equals(ints, floats) && !dr_array_equals(ints, flat));
    CHECK(!dr_array_equals(flat, tall) && dr_array_equals(flat, flat));
    CHECK(dr_array_dim(NULL, 0, "") == 0);
    CHECK_THROWN(NullReferenceException);
    dr_release_array(ints);
    dr_release_array(bytes);
    dr_release_array(floats);
    dr_release_array(flat);
    dr_release_array(tall);
    char** texts = dr_new_array(DR_ARRAY_STRING, 2, "");
    texts[0] = dr_string_from_c("stays");
    dr_array_move(texts, 1, texts, 0, 0);
    CHECK(texts[1] == NULL);
    dr_array_move(texts, 1, texts, 0, 1);
    CHECK(texts[1] == texts[0]);
    dr_release_array(texts);
}

void suite_array(void) {
    structs();
    on_cycles();
    unlike();
    creation();
    copy_on_write();
    rectangles();
    resizing();
    comparing();
}
