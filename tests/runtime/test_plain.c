/* test_plain.c: what --rc=plain's C relies on: dr_alloc_string of a literal is the program's one object for that text. */
#define DR_MANAGED 1
#define DR_PLAIN 1
#include "check.h"

static char* greet(void) {
    char* greeting = dr_alloc_string("Hello");
    char* name = dr_alloc_string("W\0rld");
    char* temp1 = dr_string_concat(greeting, dr_alloc_string(" "));
    char* message = dr_string_concat(temp1, name);
    dr_release_string(temp1);
    dr_release_string(greeting);
    dr_release_string(name);
    return message;
}

void suite_plain(void) {
    for (int i = 0; i < 3; i++) {
        CHECK_OWN(greet(), "Hello W\0rld");
    }
    char* a = dr_alloc_string("twice");
    char* b = dr_alloc_string("twice");
    CHECK(a == b);
    b = dr_string_append(b, a);
    CHECK_TEXT(a, "twice");
    CHECK_TEXT(b, "twicetwice");
    dr_release_string(a);
    dr_release_string(b);
    CHECK_OWN(dr_retain_string(dr_alloc_string("")), "");
    CHECK(dr_memory_live_objects() == 0);
}
