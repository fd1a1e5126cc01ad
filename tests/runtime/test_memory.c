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
        dr_array_set_length(&shared, 500, "");
    }
    dr_release_array(shared);
    dr_release_array(rows);
    if (dr_thrown()) {
        CHECK_THROWN(OutOfMemoryException);
    }
}

static void graphs(void) {
    Graph* held = dr_new(Graph);
    for (int i = 0; i < (DR_NO_POOLS ? 1100 : 3000); i++) {
        Graph* a = dr_new(Graph);
        Graph* b = dr_new(Graph);
        a->edges[0] = dr_retain_cyclic(b);
        b->edges[0] = dr_retain_cyclic(a);
        b->edges[1] = i % 3 == 0 ? dr_retain_cyclic(held) : NULL;
        dr_release_cyclic(a);
        dr_release_cyclic(b);
        if (i % 16 == 0) {
            dr_frame_trial(0, true);
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

/* Takes an OutOfMemoryException if one is pending; nothing else may be. */
static void expect_no_memory(const void* result) {
    if (result == NULL) {
        CHECK_THROWN(OutOfMemoryException);
    }
}

static void members(void) {
    char* s = dr_string_from_c("The quick brown fox jumps over the lazy dog");
    char* x = dr_string_from_c("o");
    char* results[] = {dr_substring(s, 4, 20, ""),
                       dr_substring_from(s, 4, ""),
                       dr_string_replace(s, x, s, ""),
                       dr_string_replace_char(s, 'o', '0', ""),
                       dr_string_to_lower(s, ""),
                       dr_string_insert(s, 3, x, ""),
                       dr_string_remove(s, 3, 6, ""),
                       dr_string_reverse(s, ""),
                       dr_string_trim_set(s, x, 3, ""),
                       dr_string_concat(s, x),
                       dr_string_concat_n((char* const[]){s, x, s}, 3),
                       dr_align(dr_int_to_string(123456), 40)};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        dr_release_string(results[i]);
    }
    for (int width = 10; width < 3000; width *= 3) {
        char* padded = dr_pad_right(s, width, ' ', "");
        expect_no_memory(padded);
        dr_release_string(padded);
    }
    char** parts = dr_string_split(s, x, false, "");
    dr_release_array(parts);
    parts = dr_string_split_any(s, NULL, true, "");
    dr_release_array(parts);
    char* chars = dr_string_to_chars(s, "");
    dr_release_string(dr_string_from_chars(chars));
    dr_release_string(dr_string_from_chars_range(chars, 2, 30, ""));
    dr_release_array(chars);
    dr_release_string(dr_string_is_interned(s));
    dr_release_string(x);
    dr_release_string(s);
}

static void texts(void) {
    char* format = dr_string_from_c("#,##0.00");
    char* results[] = {dr_long_to_string(1234567890123), dr_double_to_string(0.1), dr_float_to_string(1e20f),
                       dr_format_int(123456, format, ""), dr_format_double(1e6, format, ""), dr_byte_to_string(200)};
    char* all = NULL;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        all = dr_string_append(all, results[i]);
        dr_release_string(results[i]);
    }
    all = dr_append_double(dr_append_bool(dr_append_long(all, -5), true), 2.5);
    CHECK(dr_parse_int(all, "") == 0);
    void* thrown = dr_take();
    dr_release_string(dr_exception_text(thrown));
    dr_release_any(thrown);
    dr_release_string(all);
    dr_release_string(format);
}

static void values(void) {
    void** boxes = dr_new_array(DR_ARRAY_OBJECT, 7, "");
    if (boxes == NULL) {
        CHECK_THROWN(OutOfMemoryException);
        return;
    }
    boxes[0] = dr_box_int(5);
    boxes[1] = dr_box_double(0.5);
    boxes[2] = dr_box_long(5);
    boxes[3] = dr_box_bool(true);
    boxes[4] = dr_new(Leaf);
    boxes[5] = dr_string_to_object(dr_string_from_c("text"));
    boxes[6] = dr_array_to_object(dr_new_array(DR_ARRAY_INT, 3, ""));
    if (boxes[6] == NULL) {
        CHECK_THROWN(OutOfMemoryException);
    }
    for (int i = 0; i < 7; i++) {
        dr_release_string(dr_object_to_string(boxes[i]));
    }
    void** part = dr_array_slice(boxes, 1, 5);
    dr_array_move(part, 0, part, 1, 4);
    dr_release_array(part);
    int32_t* rows = dr_new_array_rect(DR_ARRAY_INT, 2, (const int32_t[]){20, 30}, "");
    expect_no_memory(rows);
    int32_t* shared = dr_retain_array(rows);
    dr_make_unique(&shared);
    dr_release_array(shared);
    dr_release_array(rows);
    dr_release_array(boxes);
}

static void files(void) {
    int32_t error;
    char* path = dr_string_from_c("/proc/self/status");
    int32_t file = dr_file_open(path, DR_FILE_OPEN);
    dr_release_string(dr_file_read_text(file, 0, &error));
    unsigned char* bytes = dr_new_array(DR_ARRAY_BYTE, 3000, "");
    if (bytes == NULL) {
        CHECK_THROWN(OutOfMemoryException);
    } else {
        unsigned char* shared = dr_retain_array(bytes);
        CHECK(dr_file_read(file, &shared, 0, 3000) == 0 && shared != bytes);
        dr_bytes_put(&shared, 10, path);
        dr_release_string(dr_bytes_to_string(shared, 0, 3000));
        dr_release_array(shared);
        dr_release_array(bytes);
    }
    dr_file_close(file);
    dr_release_string(path);
    path = dr_string_from_c("/");
    dr_release_string(dr_folder_entries(path, &error));
    dr_release_string(path);
    dr_release_array(dr_environment_all());
}

/* Dead structures that wait must not keep memory from those who ask. */
static void reclaiming(void) {
    Node* list = NULL;
    for (int i = 0; i < 3000; i++) {
        Node* node = dr_new(Node);
        node->next = list;
        list = node;
    }
    dr_release_object(list);
    int32_t* large = dr_new_array(DR_ARRAY_INT, 100000, "");
    expect_no_memory(large);
    dr_release_array(large);
}

static void (*const scenarios[])(void) = {graphs, finalised_graphs, reclaiming, strings, arrays, pools, errors,
                                          members, texts, values, files, use_c_interface};
enum { SCENARIOS_WITH_MANY = 3 };

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

/* Without pools every object is a request of its own: thousands, most of them alike. Sanitizers make a child dear. */
static int request_step(void) {
    bool many = scenario < SCENARIOS_WITH_MANY;
    int step = !DR_NO_POOLS || long_tests() ? 1 : many ? 197 : 7;
#ifdef UNDER_SANITIZER
    step = long_tests() ? step : step * 5;
#endif
    return step;
}

void suite_memory(void) {
    for (scenario = 0; scenario < (int)(sizeof scenarios / sizeof *scenarios); scenario++) {
        for (int mode = 0; mode < 2; mode++) {
            for_ever = mode == 1;
            sweep(request_step());
        }
    }
}
