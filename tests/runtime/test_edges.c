/* test_edges.c: what the other suites leave out: null receivers and arguments, ranges at both ends, every kind of value. */
#define DR_MANAGED 1
#include "check.h"

#include <math.h>
#include <unistd.h>

DR_LITERAL(abc, "abc");
DR_LITERAL(nothing, "");
DR_LITERAL(b, "b");
DR_LITERAL(bcd, "bcd");

/* ---- strings ---- */

#define CHECK_NO_RECEIVER(call) \
    do {                        \
        (void)(call);           \
        CHECK_THROWN(NullReferenceException); \
    } while (0)
#define CHECK_NO_ARGUMENT(call) \
    do {                        \
        (void)(call);           \
        CHECK_THROWN(ArgumentException); \
    } while (0)
#define CHECK_OUT_OF_RANGE(call) \
    do {                         \
        (void)(call);            \
        CHECK_THROWN(ArgumentOutOfRangeException); \
    } while (0)

static void null_strings(void) {
    CHECK_NO_RECEIVER(dr_substring_from(NULL, 0, ""));
    CHECK_NO_RECEIVER(dr_string_trim(NULL, ""));
    CHECK_NO_RECEIVER(dr_string_index_of_char_from(NULL, 'a', 0, ""));
    CHECK_NO_RECEIVER(dr_string_last_index_of(NULL, abc, ""));
    CHECK_NO_RECEIVER(dr_string_last_index_of_char(NULL, 'a', ""));
    CHECK_NO_RECEIVER(dr_string_contains_char(NULL, 'a', ""));
    CHECK_NO_RECEIVER(dr_string_starts_with(NULL, abc, ""));
    CHECK_NO_RECEIVER(dr_string_ends_with(NULL, abc, ""));
    CHECK_NO_RECEIVER(dr_string_replace(NULL, abc, abc, ""));
    CHECK_NO_RECEIVER(dr_string_replace_char(NULL, 'a', 'b', ""));
    CHECK_NO_RECEIVER(dr_string_to_upper(NULL, ""));
    CHECK_NO_RECEIVER(dr_pad_left(NULL, 3, ' ', ""));
    CHECK_NO_RECEIVER(dr_string_insert(NULL, 0, abc, ""));
    CHECK_NO_RECEIVER(dr_string_remove(NULL, 0, 0, ""));
    CHECK_NO_RECEIVER(dr_string_reverse(NULL, ""));
    CHECK_NO_RECEIVER(dr_string_split(NULL, abc, false, ""));
    CHECK_NO_RECEIVER(dr_string_to_chars(NULL, ""));
    CHECK_NO_RECEIVER(dr_string_from_chars_range(NULL, 0, 0, ""));
    CHECK_NO_ARGUMENT(dr_string_last_index_of(abc, NULL, ""));
    CHECK_NO_ARGUMENT(dr_string_starts_with(abc, NULL, ""));
    CHECK_NO_ARGUMENT(dr_string_ends_with(abc, NULL, ""));
    CHECK_NO_ARGUMENT(dr_string_replace(abc, NULL, abc, ""));
    CHECK_NO_ARGUMENT(dr_string_insert(abc, 0, NULL, ""));
    CHECK_NO_ARGUMENT(dr_string_join(abc, NULL, ""));
    CHECK(dr_string_intern(NULL) == NULL && dr_string_is_interned(NULL) == NULL && dr_string_from_c(NULL) == NULL);
    CHECK(dr_string_hash(NULL) == 0);
}

static void string_ranges(void) {
    CHECK_OUT_OF_RANGE(dr_substring_from(abc, -1, ""));
    CHECK_OUT_OF_RANGE(dr_substring_from(abc, 4, ""));
    CHECK_OUT_OF_RANGE(dr_substring(abc, 0, -1, ""));
    CHECK_OUT_OF_RANGE(dr_substring(abc, 4, 0, ""));
    CHECK_OUT_OF_RANGE(dr_string_index_of_from(abc, b, -1, ""));
    CHECK_OUT_OF_RANGE(dr_string_index_of_char_from(abc, 'a', -1, ""));
    CHECK_OUT_OF_RANGE(dr_string_index_of_char_from(abc, 'a', 4, ""));
    CHECK_OUT_OF_RANGE(dr_pad_right(abc, -1, ' ', ""));
    CHECK_OUT_OF_RANGE(dr_string_repeat('x', -1, ""));
    CHECK_OUT_OF_RANGE(dr_string_insert(abc, -1, b, ""));
    CHECK_OUT_OF_RANGE(dr_string_insert(abc, 4, b, ""));
    CHECK_OUT_OF_RANGE(dr_string_remove(abc, -1, 0, ""));
    CHECK_OUT_OF_RANGE(dr_string_remove(abc, 0, -1, ""));
    CHECK_OUT_OF_RANGE(dr_string_remove(abc, 4, 0, ""));
    CHECK_OUT_OF_RANGE(dr_string_remove(abc, 1, 3, ""));
    char* chars = dr_string_to_chars(abc, "");
    CHECK_OUT_OF_RANGE(dr_string_from_chars_range(chars, -1, 0, ""));
    CHECK_OUT_OF_RANGE(dr_string_from_chars_range(chars, 0, -1, ""));
    CHECK_OUT_OF_RANGE(dr_string_from_chars_range(chars, 4, 0, ""));
    CHECK_OUT_OF_RANGE(dr_string_from_chars_range(chars, 1, 3, ""));
    CHECK_OWN(dr_string_from_chars_range(chars, 1, 2, ""), "bc");
    dr_release_array(chars);
    CHECK_OWN(dr_string_from_chars(NULL), "");
}

static void string_shapes(void) {
    CHECK(dr_string_index_of(abc, bcd, "") == -1 && dr_string_last_index_of(abc, bcd, "") == -1);
    CHECK(!dr_string_starts_with(abc, bcd, "") && !dr_string_ends_with(abc, bcd, "") && !dr_string_ends_with(b, abc, ""));
    char* twice = dr_string_from_c("ababac");
    char* abac = dr_string_from_c("abac");
    CHECK(dr_string_index_of(twice, abac, "") == 2);
    CHECK_OWN(dr_string_replace_char(twice, 'a', 'a', ""), "ababac");
    CHECK_OWN(dr_string_replace_char(twice, 'b', '-', ""), "a-a-ac");
    CHECK_OWN(dr_string_insert(nothing, 0, abc, ""), "abc");
    CHECK_OWN(dr_string_insert(abc, 3, b, ""), "abcb");
    char* white = dr_string_from_c("\t\x1f \x0e");
    CHECK_OWN(dr_string_trim(white, ""), "\x1f \x0e");
    char* control = dr_string_from_c(" \x08 \xC3\xA9 ");
    CHECK_OWN(dr_string_trim(control, ""), "\x08 \xC3\xA9");
    CHECK(dr_string_contains_char(control, '\x08', "") && !dr_string_contains_char(control, 'x', ""));
    CHECK_OWN(dr_string_trim_set(nothing, abc, 3, ""), "");
    char* spaces = dr_string_from_c("   ");
    CHECK_OWN(dr_string_trim(spaces, ""), "");
    CHECK_OWN(dr_string_trim_end(spaces, ""), "");
    /* Capitals only, and what stands beside them in ASCII. */
    char* upper = dr_string_from_c("@AZ[`az{");
    char* lower = dr_string_from_c("@az[`AZ{");
    CHECK(dr_string_equals_ignore_case(upper, lower) && dr_string_equals_ignore_case(upper, upper));
    CHECK(!dr_string_equals_ignore_case(upper, NULL) && !dr_string_equals_ignore_case(NULL, upper));
    CHECK(!dr_string_equals_ignore_case(upper, abc) && !dr_string_equals_ignore_case(abc, bcd));
    CHECK(!dr_string_equals(abc, NULL) && !dr_string_equals(NULL, abc) && !dr_string_equals(abc, bcd));
    CHECK(!dr_string_equals(abc, b) && !dr_string_equals(b, abc));
    char** parts = dr_string_split_any(upper, b, false, "");
    CHECK(dr_array_length(parts) == 1);
    dr_release_array(parts);
    parts = dr_string_split_any(spaces, nothing, false, "");
    CHECK(dr_array_length(parts) == 4);
    CHECK_OWN(dr_string_join(NULL, parts, ""), "");
    parts[1] = NULL;
    CHECK_OWN(dr_string_join(b, parts, ""), "bbb");
    dr_release_array(parts);
    char* all[] = {twice, abac, white, control, spaces, upper, lower};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        dr_release_string(all[i]);
    }
}

/* Lengths near 2^31 end in an exception or an end, and never wrap. */
static void too_long(int argument) {
    char* s = dr_string_repeat('x', 1 << 20, "");
    char* half = NULL;
    switch (argument) {
    case 0:
        half = dr_string_append_bytes(dr_retain_string(s), s, (size_t)INT32_MAX);
        break;
    case 1: {
        char* parts[2100];
        for (int i = 0; i < 2100; i++) {
            parts[i] = s;
        }
        half = dr_string_concat_n(parts, 2100);
        break;
    }
    default:
        half = dr_string_replace(s, dr_char_to_string('x'), s, "");
    }
    dr_release_string(half);
    dr_release_string(s);
}

/* Doubling ends at the longest string that there is. This one only says that it has a gibibyte: its new block is never
 * touched there. */
static void longest(int argument) {
    (void)argument;
    char* s = dr_string_repeat('x', 1000, "");
    dr_string_header* header = dri_string_header(s);
    header->length = header->capacity = 1 << 30;
    s = dr_string_append_bytes(s, "y", 1);
    CHECK(dr_string_length(s) == (1 << 30) + 1 && dri_string_header(s)->capacity == INT32_MAX);
    CHECK(s[0] == 'x' && s[1 << 30] == 'y');
}

/* ---- arrays ---- */

static void arrays_of_every_kind(void) {
    int32_t dims[3] = {2, 0, 3};
    int32_t* empty = dr_new_array_rect(DR_ARRAY_INT, 3, dims, "");
    CHECK(dr_array_length(empty) == 0 && dr_array_rank(empty) == 3 && dr_array_dim(empty, 2, "") == 3);
    CHECK(dr_array_dim(empty, 3, "") == 0);
    CHECK_THROWN(IndexOutOfRangeException);
    CHECK(dr_array_dim(empty, -1, "") == 0);
    CHECK_THROWN(IndexOutOfRangeException);
    dr_release_array(empty);
    CHECK(dri_index_n(NULL, 4, 2, (const int64_t[]){0, 0}) == -1);
    int32_t negative[2] = {2, -1};
    CHECK(dr_new_array_rect(DR_ARRAY_INT, 2, negative, "") == NULL);
    CHECK_THROWN(OverflowException);
    int32_t huge[3] = {INT32_MAX, INT32_MAX, INT32_MAX};
    CHECK(dr_new_array_rect(DR_ARRAY_INT, 3, huge, "") == NULL);
    CHECK_THROWN(OutOfMemoryException);
    int32_t one[1] = {4};
    float* floats = dr_new_array_rect(DR_ARRAY_FLOAT, 1, one, "");
    CHECK(dr_array_rank(floats) == 1 && dr_array_dim(floats, 0, "") == 4);
    float* same = dr_array_copy(floats);
    CHECK(dr_array_equals(floats, same) && dr_array_hash(floats) == dr_array_hash(same));
    same[3] = NAN;
    CHECK(!dr_array_equals(same, same));
    dr_release_array(same);
    dr_release_array(floats);
    CHECK(dr_array_copy(NULL) == NULL && dr_array_hash(NULL) == 0);

    /* Copies hold what they share, whatever it is. */
    void** objects = dr_new_array(DR_ARRAY_OBJECT, 2, "");
    objects[0] = dr_box_int(5);
    void** copy = dr_array_copy(objects);
    CHECK(copy[0] == objects[0] && dr_array_equals(objects, copy) && dr_array_hash(objects) == 2);
    dr_release_array(objects);
    CHECK(dr_unbox_int(copy[0]) == 5);
    dr_release_array(copy);
    int32_t** rows = dr_new_array(DR_ARRAY_ARRAY, 2, "");
    rows[0] = dr_new_array(DR_ARRAY_INT, 3, "");
    int32_t** other = dr_array_copy(rows);
    CHECK(dr_array_equals(rows, other) && dr_array_hash(rows) == dr_array_hash(other));
    dr_make_unique(&other[0]);
    other[0][1] = 1;
    CHECK(!dr_array_equals(rows, other));
    dr_release_array(rows);
    dr_release_array(other);
    char** words = dr_new_array(DR_ARRAY_STRING, 2, "");
    char** words_too = dr_new_array(DR_ARRAY_STRING, 2, "");
    words[0] = dr_string_from_c("x");
    CHECK(!dr_array_equals(words, words_too) && dr_array_hash(words) != dr_array_hash(words_too));
    dr_release_array(words);
    dr_release_array(words_too);

    /* A C array of odd elements has a size of its own. */
    char* wide = dr_alloc_array(24, 3);
    memset(wide, 7, 72);
    char* slice = dr_array_slice(wide, 1, 2);
    CHECK(dr_array_length(slice) == 2 && slice[47] == 7 && dr_array_hash(slice) != 0);
    dr_array_move(wide, 0, slice, 0, 0);
    dr_array_move(wide, 0, wide, 1, 2);
    char* narrow = dr_alloc_array(3, 3);
    CHECK(!dr_array_equals(wide, narrow));
    dr_release_array(narrow);
    dr_release_array(slice);
    dr_release_array(wide);
    dr_release_array(dr_alloc_array(1, 3));
    dr_release_array(dr_alloc_array(8, 3));
    dr_release_array(dr_alloc_array(0, 1000));

    /* An array of structs, of which some may lie on cycles and others not, as an object. */
    static const uint32_t structs[] = {PairArray_id, LinkArray_id, PlainArray_id};
    for (size_t i = 0; i < sizeof structs / sizeof *structs; i++) {
        void* array = dr_new_array(structs[i], 3, "");
        dr_release_any(dr_array_to_object(dr_retain_array(array)));
        CHECK(dr_array_length(array) == 3 && dri_array_header(array)->header.ref_count == 1);
        dr_release_any(dr_array_to_object(array));
    }
}

/* A request pays for what waits by its size, of which there may be more than objects. */
static void enormous(void) {
    Node* list = NULL;
    for (int i = 0; i < 3000; i++) {
        Node* node = dr_new(Node);
        node->next = list;
        list = node;
    }
    dr_release_object(list);
    dr_debug_fail_after(1, true);
    CHECK(dr_new_array(LinkArray_id, INT32_MAX, "") == NULL);
    CHECK_THROWN(OutOfMemoryException);
    dr_debug_fail_after(0, false);
}

static void alloc_too_large(int argument) {
    if (argument == 0) {
        dr_alloc_array(1, (size_t)INT32_MAX + 1);
    } else if (argument == 1) {
        dr_alloc_array((size_t)INT32_MAX + 1, 1);
    } else if (argument == 2) {
        dr_alloc_object(SIZE_MAX);
    } else {
        dr_pool_alloc(dr_create_pool(SIZE_MAX - 3));
    }
}

/* ---- values ---- */

static bool equal_boxes(DR_OWN void* p, DR_OWN void* q) {
    bool equal = dr_object_equals(p, q) && dr_object_hash(p) == dr_object_hash(q);
    dr_release_object(p);
    dr_release_object(q);
    return equal;
}

static void boxes(void) {
    CHECK(equal_boxes(dr_box_bool(true), dr_box_bool(true)) && !equal_boxes(dr_box_bool(true), dr_box_bool(false)));
    CHECK(equal_boxes(dr_box_char('x'), dr_box_char('x')) && !equal_boxes(dr_box_char('x'), dr_box_byte('x')));
    CHECK(equal_boxes(dr_box_byte(200), dr_box_byte(200)) && equal_boxes(dr_box_long(-1), dr_box_long(-1)));
    CHECK(equal_boxes(dr_box_float(0.0f), dr_box_float(-0.0f)) && equal_boxes(dr_box_double(1.5), dr_box_double(1.5)));
    CHECK(equal_boxes(dr_box_int(7), dr_box_int(7)) && !equal_boxes(dr_box_int(7), dr_box_int(8)));
    static const char* const expected[] = {"true", "x", "200", "-7", "8", "0.5", "2.5"};
    void* all[] = {dr_box_bool(true), dr_box_char('x'), dr_box_byte(200), dr_box_int(-7),
                   dr_box_long(8),    dr_box_float(0.5f), dr_box_double(2.5)};
    for (int i = 0; i < 7; i++) {
        char* text = dr_object_to_string(all[i]);
        CHECK(strcmp(text, expected[i]) == 0);
        dr_release_string(text);
        dr_release_object(all[i]);
    }
    Leaf* leaf = dr_new(Leaf);
    Leaf* other = dr_new(Leaf);
    CHECK(!dr_object_equals(leaf, other) && dr_object_equals(leaf, leaf) && !dr_object_equals(leaf, NULL));
    CHECK(!dr_object_equals(NULL, leaf) && dr_object_hash(leaf) == dr_object_hash(leaf) && dr_object_hash(NULL) == 0);
    CHECK(dr_object_to_string(NULL) == NULL);
    CHECK_OWN(dr_object_to_string(leaf), "Leaf");
    int32_t* numbers = dr_new_array(DR_ARRAY_INT, 2, "");
    int32_t* same = dr_new_array(DR_ARRAY_INT, 2, "");
    void* view = dr_array_to_object(numbers);
    CHECK(dr_object_equals(view, dr_array_to_object(same)) && dr_object_hash(view) == dr_array_hash(same));
    CHECK(!dr_object_equals(view, leaf) && !dr_object_equals(dr_string_to_object(abc), leaf));
    char* copy = dr_string_from_c("abc");
    CHECK(dr_object_equals(dr_string_to_object(abc), dr_string_to_object(copy)));
    CHECK(dr_object_hash(dr_string_to_object(copy)) == dr_string_hash(abc));
    CHECK_OWN(dr_object_to_string(dr_string_to_object(copy)), "abc");
    dr_release_any(dr_string_to_object(copy));
    dr_release_any(NULL);
    dr_release_any_now(view);
    dr_release_array_now(same);
    dr_release_object(leaf);
    dr_release_cyclic_now(NULL);
    dr_release_object_now(other);
    CHECK(dr_string_to_object(NULL) == NULL && dr_object_to_managed_string(NULL) == NULL && dr_object_to_array(NULL) == NULL);
}

/* ---- numbers ---- */

static bool near(double a, double value) {
    return a == value && signbit(a) == signbit(value);
}

static void math(void) {
    CHECK(near(dr_math_round(2.5), 2) && near(dr_math_round(3.5), 4) && near(dr_math_round(-2.5), -2) && near(dr_math_round(-0.2), -0.0));
    CHECK(near(dr_math_round(2.6), 3) && dr_math_round(NAN) != dr_math_round(NAN) && dr_math_round(INFINITY) == INFINITY);
    CHECK(near(dr_math_round_digits(1.255, 1, ""), 1.3) && dr_math_round_digits(1e17, 3, "") == 1e17);
    dr_math_round_digits(1, -1, "");
    CHECK_THROWN(ArgumentOutOfRangeException);
    dr_math_round_digits(1, 16, "");
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK(near(dr_math_round_away(2.5), 3) && near(dr_math_round_away(-2.5), -3) && near(dr_math_round_away(2.4), 2));
    CHECK(near(dr_math_min(0.0, -0.0), -0.0) && near(dr_math_min(-0.0, 0.0), -0.0) && near(dr_math_max(-0.0, 0.0), 0.0));
    CHECK(near(dr_math_max(0.0, -0.0), 0.0) && dr_math_min(1, 2) == 1 && dr_math_min(2, 1) == 1);
    CHECK(dr_math_max(1, 2) == 2 && dr_math_max(2, 1) == 2);
    CHECK(dr_math_min(NAN, 1) != dr_math_min(NAN, 1) && dr_math_max(NAN, 1) != dr_math_max(NAN, 1));
    CHECK(dr_math_min(1, NAN) != dr_math_min(1, NAN) && dr_math_max(1, NAN) != dr_math_max(1, NAN));
    CHECK(dr_math_abs(-5, "") == 5 && dr_math_abs(5, "") == 5 && dr_math_abs_long(-5, "") == 5 && dr_math_abs_long(5, "") == 5);
    dr_math_abs(INT32_MIN, "");
    CHECK_THROWN(OverflowException);
    dr_math_abs_long(INT64_MIN, "");
    CHECK_THROWN(OverflowException);
    CHECK(dr_math_sign(-2, "") == -1 && dr_math_sign(0, "") == 0 && dr_math_sign(2, "") == 1);
    dr_math_sign(NAN, "");
    CHECK_THROWN(OverflowException);
    CHECK(dr_math_clamp(1, 2, 4, "") == 2 && dr_math_clamp(5, 2, 4, "") == 4 && dr_math_clamp(3, 2, 4, "") == 3);
    CHECK(dr_math_clamp_long(1, 2, 4, "") == 2 && dr_math_clamp_long(5, 2, 4, "") == 4 && dr_math_clamp_long(3, 2, 4, "") == 3);
    CHECK(dr_math_clamp_double(1, 2, 4, "") == 2 && dr_math_clamp_double(5, 2, 4, "") == 4 && dr_math_clamp_double(3, 2, 4, "") == 3);
    CHECK_NO_ARGUMENT(dr_math_clamp(1, 3, 2, ""));
    CHECK_NO_ARGUMENT(dr_math_clamp_long(1, 3, 2, ""));
    CHECK_NO_ARGUMENT(dr_math_clamp_double(1, 3, 2, ""));
    CHECK(dr_mod_float(5.5f, 2.0f) == 1.5f && dr_mod_double(-5.5, 2) == -1.5 && dr_math_pow(2, 10) == 1024);
    CHECK(dr_is_nan(NAN) && !dr_is_nan(1) && dr_is_infinity(-INFINITY) && !dr_is_infinity(NAN) && !dr_is_infinity(1));
}

static char* made(const char* text) {
    static char* last;
    dr_release_string(last);
    last = text != NULL ? dr_string_from_c(text) : NULL;
    return last;
}

static void formats(void) {
    static const struct {
        const char* format;
        double value;
        const char* text;
    } reals[] = {
        {"G3", 12345, "1.23E+04"},     {"g3", 0.00001234, "1.23e-05"}, {"G3", 1000000, "1E+06"}, {"G5", 1.5, "1.5"},
        {"G4", 120, "120"},            {"G3", 0, "0"},                 {"G0", 0.1, "0.1"},       {"E2", 0.00012, "1.20E-004"},
        {"e", 1234.5, "1.234500e+003"}, {"N1", 1234567.25, "1,234,567.3"}, {"C", -1.5, "(¤1.50)"}, {"P1", 0.125, "12.5 %"},
        {"R", 0.1, "0.1"},             {"f0", 2.5, "3"},               {"#.##", 0, ""},          {"0.0#", 1.25, "1.25"},
        {"#,##0", 1234567, "1,234,567"}, {"00.0%", 0.057, "05.7%"},    {"0#", 5, "05"},          {"0", -0.2, "-0"},
        {"P0", 1e20, "10,000,000,000,000,000,000,000 %"}, {"P2", 0.28, "28.00 %"}, {"P0", 0, "0 %"}, {"P1", -0.0004, "-0.0 %"}, {"P1", 0.0123, "1.2 %"}, {"P0", 1e308, NULL},           {"n", 0.5, "0.50"},             {"p", 0.5, "50.00 %"},    {"c", 2, "¤2.00"},
        {"r", 0.5, "0.5"},             {"F2", -0.001, "-0.00"},
    };
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        char* text = dr_format_double(reals[i].value, made(reals[i].format), "");
        CHECK(text != NULL && (reals[i].text == NULL || strcmp(text, reals[i].text) == 0));
        if (text != NULL && reals[i].text != NULL && strcmp(text, reals[i].text) != 0) {
            fprintf(stderr, "  %s of %g: %s\n", reals[i].format, reals[i].value, text);
        }
        dr_release_string(text);
    }
    static const struct {
        const char* format;
        int64_t value;
        const char* text;
    } integers[] = {
        {"D5", -42, "-00042"}, {"d", 7, "7"},        {"X4", 255, "00FF"}, {"x", 255, "ff"},      {"G", 5, "5"},
        {"g2", 1234, "1.2e+03"}, {"G20", 12, "12"},          {"E1", 1234, "1.2E+003"},
        {"e", 1, "1.000000e+000"}, {"F1", 3, "3.0"}, {"f", 3, "3.00"},    {"N0", 1234567, "1,234,567"}, {"n", 1, "1.00"},
        {"C0", 5, "¤5"},       {"c", 5, "¤5.00"},    {"P", 1, "100.00 %"}, {"p0", 0, "0 %"},     {"000", 5, "005"},
        {"0%", 1, "100%"},     {"", 5, "5"},
    };
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        char* text = dr_format_long(integers[i].value, made(integers[i].format), "");
        CHECK(text != NULL && strcmp(text, integers[i].text) == 0);
        if (text != NULL && strcmp(text, integers[i].text) != 0) {
            fprintf(stderr, "  %s of %d: %s\n", integers[i].format, (int)integers[i].value, text);
        }
        dr_release_string(text);
    }
    static const char* const bad[] = {"Q", "Z2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(dr_format_double(1, made(bad[i]), "") == NULL);
        CHECK_THROWN(FormatException);
        CHECK(dr_format_int(1, made(bad[i]), "") == NULL);
        CHECK_THROWN(FormatException);
    }
    /* Out of all proportion, but not out of bounds. */
    char zeros[400];
    memset(zeros, '0', sizeof zeros);
    zeros[399] = 0;
    char* padded = dr_format_int(1, made(zeros), "");
    CHECK(dr_string_length(padded) == 399 && padded[0] == '0' && padded[398] == '1');
    dr_release_string(padded);
    /* What is no standard format is a custom one, whose other characters stand for themselves. */
    CHECK_OWN(dr_format_int(1, made("F1x"), ""), "F1x");
    CHECK_OWN(dr_format_int(1, made("0.0.0"), ""), "1.00");
    CHECK_OWN(dr_format_double(1, made("%0"), ""), "%100");
    CHECK_OWN(dr_format_int(1, made("0x"), ""), "1x");
    CHECK_OWN(dr_format_int(1, made("["), ""), "[");
    CHECK_OWN(dr_format_double(1, made("{"), ""), "{");
    CHECK_OWN(dr_format_int(1, made("\u00e9"), ""), "\u00e9");
    CHECK(dr_format_double(1, made("D3"), "") == NULL);
    CHECK_THROWN(FormatException);
    CHECK(dr_format_int(1, made("R"), "") == NULL);
    CHECK_THROWN(FormatException);
    static const char* const wide[] = {"F999", "E999", "N999", "P999", "G999", "C999", "D999", "X999"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        static const double values[] = {1.7976931348623157e308, 5e-324, -1, 0};
        for (size_t k = 0; k < 4; k++) {
            dr_release_string(dr_format_double(values[k], made(wide[i]), ""));
            dr_release_any(dr_take());
        }
        dr_release_string(dr_format_long(INT64_MIN, made(wide[i]), ""));
    }
    CHECK_OWN(dr_format_double(INFINITY, made("F2"), ""), "Infinity");
    CHECK_OWN(dr_format_double(NAN, made("0.0"), ""), "NaN");
    CHECK_OWN(dr_format_float(0.1f, NULL, ""), "0.1");
    CHECK_OWN(dr_format_float(0.1f, made("G"), ""), "0.1");
    CHECK_OWN(dr_align(NULL, 3), "   ");
    made(NULL);
}

static void rare_formats(void) {
    char quoted[700];
    memset(quoted, 'q', sizeof quoted);
    quoted[0] = quoted[698] = '\'';
    quoted[699] = 0;
    char* text = dr_format_int(1, made(quoted), "");
    CHECK(dr_string_length(text) == 697 && text[0] == 'q' && text[696] == 'q');
    dr_release_string(text);
    /* A negative zero has its sign if anything is shown with it, however long that is. */
    for (int from = 2; from < 697; from++) {
        char* format = dr_string_from_bytes(quoted + from, (size_t)(698 - from));
        text = dr_format_double(-0.2, format, "");
        CHECK(dr_string_length(text) == 699 - from && text[0] == '-' && text[1] == 'q' && text[698 - from] == 'q');
        dr_release_string(text);
        dr_release_string(format);
    }
    static const struct {
        const char* format;
        double value;
        const char* text;
    } reals[] = {
        {",0", 1234, "1234"}, {"0,", 1234, "1"}, {"0,,", 1234567, "1"}, {"#,#,0", 1234567, "1,234,567"},
        {"0,0.", 1234, "1,234"}, {"0.", 5, "5"}, {".0", 0.25, ".3"}, {"#.#", -0.01, ""}, {"0.0.0", 1.25, "1.25"},
        {"#", 0, ""}, {"#", -0.2, ""}, {"F0", -0.0, "-0"}, {"F2", 0.0004, "0.00"}, {"0.00", 0.0004, "0.00"},
        {"G2", 0.001, "0.001"}, {"G1", 100, "1E+02"}, {"0%,0", 0.5, "5%0"}, {"0;-0;zero", 0, "zero"}, {"0;(0)", -3, "(3)"},
        {"0,0,,", 1234567891234, "1,234,568"}, {"0..0", 1.5, "1.5"},
    };
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        text = dr_format_double(reals[i].value, made(reals[i].format), "");
        CHECK(text != NULL && strcmp(text, reals[i].text) == 0);
        if (text != NULL && strcmp(text, reals[i].text) != 0) {
            fprintf(stderr, "  %s of %g: %s\n", reals[i].format, reals[i].value, text);
        }
        dr_release_string(text);
    }
    CHECK_OWN(dr_format_double(NAN, made("g"), ""), "NaN");
    CHECK_OWN(dr_format_double(1e300, made("g"), ""), "1e+300");
    CHECK_OWN(dr_format_int(7, made("D:"), ""), "D:");
    CHECK_OWN(dr_format_int(7, made("D-"), ""), "D-");
    /* An integer that rounds to zero has no sign. */
    CHECK_OWN(dr_format_int(-4, made("0,"), ""), "0");
    made(NULL);
    CHECK(dr_double_hash(NAN) == dr_double_hash(-NAN) && dr_double_hash(0.0) == dr_double_hash(-0.0));
    Leaf* a = (Leaf*)dri_new(sizeof(Leaf), Base_id);
    Leaf* b = (Leaf*)dri_new(sizeof(Leaf), Derived_id);
    CHECK(dr_object_equals(a, b) == (dr_type_of(b)->base == &Base_type));
    b->value = 1;
    CHECK(!dr_object_equals(a, b));
    void* box = dr_box_int(1);
    CHECK(!dr_object_equals(a, box) && !dr_object_equals(box, a));
    int32_t* array = dr_new_array(DR_ARRAY_INT, 1, "");
    int32_t* other = dr_new_array(DR_ARRAY_INT, 2, "");
    CHECK(!dr_object_equals(dr_array_to_object(array), dr_array_to_object(other)));
    CHECK(!dr_object_equals(dr_array_to_object(array), dr_string_to_object(abc)));
    CHECK(!dr_object_equals(dr_string_to_object(abc), dr_string_to_object(bcd)));
    dr_release_array(array);
    dr_release_array(other);
    dr_release_any(box);
    dr_release_object(a);
    dr_release_object(b);
    char** parts = dr_string_split(made("a-ab-abc-a"), abc, false, "");
    CHECK(dr_array_length(parts) == 2);
    dr_release_array(parts);
    int32_t i;
    int64_t l;
    CHECK(dr_try_parse_int(made("12"), &i) && i == 12 && dr_try_parse_int(made("-7"), &i) && i == -7);
    CHECK(dr_try_parse_long(made("\x0e"), &l) == false && dr_parse_long(made("x"), "") == 0);
    CHECK_THROWN(FormatException);
    CHECK(!dr_string_is_null_or_white_space(made("\x0e")) && dr_string_is_null_or_empty(NULL) && !dr_string_is_null_or_empty(abc));
    made(NULL);
    dr_throw_divide("");
    dr_restore_pending(NULL);
    CHECK_THROWN(DivideByZeroException);
    dr_unhandled();
    char* interned = dr_string_intern(made("interned"));
    dr_debug_validate();
    dr_release_string(interned);
    made(NULL);
}

static void unhandled_without_message(int argument) {
    (void)argument;
    dr_throw_divide(NULL);
    ((dr_exception*)dri_pending)->Message = NULL;
    dr_unhandled();
}

static void parsing(void) {
    double d;
    float f;
    int32_t i;
    int64_t l;
    uint8_t byte;
    bool yes;
    CHECK(!dr_try_parse_int(NULL, &i) && !dr_try_parse_long(NULL, &l) && !dr_try_parse_byte(NULL, &byte));
    CHECK(!dr_try_parse_float(NULL, &f) && !dr_try_parse_double(NULL, &d) && !dr_try_parse_bool(NULL, &yes));
    CHECK(!dr_try_parse_int(made("2147483648"), &i) && i == 0 && !dr_try_parse_byte(made("256"), &byte));
    CHECK(dr_try_parse_byte(made(" 255\t"), &byte) && byte == 255 && dr_try_parse_long(made("-9223372036854775808"), &l) && l == INT64_MIN);
    CHECK(!dr_try_parse_int(made("\x08" "7"), &i) && !dr_try_parse_int(made("7\xC3\xA9"), &i));
    CHECK(!dr_try_parse_long(made("99999999999999999999999"), &l) && !dr_try_parse_int(made("+"), &i) && !dr_try_parse_int(made(" "), &i));
    CHECK(dr_try_parse_bool(made(" TRUE "), &yes) && yes && dr_try_parse_bool(made("False"), &yes) && !yes);
    CHECK(!dr_try_parse_bool(made("yes!"), &yes) && !dr_try_parse_bool(made("tru"), &yes));
    CHECK(dr_try_parse_float(made("1.5"), &f) && f == 1.5f && !dr_try_parse_float(made("x"), &f) && f == 0);
    static const char* const good[] = {"1e5", "+1E+5", "-1.e-5", ".5", "1,234.5", "-Infinity", "infinity", "NaN", "1e400"};
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        CHECK(dr_try_parse_double(made(good[k]), &d));
    }
    static const char* const bad[] = {"", "-", ".", "e5", "1e", "1e+", "1e5x", "1.2.3", ",1", "1.2,3", "0x10", "inf", "nanx", "1 2"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        CHECK(!dr_try_parse_double(made(bad[k]), &d));
    }
    CHECK_NO_ARGUMENT(dr_parse_long(NULL, ""));
    CHECK_NO_ARGUMENT(dr_parse_byte(NULL, ""));
    CHECK_NO_ARGUMENT(dr_parse_float(NULL, ""));
    CHECK_NO_ARGUMENT(dr_parse_double(NULL, ""));
    CHECK_NO_ARGUMENT(dr_parse_bool(NULL, ""));
    CHECK(dr_parse_long(made("12"), "") == 12 && dr_parse_byte(made("12"), "") == 12 && dr_parse_float(made("0.5"), "") == 0.5f);
    CHECK(dr_parse_double(made("0.5"), "") == 0.5 && dr_parse_bool(made("true"), ""));
    dr_parse_byte(made("-1"), "");
    CHECK_THROWN(OverflowException);
    dr_parse_bool(made("maybe"), "");
    CHECK_THROWN(FormatException);
    dr_parse_float(made("maybe"), "");
    CHECK_THROWN(FormatException);
    made(NULL);
    CHECK_OWN(dr_append_bool(NULL, true), "true");
    CHECK_OWN(dr_append_bool(NULL, false), "false");
    CHECK(dr_bool_to_string(true) != dr_bool_to_string(false));
}

/* ---- errors ---- */

static void every_fault(void) {
    for (int fault = 0; fault < DR_FAULT_COUNT; fault++) {
        dr_throw_fault((dr_fault)fault, NULL, "");
        dr_exception* e = dr_take();
        CHECK(e->Message != NULL && dr_string_length(e->Message) > 0);
        dr_release_any(e);
    }
    dr_throw_text(NULL, "");
    dr_exception* e = dr_take();
    CHECK_OWN(dr_exception_text(e), "");
    e->Message = NULL;
    CHECK_OWN(dr_exception_text(e), "");
    dr_release_any(e);
    dr_throw_string_index_of(NULL, 0, "");
    CHECK_THROWN(NullReferenceException);
    dr_throw_string_index_of(abc, 7, "");
    CHECK_THROWN(IndexOutOfRangeException);
    dr_throw_index_rect(NULL, "");
    CHECK_THROWN(NullReferenceException);
    dr_throw_index_of(NULL, 0, "");
    CHECK_THROWN(NullReferenceException);
    dr_throw_cast(NULL, "Leaf", "");
    CHECK_THROWN(InvalidCastException);
    dr_throw(NULL, "");
    CHECK_THROWN(NullReferenceException);
    /* One exception replaces another; restoring keeps the newer one. */
    dr_throw_divide("");
    void* saved = dr_save_pending();
    dr_throw_overflow("");
    dr_restore_pending(saved);
    CHECK_THROWN(OverflowException);
    dr_restore_pending(NULL);
    CHECK(!dr_thrown());
}

static void end_by_fault(int argument) {
    int32_t* array = dr_new_array(DR_ARRAY_INT, 3, "");
    switch (argument) {
    case 0: dr_check_string_index(NULL, 0, NULL); break;
    case 1: dr_check_string_index(abc, 9, "f (app.dr:7)"); break;
    case 2: dr_fatal_index_rect(array, "f (app.dr:7)");
    case 3: dr_fatal_overflow("f (app.dr:7)");
    case 4: dr_fatal_div(0, "f (app.dr:7)");
    case 5: dr_fatal_div(-1, "f (app.dr:7)");
    case 6: dr_fatal_text(NULL, "f (app.dr:7)");
    case 7: dr_fatal_index(5, 3, "f (app.dr:7)");
    case 8: dr_check_cast(dr_array_to_object(array), &Base_type, "f (app.dr:7)"); break;
    default: dr_fatal_fault(DR_FAULT_FormatException, NULL, "f (app.dr:7)");
    }
}

void suite_edges(void) {
    child c;
    null_strings();
    string_ranges();
    string_shapes();
    arrays_of_every_kind();
    enormous();
    boxes();
    math();
    formats();
    rare_formats();
    parsing();
    every_fault();
    run_child(&c, unhandled_without_message, 0);
    CHECK(c.status == 1 && strncmp(c.err, "Unhandled Dream exception: DivideByZeroException\n", 49) == 0);
    for (int i = 0; i < 3; i++) {
        run_child(&c, too_long, i);
        CHECK(c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0);
    }
#ifndef UNDER_SANITIZER
    run_child(&c, longest, 0);
    CHECK(c.status == 0 || c.status == DR_EXIT_OUT_OF_MEMORY);
#endif
    for (int i = 0; i < 4; i++) {
        run_child(&c, alloc_too_large, i);
        CHECK(c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0);
    }
    for (int i = 0; i < 10; i++) {
        {
            run_child(&c, end_by_fault, i);
            CHECK(c.status == DR_EXIT_UNHANDLED && strncmp(c.err, "Unhandled Dream exception: ", 27) == 0);
        }
    }
}
