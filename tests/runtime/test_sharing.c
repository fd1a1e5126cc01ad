/* test_sharing.c: what shares memory and what copies, row by row as runtime/README.md says it. Strings are compared by
 * address, arrays by the copy counters. */
#define DR_MANAGED 1
#include "check.h"

static int64_t copies(void) {
    dr_memory_figures f;
    dr_memory_figures_now(&f);
    return f.copies;
}

static int64_t copied_bytes(void) {
    dr_memory_figures f;
    dr_memory_figures_now(&f);
    return f.copied_bytes;
}

/* Whether the owned result is the very object; releases it. */
static bool is_same(char* result, const char* object) {
    bool same = result == object;
    dr_release_string(result);
    return same;
}

static void strings(void) {
    char* s = dr_string_from_c("shared text");
    char* empty = dr_string_from_c("");
    char* absent = dr_string_from_c("#");
    CHECK(is_same(dr_retain_string(s), s));
    /* The part is the whole. */
    CHECK(is_same(dr_substring(s, 0, 11, ""), s) && is_same(dr_substring_from(s, 0, ""), s));
    CHECK(is_same(dr_string_trim(s, ""), s) && is_same(dr_string_trim_start(s, ""), s) && is_same(dr_string_trim_end(s, ""), s));
    CHECK(is_same(dr_string_trim_set(s, absent, 3, ""), s));
    char** parts = dr_string_split(s, absent, false, "");
    CHECK(dr_array_length(parts) == 1 && parts[0] == s);
    dr_release_array(parts);
    CHECK(is_same(dr_string_remove(s, 3, 0, ""), s) && is_same(dr_string_insert(s, 3, empty, ""), s));
    /* Empty and one-byte parts are the runtime's own. */
    char* a = dr_substring(s, 0, 1, "");
    char* b = dr_substring(s, 2, 1, "");
    char* again = dr_substring(s, 2, 1, "");
    CHECK(b == again && a != b && is_same(dr_substring(s, 4, 0, ""), dr_empty_string));
    CHECK(b == dr_char_to_string('a') && dr_int_to_string(7) == dr_int_to_string(7));
    /* A side that adds nothing. */
    CHECK(is_same(dr_string_concat(s, NULL), s) && is_same(dr_string_concat(empty, s), s));
    CHECK(is_same(dr_string_append(dr_retain_string(s), empty), s) && is_same(dr_string_append(dr_empty_string, s), s));
    /* What changes nothing. */
    CHECK(is_same(dr_string_replace(s, absent, empty, ""), s) && is_same(dr_string_replace_char(s, '#', '+', ""), s));
    CHECK(is_same(dr_string_to_lower(s, ""), s));
    CHECK(is_same(dr_pad_left(s, 5, ' ', ""), s) && is_same(dr_pad_right(s, 11, ' ', ""), s));
    /* The rest is copied. */
    CHECK(!is_same(dr_substring(s, 1, 10, ""), s) && !is_same(dr_string_to_upper(s, ""), s));
    CHECK(!is_same(dr_string_concat(s, absent), s) && !is_same(dr_string_from_c(s), s));
    dr_release_string(s);
    dr_release_string(empty);
    dr_release_string(absent);
}

static void appending(void) {
    char* s = dr_string_from_c("abc");
    /* Room up to the next multiple of 8 of the block. */
    char* first = s;
    s = dr_string_append_char(s, 'd');
    CHECK(s == first);
    /* Shared: the other holder keeps its text. */
    char* other = dr_retain_string(s);
    s = dr_string_append_char(s, 'e');
    CHECK(s != other);
    CHECK_TEXT(other, "abcd");
    /* Interned: as if shared. */
    char* interned = dr_string_intern(s);
    CHECK(interned == s);
    dr_release_string(interned);
    char* before = s;
    dr_retain_string(before);
    s = dr_string_append_char(s, 'f');
    CHECK(s != before);
    CHECK_TEXT(before, "abcde");
    dr_release_string(before);
    dr_release_string(other);
    dr_release_string(s);
}

static void interning(void) {
    char* s = dr_string_from_c("interned at run time");
    char* t = dr_string_from_c("interned at run time");
    CHECK(dr_string_is_interned(s) == NULL);
    CHECK(is_same(dr_string_intern(s), s) && is_same(dr_string_intern(t), s) && is_same(dr_string_is_interned(t), s));
    dr_release_string(s);
    /* The table kept nothing alive, and has forgotten it. */
    CHECK(dr_string_is_interned(t) == NULL && is_same(dr_string_intern(t), t));
    dr_release_string(t);
    CHECK(dr_memory_live_objects() == 0);
    CHECK(dr_literal("one object", 10) == dr_literal("one object", 10));
}

static void arrays(void) {
    int64_t before = copies();
    int64_t bytes = copied_bytes();
    int32_t* a = dr_new_array(DR_ARRAY_INT, 100, "");
    int32_t* b = dr_retain_array(a);
    CHECK(copies() == before);
    dr_make_unique(&b);
    CHECK(copies() == before + 1 && copied_bytes() == bytes + 400);
    dr_make_unique(&b);
    dr_make_unique(&a);
    CHECK(copies() == before + 1);
    /* A unique array's elements move into the larger one. */
    dr_array_set_length(&a, 200, "");
    CHECK(copies() == before + 1 && dr_array_length(a) == 200);
    dr_release_array(a);
    dr_release_array(b);
}

/* At every depth only what the path goes through is copied, and only where it is shared. */
static void nested(void) {
    int64_t before = copies();
    int32_t** rows = dr_new_array(DR_ARRAY_ARRAY, 10, "");
    for (int i = 0; i < 10; i++) {
        rows[i] = dr_new_array(DR_ARRAY_INT, 1000, "");
    }
    for (int i = 0; i < 10; i++) {
        dr_make_unique(&rows);
        dr_make_unique(&rows[i]);
        rows[i][i] = i;
    }
    CHECK(copies() == before);
    int32_t** other = dr_retain_array(rows);
    for (int i = 0; i < 1000; i++) {
        dr_make_unique(&other);
        dr_make_unique(&other[3]);
        other[3][i] = 7;
    }
    CHECK(copies() == before + 2 && other[2] == rows[2] && other[3] != rows[3] && rows[3][3] == 3);
    int32_t* grid = dr_new_array_rect(DR_ARRAY_INT, 2, (const int32_t[]){30, 40}, "");
    int32_t* copy = dr_retain_array(grid);
    int64_t bytes = copied_bytes();
    dr_make_unique(&copy);
    copy[5 * 40 + 5] = 1;
    CHECK(copied_bytes() == bytes + 30 * 40 * 4 + 8 && grid[5 * 40 + 5] == 0 && dr_array_dim(copy, 1, "") == 40);
    dr_release_array(copy);
    dr_release_array(grid);
    dr_release_array(other);
    dr_release_array(rows);
}

void suite_sharing(void) {
    strings();
    appending();
    interning();
    arrays();
    nested();
}
