/* test_intern.c: the table of interned strings and literals: texts of one hash, literals of the program, growth, removal,
 * and what happens without memory for it. */
#define DR_MANAGED 1
#include "check.h"

static char* literal_of(char* s) {
    /* As the compiler's: outside the counted heap, immortal. */
    static char blocks[100][64];
    static int used;
    dr_string_header* header = (dr_string_header*)(void*)blocks[used++];
    header->header.ref_count = DR_IMMORTAL;
    header->header.meta = DR_STRING;
    header->length = header->capacity = dr_string_length(s);
    memcpy(header + 1, s, (size_t)dr_string_length(s) + 1);
    return (char*)(header + 1);
}

static char* text_of(const char* prefix, int number) {
    return dr_append_int(dr_string_from_c(prefix), number);
}

static char* literals[100];
static dr_program with_literals;

/* A program of its own with so many literals, the first two of them alike. */
static void start_with(int count) {
    for (int i = 0; i < count; i++) {
        char* text = text_of("literal ", i == 1 ? 0 : i);
        literals[i] = literal_of(text);
        dr_release_string(text);
    }
    with_literals = (dr_program){.literals = literals, .literal_count = (uint32_t)count};
    dr_init(&with_literals);
}

static void program_literals(int count) {
    start_with(count);
    for (int i = 0; i < count; i++) {
        if (i == 1) {
            continue;
        }
        char* text = text_of("literal ", i);
        CHECK(dr_string_is_interned(text) == literals[i]);
        CHECK(dr_string_intern(text) == literals[i]);
        CHECK(dr_literal(text, (size_t)dr_string_length(text)) == literals[i]);
        dr_release_string(text);
    }
    CHECK(dr_exit(0) == 0);
    /* The literals outlive the table. */
    CHECK_TEXT(literals[1], "literal 0");
}

/* The request with that number, of those that the table makes, fails: nobody is interned, and nothing is lost. */
static void no_memory_to_intern(int argument) {
    start_with(argument / 10);
    int request = argument % 10;
    char* s = dr_string_from_c("literal 7");
    dr_debug_fail_after(request, true);
    char* interned = dr_string_intern(s);
    CHECK(interned == s && dr_string_is_interned(s) == NULL);
    dr_release_string(interned);
    dr_debug_fail_after(0, false);
    CHECK(dr_string_intern(s) == literals[7]);
    dr_release_string(s);
}

static void no_memory_for_literal(int argument) {
    start_with(argument / 10);
    dr_debug_fail_after(argument % 10, true);
    dr_literal("not there", 9);
}

/* Two of a few hundred thousand texts have one hash. */
static void same_hashes(void) {
    enum { SLOTS = 1 << 20 };
    static int number_at[SLOTS];
    int found = 0;
    memset(number_at, -1, sizeof number_at);
    for (int i = 0; i < 1000000 && found < 3; i++) {
        char* s = text_of("", i);
        uint32_t hash = (uint32_t)dr_string_hash(s);
        int* at = &number_at[(hash ^ hash >> 20) % SLOTS];
        char* other = text_of("", *at);
        if (*at >= 0 && (uint32_t)dr_string_hash(other) == hash) {
            found++;
            char* first = dr_string_intern(s);
            char* second = dr_string_intern(other);
            CHECK(first == s && second == other);
            dr_release_string(first);
            dr_release_string(second);
        }
        *at = i;
        dr_release_string(other);
        dr_release_string(s);
    }
}

/* The cache of literals by address: other bytes, another length, and another text at a place are other literals. */
static void places(void) {
    static char text[(1 << 18) + 4] = "one";
    char* far_away = text + (1 << 18);
    memcpy(far_away, "two", 3);
    char* one = dr_literal(text, 3);
    CHECK_TEXT(one, "one");
    CHECK(dr_literal(text, 3) == one);
    CHECK_TEXT(dr_literal(text, 2), "on");
    CHECK_TEXT(dr_literal(far_away, 3), "two");
    CHECK(dr_literal(text, 3) == one);
    text[0] = 'O';
    CHECK_TEXT(dr_literal(text, 3), "One");
    /* A literal whose text somebody interned first is that string, while it lives. */
    char* s = dr_string_from_c("first interned");
    char* interned = dr_string_intern(s);
    char* literal = dr_literal("first interned", 14);
    CHECK(interned == s && literal == s);
    dr_release_string(literal);
    dr_release_string(interned);
    dr_release_string(s);
}

/* What is still alive when the table goes is freed without it. */
static void alive_at_exit(int argument) {
    (void)argument;
    char* s = dr_string_from_c("outlives the table");
    char* interned = dr_string_intern(s);
    CHECK(interned == s);
    dr_release_string(interned);
    dr_exit(0);
    dr_release_string(s);
    CHECK(dr_memory_live_objects() == 0);
}

/* Interned strings leave in any order from between literals, and all that are left are still found. */
static void leaving(int order) {
    enum { COUNT = 400 };
    static char* strings[COUNT];
    static char bytes[COUNT][16];
    for (int i = 0; i < COUNT; i++) {
        if (i % 3 == 0) {
            int length = snprintf(bytes[i], sizeof bytes[i], "literal %d", i);
            strings[i] = dr_literal(bytes[i], (size_t)length);
        } else {
            char* s = text_of("string ", i);
            strings[i] = dr_string_intern(s);
            CHECK(strings[i] == s);
            dr_release_string(s);
        }
    }
    dr_debug_validate();
    for (int k = 0; k < COUNT; k++) {
        int i = order == 0 ? k : order == 1 ? COUNT - 1 - k : k * 37 % COUNT;
        dr_release_string(strings[i]);
        strings[i] = i % 3 == 0 ? strings[i] : NULL;
        for (int n = k % 7; n < COUNT; n += 7) {
            char* s = text_of(n % 3 == 0 ? "literal " : "string ", n);
            char* known = dr_string_is_interned(s);
            CHECK(known == strings[n]);
            dr_release_string(known);
            dr_release_string(s);
        }
    }
}

void suite_intern(void) {
    child c;
    /* Before the tests' own program has used its table. */
    for (int count = 47; count <= 60; count++) {
        run_child(&c, program_literals, count);
        CHECK(c.status == 0);
    }
    /* 48 texts, which 49 literals have, fill the first table: with as many, the string makes it grow, with more, the
     * literals do. Tens: how many literals there are; ones: which request fails. */
    static const int ends[] = {491, 492, 501, 502, 601, 602};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        run_child(&c, no_memory_to_intern, ends[i]);
        CHECK(c.status == 0);
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        run_child(&c, no_memory_for_literal, ends[i]);
        CHECK(c.status == DR_EXIT_OUT_OF_MEMORY && strncmp(c.err, "out of memory\n", 14) == 0);
    }
    run_child(&c, alive_at_exit, 0);
    CHECK(c.status == 0);
    same_hashes();
    places();
    for (int order = 0; order < 3; order++) {
        leaving(order);
    }
}
