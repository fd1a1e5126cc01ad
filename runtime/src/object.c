/* object.c: what happens when a count falls to zero.
 *
 * Two ways to die. Objects that cannot reach a destructor (most) wait on a worklist, linked through their own headers,
 * and are taken off it in a loop: a release frees at most RELEASE_BUDGET of them, the rest is paid for by later releases
 * and allocations, so neither the stack nor the pause grows with the structure. Objects whose type is DR_TYPE_EAGER die
 * at once and in order, as user code can see it: destructor, then fields in declaration order, depth first; that
 * recurses, but beyond EAGER_DEPTH levels the rest waits in a queue that the outermost release empties.
 *
 * [dead-candidate] A dead object that is buffered as cycle candidate keeps its block, with count 0, until the buffer
 * forgets it: nobody else may free it. */
#include "internal.h"

enum {
    /* About a microsecond of work. */
    RELEASE_BUDGET = 128,
    /* What a `new` of a lazy class pays while something else waits. */
    NEW_BUDGET = 8,
    EAGER_DEPTH = 64
};

DR_THREAD_LOCAL bool dri_has_eager;
DR_THREAD_LOCAL bool dri_has_cyclic;
DR_THREAD_LOCAL bool dri_has_eager_cyclic;

/* The worklist: a stack of dead objects whose fields still hold their units. While it is drained, others only join it. */
DR_THREAD_LOCAL dr_header* dri_waiting;
static DR_THREAD_LOCAL bool draining;

/* The queue of eager objects met too deep: first in, first out. */
static DR_THREAD_LOCAL dr_header* eager_first;
static DR_THREAD_LOCAL dr_header* eager_last;
static DR_THREAD_LOCAL int eager_depth;

static void clear_link(dr_header* obj) {
    obj->ref_count = 0;
    obj->meta &= DRI_META_KEPT;
}

static void push_waiting(dr_header* obj) {
    dri_set_link(obj, dri_waiting);
    dri_waiting = obj;
}

static dr_header* pop_waiting(void) {
    dr_header* obj = dri_waiting;
    dri_waiting = dri_get_link(obj);
    clear_link(obj);
    return obj;
}

bool dri_has_deferred(void) {
    return dri_waiting != NULL;
}

bool dri_is_draining(void) {
    return draining;
}

bool dri_defer(bool on) {
    bool was = draining;
    draining = on;
    return was;
}

bool dri_is_releasing(void) {
    return draining || eager_depth > 0;
}

/* ---- the end of one object ---- */

void dri_free_counted(dr_header* obj, const dr_type* type) {
    if (type->element != DR_ELEMENT_NONE) {
        dri_free(obj, sizeof(dr_array_header) + dri_array_bytes((dr_array_header*)(void*)obj, type));
    } else if (type->id == DR_STRING) {
        dri_string_free(obj);
    } else {
        dri_free(obj, type->size);
    }
}

static void free_unless_buffered(dr_header* obj, const dr_type* type) {
    if (obj->meta & DR_META_BUFFERED) {
        obj->ref_count = 0;
        return;
    }
    dri_free_counted(obj, type);
}

/* [cursor] How many elements of a dead array are released: kept where nobody needs the old value any more, and so that
 * the rank, which the size of the block depends on, can still be told: negated in `extra`, or in the first dimension. */
static int32_t get_cursor(const dr_array_header* array, const dr_type* type) {
    return array->extra > 1 ? dri_dims(array + 1, type->size)[0] : -array->extra;
}

static void set_cursor(dr_array_header* array, const dr_type* type, int32_t cursor) {
    if (array->extra > 1) {
        *(int32_t*)(uintptr_t)dri_dims(array + 1, type->size) = cursor;
    } else {
        array->extra = -cursor;
    }
}

/* Up to `budget` elements of a dead array. What is left waits beneath whatever the elements push. */
static int release_elements(dr_array_header* array, const dr_type* type, int budget) {
    int32_t from = get_cursor(array, type);
    int32_t to = array->length - from > budget ? from + budget : array->length;
    if (to < array->length) {
        set_cursor(array, type, to);
        push_waiting((dr_header*)(void*)array);
        dri_array_release_range(array, type, from, to);
        return to - from;
    }
    dri_array_release_range(array, type, from, to);
    free_unless_buffered((dr_header*)(void*)array, type);
    return to - from + 1;
}

/* One step in freeing a dead object without destructors. Returns the work done. */
static int release_fields(dr_header* obj, int budget) {
    const dr_type* type = dr_type_of(obj);
    if (type->element != DR_ELEMENT_NONE) {
        return release_elements((dr_array_header*)(void*)obj, type, budget);
    }
    type->drop(obj);
    if (obj->meta & DR_META_BUFFERED) {
        obj->ref_count = 0;
    } else {
        dri_free(obj, type->size);
    }
    return 1;
}

/* [one-call] After bounded work one call of the system, else as many as it takes. */
static void give_idle_pages(bool unbounded) {
#if !DR_NO_POOLS
    while (DR_UNLIKELY(dri_pages_are_idle) && dri_give_idle_pages() && unbounded) {
    }
#else
    (void)unbounded;
#endif
}

int dri_drain(int budget) {
    if (draining) {
        return 0;
    }
    draining = true;
    dri_slice_begin(DRI_SLICE_RELEASE);
    int left = budget;
    while (dri_waiting != NULL && left > 0) {
        left -= release_fields(pop_waiting(), left);
    }
    dri_slice_end(DRI_SLICE_RELEASE, budget - left, budget == INT32_MAX);
    draining = false;
    give_idle_pages(budget == INT32_MAX);
    return budget - left;
}

void dri_drain_all(void) {
    dri_drain(INT32_MAX);
}

/* obj has fields or elements to release. While a drain is under way it only joins the queue. */
static void die_deferred(dr_header* obj, const dr_type* type) {
    if (type->element != DR_ELEMENT_NONE) {
        set_cursor((dr_array_header*)(void*)obj, type, 0);
    }
    if (draining) {
        push_waiting(obj);
        return;
    }
    dri_slice_begin(DRI_SLICE_RELEASE);
    draining = true;
    int budget = RELEASE_BUDGET - release_fields(obj, RELEASE_BUDGET);
    draining = false;
    if (dri_waiting != NULL) {
        dri_drain(budget);
    } else {
        give_idle_pages(false);
    }
    dri_slice_end(DRI_SLICE_RELEASE, RELEASE_BUDGET - budget, false);
}

/* [lazy] Its fields wait with it; what waited before it is paid for now. */
void dri_release_lazy_last(DR_OWN dr_header* obj) {
    if (DR_UNLIKELY(obj->ref_count != 1 || dri_stress != DR_STRESS_NONE)) {
        dri_release_last(obj);
        return;
    }
    if (dri_waiting != NULL) {
        dri_drain(RELEASE_BUDGET);
    }
    push_waiting(obj);
}

void dri_pay_for_object(void) {
    dri_drain(NEW_BUDGET);
}

/* ---- destructors ---- */

bool dri_finalise(dr_header* obj, const dr_type* type) {
    if (type->destroy == NULL || (obj->meta & DR_META_FINALISED)) {
        return true;
    }
    obj->ref_count = 1;
    obj->meta |= DR_META_FINALISED;
    void* saved = dr_save_pending();
    type->destroy(obj);
    if (dr_thrown()) {
        dr_unhandled_at_once();
    }
    dr_restore_pending(saved);
    if (obj->ref_count == 1) {
        return true;
    }
    /* Resurrected: give the parked unit back. */
    if (obj->ref_count > 1) {
        obj->ref_count--;
        if (dri_may_cycle(type)) {
            dr_note_cyclic(obj);
        }
    }
    return false;
}

static void die_now(dr_header* obj) {
    const dr_type* type = dr_type_of(obj);
    if (!dri_finalise(obj, type)) {
        return;
    }
    if (dri_array_is_counted(type)) {
        dr_array_header* array = (dr_array_header*)(void*)obj;
        dri_array_release_range(array, type, 0, array->length);
    } else if (type->drop != NULL) {
        type->drop(obj);
    }
    free_unless_buffered(obj, type);
}

static void die_eagerly(dr_header* obj) {
    if (eager_depth >= EAGER_DEPTH) {
        dri_set_link(obj, NULL);
        if (eager_last != NULL) {
            dri_set_link(eager_last, obj);
        } else {
            eager_first = obj;
        }
        eager_last = obj;
        return;
    }
    eager_depth++;
    die_now(obj);
    while (eager_depth == 1 && eager_first != NULL) {
        obj = eager_first;
        eager_first = dri_get_link(obj);
        if (eager_first == NULL) {
            eager_last = NULL;
        }
        clear_link(obj);
        die_now(obj);
    }
    eager_depth--;
}

/* ---- releases ---- */

static bool dies_eagerly(const dr_type* type) {
    /* The runtime's own array types do not know what their elements' classes can reach. */
    return dri_may_run_user_code(type) ||
           (dri_has_eager && (type->id == DR_ARRAY_OBJECT || type->id == DR_ARRAY_ARRAY));
}

void dri_release_last(DR_OWN dr_header* obj) {
    if (DR_UNLIKELY(obj->ref_count != 1)) {
        /* Immortal, dead but buffered, or emptied by hand. */
        if (obj->ref_count == 0 && !(obj->meta & DR_META_BUFFERED)) {
            dri_free_counted(obj, dr_type_of(obj));
        }
        return;
    }
    DRI_CHECK(dr_type_id(obj) != DR_UNTYPED);
    if (DR_UNLIKELY(dri_colour(obj) != DRI_BLACK)) {
        /* A member of a trial in slices, which keeps its block. */
        obj->meta |= DR_META_BUFFERED;
    }
    const dr_type* type = dr_type_of(obj);
    bool user_code = dri_may_run_user_code(type);
    if (DR_UNLIKELY(dies_eagerly(type))) {
        die_eagerly(obj);
    } else if (type->drop != NULL || dri_array_is_counted(type)) {
        die_deferred(obj, type);
    } else {
        free_unless_buffered(obj, type);
    }
    if (DR_UNLIKELY(dri_stress != DR_STRESS_NONE)) {
        dri_collect_if_due(user_code);
    }
}

void dr_release_any(DR_OWN void* obj) {
    dr_header* header = obj;
    if (header != NULL && header->ref_count > 1 && dri_has_cyclic && dri_may_cycle(dr_type_of(header))) {
        dr_release_cyclic(header);
    } else {
        dri_release_object(header);
    }
}

void dr_release_any_now(DR_OWN void* obj) {
    dr_release_any(obj);
    dri_drain_all();
}

/* ---- objects of hand-written C ---- */

DR_OWN void* dr_alloc_object(size_t size) {
    /* Room for the header of a free block, and for `ref_count`. */
    size_t room = size < 8 ? 8 : size;
    int32_t* obj = dri_untyped_alloc(room);
    memset(obj, 0, room);
    *obj = 1;
    return obj;
}

static void release_untyped(void* obj) {
    int32_t* count = obj;
    if (*count > 1) {
        --*count;
    } else {
        dri_untyped_free(obj);
    }
}

/* ---- types ---- */

bool dri_is_subtype(const dr_type* type, const dr_type* target) {
    if (target->flags & DR_TYPE_INTERFACE) {
        for (uint32_t i = 0; i < type->interface_count; i++) {
            if (type->interfaces[i].type == target) {
                return true;
            }
        }
        return false;
    }
    for (; type != NULL; type = type->base) {
        if (type == target) {
            return true;
        }
    }
    return false;
}

const void* dr_interface_of(DR_BORROW const void* obj, const dr_type* interface_type) {
    const dr_type* type = dr_type_of(obj);
    for (uint32_t i = 0; i < type->interface_count; i++) {
        if (type->interfaces[i].type == interface_type) {
            return type->interfaces[i].methods;
        }
    }
    return NULL;
}

/* The API's dr_release_object, for objects with a type and without. */
#undef dr_release_object
void dr_release_object(DR_OWN void* obj) {
    if (obj == NULL) {
        return;
    }
    /* What cannot be freed is not looked up: it may be static, or on the stack. */
    if (*(int32_t*)obj >= 0 && dri_is_untyped(obj)) {
        release_untyped(obj);
    } else {
        dr_release_any(obj);
    }
}
#if DR_MANAGED
#define dr_release_object dri_release_object
#endif
