/* test_string.c: joining, appending, comparing, interning, literals. */
#define DR_MANAGED 1
#include "check.h"

DR_LITERAL(abc, "abc");
DR_LITERAL(with_nul, "a\0b");
DR_LITERAL(empty, "");

static void literals(void) {
    CHECK(dr_string_length(abc) == 3 && dr_string_length(with_nul) == 3 && dr_string_length(empty) == 0);
    for (int i = 0; i < 3; i++) {
        dr_release_string(abc);
    }
    CHECK_TEXT(abc, "abc");
    char* a = dr_literal("shared text", 11);
    char* b = dr_literal("shared text", 11);
    CHECK(a == b);
    dr_release_string(a);
    dr_release_string(b);
    CHECK_TEXT(dr_literal("shared text", 11), "shared text");
    CHECK(dr_memory_live_objects() == 0);
}

static void joining(void) {
    CHECK_OWN(dr_string_concat(abc, with_nul), "abca\0b");
    CHECK_OWN(dr_string_concat(NULL, abc), "abc");
    CHECK_OWN(dr_string_concat(abc, NULL), "abc");
    CHECK_OWN(dr_string_concat(NULL, NULL), "");
    char* parts[] = {abc, NULL, with_nul, empty, abc};
    CHECK_OWN(dr_string_concat_n(parts, 5), "abca\0babc");
    CHECK_OWN(dr_string_concat_n(parts, 0), "");
}

static void appending(void) {
    /* A literal is copied, not written to. */
    char* s = dr_string_append(dr_retain_string(abc), abc);
    CHECK_TEXT(s, "abcabc");
    CHECK_TEXT(abc, "abc");
    /* A shared string is copied: the other holder keeps the old text. */
    char* other = dr_retain_string(s);
    s = dr_string_append(s, abc);
    CHECK_TEXT(other, "abcabc");
    CHECK_TEXT(s, "abcabcabc");
    dr_release_string(other);
    /* s + s, borrowed and owned at once. */
    s = dr_string_append(s, s);
    CHECK_TEXT(s, "abcabcabcabcabcabc");
    dr_release_string(s);
    s = NULL;
    s = dr_string_append(s, NULL);
    CHECK_TEXT(s, "");
    s = dr_string_append(s, empty);
    s = dr_string_append_char(s, 'x');
    s = dr_append_int(s, -5);
    s = dr_append_bool(s, true);
    s = dr_append_double(s, 0.1);
    s = dr_string_append_bytes(s, "end", 3);
    CHECK_TEXT(s, "x-5true0.1end");
    dr_release_string(s);

    /* Interned: a copy, although the count is 1. */
    s = dr_string_from_c("interned");
    char* t = dr_string_intern(s);
    CHECK(t == s);
    dr_release_string(t);
    s = dr_string_append(s, abc);
    CHECK(s != t);
    CHECK_TEXT(s, "internedabc");
    dr_release_string(s);

    for (int length = 0; length < 2000; length++) {
        /* Doubling from each length. */
        char* d = dr_string_repeat('d', length, NULL);
        d = dr_string_append(d, d);
        CHECK(dr_string_length(d) == 2 * length && d[2 * length] == 0);
        dr_release_string(d);
    }
}

/* Appending one byte a million times moves the text a few dozen times, not a million. */
static void appending_is_linear(void) {
    char* s = NULL;
    int moves = 0;
    for (int i = 0; i < 1000000; i++) {
        char* before = s;
        s = dr_string_append_char(s, (unsigned char)('a' + i % 26));
        moves += s != before;
    }
    CHECK(moves < 60);
    bool right = dr_string_length(s) == 1000000;
    for (int i = 0; i < 1000000; i++) {
        right = right && s[i] == 'a' + i % 26;
    }
    CHECK(right);
    dr_release_string(s);
}

static void comparing(void) {
    char* a = dr_string_from_c("abc");
    char* z = dr_string_from_bytes("a\0c", 3);
    CHECK(dr_string_equals(a, abc) && !dr_string_equals(with_nul, z));
    CHECK(dr_string_equals(NULL, NULL) && !dr_string_equals(NULL, empty) && !dr_string_equals(empty, NULL));
    CHECK(dr_string_compare(with_nul, z) == -1 && dr_string_compare(z, with_nul) == 1);
    CHECK(dr_string_compare(NULL, empty) == -1 && dr_string_compare(empty, NULL) == 1);
    CHECK(dr_string_compare(a, abc) == 0 && dr_string_compare(abc, empty) == 1);
    CHECK(dr_string_hash(a) == dr_string_hash(abc) && dr_string_hash(NULL) == 0);
    CHECK(dr_string_hash(z) != dr_string_hash(with_nul));
    char* upper = dr_string_from_c("ABC");
    CHECK(dr_string_equals_ignore_case(upper, abc) && !dr_string_equals_ignore_case(upper, with_nul));
    char* sorted[] = {empty, with_nul, abc};
    CHECK(dr_switch_string(a, sorted, 3) == 2 && dr_switch_string(empty, sorted, 3) == 0);
    CHECK(dr_switch_string(upper, sorted, 3) == -1 && dr_switch_string(NULL, sorted, 3) == -1);
    dr_release_string(a);
    dr_release_string(z);
    dr_release_string(upper);
}

/* The table against a plain array as model: identity exactly for equal texts, and nothing kept alive. */
static void interning(void) {
    enum { TEXTS = 500 };
    static char* canonical[TEXTS];
    uint32_t seed = 7;
    memset(canonical, 0, sizeof canonical);
    for (int step = 0; step < 20000; step++) {
        seed = seed * 1664525u + 1013904223u;
        int i = (int)(seed >> 16) % TEXTS;
        char text[32];
        int n = snprintf(text, sizeof text, "text number %d", i);
        if (canonical[i] != NULL && (seed & 0x100)) {
            dr_release_string(canonical[i]);
            canonical[i] = NULL;
            continue;
        }
        char* fresh = dr_string_from_bytes(text, (size_t)n);
        char* interned = dr_string_intern(fresh);
        dr_release_string(fresh);
        if (canonical[i] == NULL) {
            canonical[i] = interned;
        } else {
            CHECK(interned == canonical[i]);
            dr_release_string(interned);
        }
    }
    for (int i = 0; i < TEXTS; i++) {
        dr_release_string(canonical[i]);
    }
    CHECK(dr_memory_live_objects() == 0);
    CHECK(dr_string_intern(NULL) == NULL);
    CHECK(dr_string_intern(dr_literal("lit", 3)) == dr_literal("lit", 3));
    char* probe = dr_string_from_c("not interned");
    CHECK(dr_string_is_interned(probe) == NULL);
    dr_release_string(probe);
    /* A literal that somebody interned before it was met. */
    char* first = dr_string_from_c("met later");
    char* canon = dr_string_intern(first);
    char* literal = dr_literal("met later", 9);
    CHECK(canon == literal);
    dr_release_string(literal);
    dr_release_string(canon);
    dr_release_string(first);
}

void suite_string(void) {
    literals();
    joining();
    appending();
    appending_is_linear();
    comparing();
    interning();
}
