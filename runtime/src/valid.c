/* valid.c: whether the heap is what the runtime's files believe it to be: pages, every block's header, the candidates.
 *
 * dr_debug_validate asks for all of it. A DR_CHECKS build asks by itself: at level 1 in constant time, at 2 for the page at
 * hand at each refill and retirement, at 3 for the whole heap around every collection. A broken invariant is named and
 * ends the program by abort. Outside a trial only: within one, counts are not the true ones. */
#include "internal.h"

static DR_THREAD_LOCAL int64_t buffered_blocks;

static uint32_t type_count(void) {
    return dri_program != NULL && dri_program->types != NULL ? dri_program->type_count : DR_FIRST_TYPE;
}

void dri_broken(const char* what) {
    fprintf(stderr, "runtime: invariant broken: %s\n", what);
    abort();
}

static const char* string_problem(const dr_string_header* s) {
    if (s->length < 0 || s->length > s->capacity) {
        return "a string is longer than its block";
    }
    return ((const char*)(s + 1))[s->length] == 0 ? NULL : "a string does not end with NUL";
}

static const char* array_problem(const dr_array_header* array) {
    return array->length < 0 ? "an array has a negative length" : NULL;
}

/* What is wrong with a block that holds a typed object, NULL when nothing is. */
static const char* header_problem(const dr_header* obj) {
    const uint32_t known = DR_TYPE_MASK | DR_META_BUFFERED | DR_META_FINALISED | DR_META_COLOUR | DR_META_INTERNED;
    uint32_t id = dr_type_id(obj);
    if (id == DR_UNTYPED || id >= type_count()) {
        return "an object has no type";
    }
    if (obj->meta & DRI_META_QUEUED) {
        return NULL;
    }
    bool is_member = dri_colour(obj) == DRI_ENLISTED && dri_trial_is_under_way();
    if (!is_member && ((obj->meta & ~known) != 0 || dri_colour(obj) != DRI_BLACK)) {
        return "an object's marks are not those of an object at rest";
    }
    if (obj->ref_count == 0) {
        return obj->meta & DR_META_BUFFERED ? NULL : "a dead object is still in its block";
    }
    if ((obj->meta & DR_META_INTERNED) && id != DR_STRING) {
        return "something is interned that is no string";
    }
    if (id == DR_STRING) {
        return string_problem((const dr_string_header*)(const void*)obj);
    }
    return dri_types[id]->element != DR_ELEMENT_NONE ? array_problem((const dr_array_header*)(const void*)obj) : NULL;
}

static void validate_object(dr_header* obj) {
    const char* problem = header_problem(obj);
    if (problem != NULL) {
        dri_broken(problem);
    }
    buffered_blocks += (obj->meta & DR_META_BUFFERED) != 0;
}

void dr_debug_validate(void) {
    dri_validate_pages();
    if (dri_is_releasing()) {
        /* What is being released is half gone. */
        return;
    }
    buffered_blocks = 0;
    dri_walk_objects(validate_object);
    /* Each candidate is marked, and as many blocks are marked as there are candidates: so none is listed twice. */
    if (!dri_candidates_are_marked() || buffered_blocks != dri_candidate_count()) {
        dri_broken("the candidates and the blocks marked as such differ");
    }
}
