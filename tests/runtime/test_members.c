/* test_members.c: the members of string: results, shared results, and what they throw. */
#define DR_MANAGED 1
#include "check.h"

DR_LITERAL(hello, "Hello, World");
DR_LITERAL(l, "l");
DR_LITERAL(empty, "");
DR_LITERAL(spaces, " \t x y \n");
DR_LITERAL(comma, ", ");
DR_LITERAL(csv, "a,b,,c,");
DR_LITERAL(dots, "..x..");
DR_LITERAL(dot, ".");

static void parts(void) {
    CHECK_OWN(dr_substring(hello, 7, 5, ""), "World");
    CHECK_OWN(dr_substring(hello, 12, 0, ""), "");
    CHECK_OWN(dr_substring(hello, 4, 1, ""), "o");
    CHECK_OWN(dr_substring_from(hello, 7, ""), "World");
    char* whole = dr_substring(hello, 0, 12, "");
    CHECK(whole == hello);
    CHECK(dr_substring(hello, 8, 5, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK(dr_substring(hello, -1, 2, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK(dr_substring(hello, 1, INT32_MAX, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK(dr_substring(NULL, 0, 0, "") == NULL);
    CHECK_THROWN(NullReferenceException);
    CHECK_OWN(dr_string_trim(spaces, ""), "x y");
    CHECK_OWN(dr_string_trim_start(spaces, ""), "x y \n");
    CHECK_OWN(dr_string_trim_end(spaces, ""), " \t x y");
    CHECK_OWN(dr_string_trim_set(dots, dot, 3, ""), "x");
    CHECK_OWN(dr_string_trim_set(dots, dot, 2, ""), "..x");
    CHECK(dr_string_is_null_or_white_space(NULL) && dr_string_is_null_or_white_space(empty));
    CHECK(!dr_string_is_null_or_white_space(spaces) && dr_string_is_null_or_empty(NULL));
}

static void searching(void) {
    CHECK(dr_string_index_of(hello, l, "") == 2 && dr_string_last_index_of(hello, l, "") == 10);
    CHECK(dr_string_index_of(hello, empty, "") == 0 && dr_string_last_index_of(hello, empty, "") == 12);
    CHECK(dr_string_index_of_from(hello, l, 4, "") == 10 && dr_string_index_of_from(hello, l, 12, "") == -1);
    CHECK(dr_string_index_of_char(hello, 'W', "") == 7 && dr_string_index_of_char(hello, 'z', "") == -1);
    CHECK(dr_string_last_index_of_char(hello, 'o', "") == 8 && dr_string_last_index_of_char(hello, 'z', "") == -1);
    CHECK(dr_string_contains(hello, comma, "") && !dr_string_contains(hello, dots, ""));
    CHECK(dr_string_contains_char(hello, 'H', ""));
    CHECK(dr_string_starts_with(hello, empty, "") && !dr_string_starts_with(l, hello, ""));
    CHECK(dr_string_ends_with(hello, empty, "") && dr_string_ends_with(hello, hello, ""));
    CHECK(!dr_string_contains(NULL, l, ""));
    CHECK_THROWN(NullReferenceException);
    CHECK(!dr_string_contains(hello, NULL, ""));
    CHECK_THROWN(ArgumentException);
    dr_string_index_of_from(hello, l, 13, "");
    CHECK_THROWN(ArgumentOutOfRangeException);
}

static void changes(void) {
    CHECK_OWN(dr_string_replace(hello, l, comma, ""), "He, , o, Wor, d");
    CHECK_OWN(dr_string_replace(hello, l, NULL, ""), "Heo, Word");
    CHECK(dr_string_replace(hello, dots, l, "") == hello);
    CHECK(dr_string_replace(hello, empty, l, "") == NULL);
    CHECK_THROWN(ArgumentException);
    CHECK_OWN(dr_string_replace_char(hello, 'l', 'L', ""), "HeLLo, WorLd");
    CHECK_OWN(dr_string_to_upper(hello, ""), "HELLO, WORLD");
    CHECK_OWN(dr_string_to_lower(hello, ""), "hello, world");
    CHECK_OWN(dr_string_to_upper(dots, ""), "..X..");
    CHECK(dr_string_to_lower(dots, "") == dots);
    CHECK_OWN(dr_pad_left(l, 3, '*', ""), "**l");
    CHECK_OWN(dr_pad_right(l, 3, ' ', ""), "l  ");
    CHECK(dr_pad_left(hello, 3, ' ', "") == hello);
    CHECK(dr_pad_left(hello, -1, ' ', "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK_OWN(dr_string_insert(hello, 5, l, ""), "Hellol, World");
    CHECK_OWN(dr_string_remove(hello, 5, 7, ""), "Hello");
    CHECK(dr_string_remove(hello, 5, 8, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK_OWN(dr_string_repeat('x', 3, ""), "xxx");
    CHECK(dr_string_repeat('x', -1, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK_OWN(dr_string_reverse(l, ""), "l");
    CHECK_OWN(dr_string_reverse(csv, ""), ",c,,b,a");
}

static void joined(char** parts, const char* expected) {
    char* text = dr_string_join(dr_char_to_string('|'), parts, "");
    CHECK(strcmp(text, expected) == 0);
    dr_release_string(text);
    dr_release_array(parts);
}

static void splitting(void) {
    joined(dr_string_split_char(csv, ',', false, ""), "a|b||c|");
    joined(dr_string_split_char(csv, ',', true, ""), "a|b|c");
    joined(dr_string_split(hello, comma, false, ""), "Hello|World");
    joined(dr_string_split(hello, empty, false, ""), "Hello, World");
    joined(dr_string_split(hello, NULL, false, ""), "Hello, World");
    joined(dr_string_split_any(spaces, NULL, true, ""), "x|y");
    joined(dr_string_split_char(empty, ',', false, ""), "");
    char** none = dr_string_split_char(empty, ',', true, "");
    CHECK(dr_array_length(none) == 0);
    dr_release_array(none);
    CHECK(dr_string_join(comma, NULL, "") == NULL);
    CHECK_THROWN(ArgumentException);
    char* chars = dr_string_to_chars(hello, "");
    CHECK(dr_array_length(chars) == 12 && chars[0] == 'H');
    CHECK_OWN(dr_string_from_chars(chars), "Hello, World");
    CHECK_OWN(dr_string_from_chars_range(chars, 7, 5, ""), "World");
    CHECK(dr_string_from_chars_range(chars, 8, 5, "") == NULL);
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK_OWN(dr_string_from_chars(NULL), "");
    dr_release_array(chars);
}

/* A change of one holder's string is seen by no other holder, and costs no copy when there is none. */
static void changes_in_place(void) {
    char* s = dr_string_from_c("abc");
    char* other = dr_retain_string(s);
    dr_string_set(&s, 1, 'X', "");
    CHECK(s != other);
    CHECK_TEXT(s, "aXc");
    CHECK_TEXT(other, "abc");
    char* before = s;
    dr_string_set(&s, 0, 'Y', "");
    dr_string_set(&s, 2, 0, "");
    CHECK(s == before);
    CHECK_TEXT(s, "YX\0");
    dr_string_set(&s, -1, '!', "");
    CHECK_THROWN(ArgumentOutOfRangeException);
    dr_string_set(&s, 3, '!', "");
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK_TEXT(s, "YX\0");
    char* null = NULL;
    dr_string_set(&null, 0, '!', "");
    CHECK_THROWN(NullReferenceException);
    dr_string_set_length(&null, 0, "");
    CHECK_THROWN(NullReferenceException);
    dr_string_set_length(&s, -1, "");
    CHECK_THROWN(ArgumentOutOfRangeException);

    dr_string_set_length(&s, 5, "");
    CHECK_TEXT(s, "YX\0\0\0");
    dr_string_set_length(&s, 5, "");
    CHECK_TEXT(s, "YX\0\0\0");
    before = s;
    dr_string_set_length(&s, 1, "");
    CHECK(s == before);
    CHECK_TEXT(s, "Y");
    s = dr_string_append(s, hello);
    CHECK_TEXT(s, "YHello, World");
    dr_string_set_length(&s, 0, "");
    CHECK_TEXT(s, "");
    dr_release_string(s);

    /* Shared: shorter, longer, and all of it. */
    s = dr_retain_string(other);
    dr_string_set_length(&s, 2, "");
    CHECK_TEXT(s, "ab");
    dr_release_string(s);
    s = dr_retain_string(other);
    dr_string_set_length(&s, 4, "");
    CHECK_TEXT(s, "abc\0");
    dr_release_string(s);
    s = dr_retain_string(other);
    dr_string_set_length(&s, 0, "");
    CHECK_TEXT(s, "");
    dr_release_string(s);
    CHECK_TEXT(other, "abc");
    dr_release_string(other);

    /* A literal, and what String.Intern hands out, stay as they are. */
    s = hello;
    dr_string_set(&s, 0, 'J', "");
    CHECK_TEXT(s, "Jello, World");
    CHECK_TEXT(hello, "Hello, World");
    dr_release_string(s);
    s = dr_string_from_c("interned once");
    char* interned = dr_string_intern(s);
    dr_release_string(s);
    CHECK(interned == s);
    dr_string_set(&interned, 0, 'I', "");
    CHECK_TEXT(interned, "Interned once");
    s = dr_string_from_c("interned once");
    CHECK(dr_string_is_interned(s) == NULL);
    char* again = dr_string_intern(s);
    dr_string_set_length(&again, 8, "");
    CHECK_TEXT(again, "interned");
    CHECK_TEXT(s, "interned once");
    CHECK_OWN(dr_string_is_interned(s), "interned once");
    dr_string_set_length(&s, 8, "");
    CHECK_TEXT(s, "interned");
    CHECK_OWN(dr_string_intern(s), "interned");
    dr_release_string(again);
    dr_release_string(s);
    dr_release_string(interned);
}

void suite_members(void) {
    parts();
    changes_in_place();
    searching();
    changes();
    splitting();
}
