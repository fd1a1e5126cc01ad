/* test_linked.c: the documented API as real functions, as other languages link with it, NULLs and literals included. */
#include "check.h"

#undef dr_alloc_string
#undef dr_retain_string
#undef dr_release_string
#undef dr_string_concat
#undef dr_retain_array
#undef dr_release_array
#undef dr_retain_object
#undef dr_release_object

char* dr_alloc_string(const char* content);
char* dr_retain_string(char* str);
void dr_release_string(char* str);
char* dr_string_concat(const char* a, const char* b);
void* dr_retain_array(void* array);
void dr_release_array(void* array);
void* dr_retain_object(void* obj);
void dr_release_object(void* obj);

static void strings(void) {
    CHECK(dr_retain_string(NULL) == NULL);
    dr_release_string(NULL);
    char* empty = dr_alloc_string(NULL);
    char* joined = dr_string_concat(NULL, NULL);
    CHECK(*empty == '\0' && *joined == '\0');
    dr_release_string(joined);
    dr_release_string(empty);
    char* s = dr_alloc_string("left");
    CHECK(dr_retain_string(s) == s);
    joined = dr_string_concat(s, "right");
    CHECK(strcmp(joined, "leftright") == 0 && strcmp(s, "left") == 0);
    dr_release_string(joined);
    dr_release_string(s);
    dr_release_string(s);
    char* literal = dr_string_intern(dr_char_to_string('x'));
    CHECK(dr_retain_string(literal) == literal);
    dr_release_string(literal);
    dr_release_string(literal);
}

static void objects(void) {
    CHECK(dr_retain_array(NULL) == NULL && dr_retain_object(NULL) == NULL);
    dr_release_array(NULL);
    dr_release_object(NULL);
    int* array = dr_alloc_array(sizeof(int), 3);
    CHECK(dr_retain_array(array) == array);
    dr_release_array(array);
    dr_release_array(array);
    int32_t* object = dr_alloc_object(24);
    CHECK(dr_retain_object(object) == object && *object == 2);
    dr_release_object(object);
    dr_release_object(object);
    /* Objects of C, small and large; one that C made immortal stays. */
    for (size_t size = 4; size < 5000; size *= 7) {
        object = dr_alloc_object(size);
        dr_retain_object(object);
        dr_release_object(object);
        CHECK(*object == 1);
        *object = -5;
        dr_release_object(object);
        CHECK(*object == -5);
        *object = 1;
        dr_release_object(object);
    }
}

/* A large object of C, before there is any page and beside others. */
static void large_objects(void) {
    int32_t* object = dr_alloc_object(5000);
    dr_debug_validate();
    dr_release_object(object);
    char* s = dr_alloc_string("there are pages now");
    object = dr_alloc_object(5000);
    dr_debug_validate();
    dr_release_object(object);
    dr_release_string(s);
}

void suite_linked(void) {
    large_objects();
    strings();
    objects();
    CHECK(dr_memory_live_objects() == 0);
}
