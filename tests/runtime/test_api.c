/* test_api.c: the documented API from hand-written C: the listings of the documentation, completed where they leave a
 * unit unreleased, and the promises about NULL, counts and pools. No DR_MANAGED here. */
#include "check.h"

/* ---- strings ---- */

static char* string_example(void) {
    char* greeting = dr_alloc_string("Hello");
    char* name = dr_alloc_string("World");
    char* temp1 = dr_string_concat(greeting, " ");
    char* temp2 = dr_string_concat(temp1, name);
    char* message = dr_string_concat(temp2, "!");
    dr_release_string(temp1);
    dr_release_string(temp2);
    dr_release_string(greeting);
    dr_release_string(name);
    return message;
}

/* ---- arrays ---- */

static int* array_example(void) {
    int* numbers = dr_alloc_array(sizeof(int), 5);
    numbers[0] = 1; numbers[1] = 2; numbers[2] = 3; numbers[3] = 4; numbers[4] = 5;
    int* doubled = dr_alloc_array(sizeof(int), 5);
    for (int i = 0; i < 5; i++) {
        doubled[i] = numbers[i] * 2;
    }
    dr_release_array(numbers);
    return doubled;
}

/* ---- objects: the count is the user's first member, and offset 4 is the user's too ---- */

typedef struct {
    int ref_count;
    char* name;
    int age;
} Person;

static Person* Person_new(char* name, int age) {
    Person* obj = dr_alloc_object(sizeof(Person));
    obj->name = dr_retain_string(name);
    obj->age = age;
    return obj;
}

static void Person_release(Person* obj) {
    if (--obj->ref_count == 0) {
        dr_release_string(obj->name);
        dr_release_object(obj);
    }
}

static char* Person_GetDescription(Person* this) {
    char age[16];
    snprintf(age, sizeof age, "%d", this->age);
    char* a = dr_string_concat(this->name, " is ");
    char* b = dr_string_concat(a, age);
    char* c = dr_string_concat(b, " years old");
    dr_release_string(a);
    dr_release_string(b);
    return c;
}

static char* object_example(void) {
    char* name = dr_alloc_string("Alice");
    Person* person = Person_new(name, 30);
    char* description = Person_GetDescription(person);
    Person_release(person);
    dr_release_string(name);
    return description;
}

typedef struct {
    int ref_count;
    int second;
    char rest[1000];
} Wide;

static void objects(void) {
    Person* p = dr_alloc_object(sizeof(Person));
    CHECK(p->ref_count == 1 && p->name == NULL && p->age == 0);
    CHECK(dr_retain_object(p) == (void*)p);
    CHECK(p->ref_count == 2);
    dr_release_object(p);
    CHECK(p->ref_count == 1);
    dr_release_object(p);
    CHECK(dr_memory_live_objects() == 0);

    /* Any value at offset 4 is the user's, whatever it would mean in a header. */
    for (int bit = 0; bit < 32; bit++) {
        Wide* w = dr_alloc_object(bit & 1 ? sizeof(Wide) : 2 * sizeof(int));
        w->second = (int)(1u << bit);
        dr_retain_object(w);
        dr_release_object(w);
        CHECK(w->second == (int)(1u << bit) && w->ref_count == 1);
        dr_release_object(w);
    }
    void* tiny = dr_alloc_object(1);
    dr_release_object(tiny);
    /* A typed object may come along as well. */
    dr_release_object(dr_box_int(3));
}

static void nulls(void) {
    CHECK(dr_retain_string(NULL) == NULL);
    CHECK(dr_retain_array(NULL) == NULL);
    CHECK(dr_retain_object(NULL) == NULL);
    dr_release_string(NULL);
    dr_release_array(NULL);
    dr_release_object(NULL);
    char* empty = dr_alloc_string(NULL);
    CHECK_TEXT(empty, "");
    CHECK_OWN(dr_string_concat(NULL, NULL), "");
    CHECK_OWN(dr_string_concat(NULL, "x"), "x");
    dr_release_string(empty);
}

static void counts(void) {
    char* s = dr_alloc_string("text");
    int32_t* count = (int32_t*)(void*)dri_string_header(s);
    CHECK(*count == 1);
    char* t = dr_retain_string(s);
    CHECK(t == s && *count == 2);
    dr_release_string(t);
    CHECK(*count == 1);
    /* Always fresh, even for equal texts. */
    char* u = dr_alloc_string("text");
    CHECK(u != s);
    dr_release_string(u);
    dr_release_string(s);
}

static void own_pools(size_t block_size) {
    dr_pool_t* pool = dr_create_pool(block_size);
    char* blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = dr_pool_alloc(pool);
        memset(blocks[i], i, block_size);
        CHECK(((uintptr_t)blocks[i] & 7) == 0);
    }
    for (int i = 0; i < 300; i++) {
        CHECK(block_size == 0 || blocks[i][block_size - 1] == (char)i);
    }
    for (int i = 0; i < 300; i += 2) {
        dr_pool_free(pool, blocks[i]);
    }
    dr_pool_free(pool, NULL);
    CHECK(dr_memory_live_objects() == 0);
    dr_debug_validate();
    dr_destroy_pool(pool);
    dr_destroy_pool(NULL);
}

/* What hand-written C does: nothing throws, so that a failure ends the program. */
void use_c_interface(void) {
    struct {
        int ref_count;
        char rest[3000];
    }* object = dr_alloc_object(sizeof *object);
    dr_release_object(dr_alloc_object(16));
    dr_release_object(dr_retain_object(object));
    dr_release_object(object);
    dr_release_array(dr_alloc_array(24, 100));
    dr_release_array(dr_alloc_array(4, 5));
    char* literal = dr_literal("once", 4);
    dr_release_string(literal);
}

void suite_api(void) {
    use_c_interface();
    char* message = string_example();
    CHECK_TEXT(message, "Hello World!");
    dr_release_string(message);

    int* doubled = array_example();
    CHECK(doubled[0] == 2 && doubled[4] == 10 && dr_array_length(doubled) == 5);
    dr_release_array(doubled);

    char* description = object_example();
    CHECK_TEXT(description, "Alice is 30 years old");
    dr_release_string(description);

    objects();
    nulls();
    counts();
    static const size_t sizes[] = {0, 1, 8, 24, 64, 500, 4000, 40000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        own_pools(sizes[i]);
    }
}
