/* cycle.c: trial deletion (Bacon and Rajan 2001): which of the objects that are reached from some are held by nobody else.
 *
 * A trial subtracts, from everything that the grey list's objects reach, the references that come from inside (grey). Who
 * still has a positive count is held from outside, and lives with all it reaches (black); the rest is garbage.
 *   [exact] Between trials every count is the true one. Within one, a grey object's count lacks the edges from objects
 *           that were traced while grey; a trial that is given up puts back exactly what it took.
 *   [flat] Nothing recurses: the list of grey objects is the worklist of the grey phase, a second list serves the black.
 *   [no-memory] A list that cannot grow ends the trial, as if it had never been; candidates stay for the next one.
 *   [parked] Garbage with destructors: each is held by one extra unit while all destructors run, then the trial is
 *           repeated, since user code may have changed the graph; only what is garbage again is freed.
 *   [closed] Where all that garbage holds is garbage of the same trial, its blocks are freed without dropping fields.
 * Immortal and stuck objects have negative counts: they are neither counted down nor passed through. Who is tried, and when,
 * is decided in collect.c; trials too large to be made at once are those of slices.c. */
#include "internal.h"

/* Rounds of destructors that make new garbage with destructors, before the rest is left for the next collection. */
enum { DESTRUCTOR_ROUNDS = 8 };

DR_THREAD_LOCAL dri_list dri_grey;
DR_THREAD_LOCAL int64_t dri_traced;
DR_THREAD_LOCAL int64_t dri_collected;

static DR_THREAD_LOCAL dri_list black;
static DR_THREAD_LOCAL size_t grey_limit;
static DR_THREAD_LOCAL bool gave_up;
/* [closed] Whether all units that grey objects hold are references to grey objects, or to what is never freed. */
static DR_THREAD_LOCAL bool closed;
/* Edges subtracted from the object that is being traced; the number of edges to put back. */
static DR_THREAD_LOCAL size_t edges;

/* ---- lists ---- */

/* Nothing moves when a list grows but the table of its chunks: a long list takes no long step. */
DR_NOINLINE bool dri_list_grow(dri_list* l, size_t capacity) {
    while (l->capacity < capacity) {
        size_t chunk = l->capacity / DRI_CHUNK;
        if (chunk == l->chunk_room) {
            size_t room = chunk == 0 ? 16 : chunk * 2;
            dr_header*** chunks = dri_os_realloc(l->chunks, room * sizeof *chunks);
            if (chunks == NULL) {
                return false;
            }
            l->chunks = chunks;
            l->chunk_room = room;
        }
        l->chunks[chunk] = dri_os_alloc(DRI_CHUNK * sizeof *l->chunks[chunk]);
        if (l->chunks[chunk] == NULL) {
            return false;
        }
        l->capacity += DRI_CHUNK;
    }
    return true;
}

void dri_list_free(dri_list* l) {
    for (size_t i = 0; i < l->capacity / DRI_CHUNK; i++) {
        dri_os_free(l->chunks[i]);
    }
    dri_os_free(l->chunks);
    memset(l, 0, sizeof *l);
}

/* ---- objects as the collector sees them ---- */

bool dri_may_cycle(const dr_type* type) {
    return type->trace != NULL || dri_array_may_cycle(type);
}

static void trace(dr_header* obj, dr_visit visit) {
    const dr_type* type = dr_type_of(obj);
    if (type->trace != NULL) {
        type->trace(obj, visit);
    } else {
        const dr_array_header* array = (const dr_array_header*)(const void*)obj;
        dri_array_trace(array, type, 0, array->length, visit);
    }
}

/* ---- a trial ---- */

static void grey_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (obj == NULL || gave_up) {
        return;
    }
    if (dri_colour(obj) != DRI_GREY) {
        if (!dri_takes_part_at_once(obj)) {
            closed = closed && obj->ref_count < 0;
            return;
        }
        if (dri_grey.count >= grey_limit || !dri_list_push(&dri_grey, obj)) {
            gave_up = true;
            return;
        }
        dri_paint(obj, DRI_GREY);
    }
    obj->ref_count--;
    edges++;
}

static void restore_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (edges != 0 && dri_takes_part_at_once(obj)) {
        obj->ref_count++;
        edges--;
    }
}

static void black_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (!dri_takes_part_at_once(obj)) {
        return;
    }
    obj->ref_count++;
    if (dri_colour(obj) == DRI_GREY) {
        dri_paint(obj, DRI_BLACK);
        /* Room was reserved for every grey object. */
        *dri_list_slot(&black, black.count++) = obj;
    }
}

/* Puts back what the first `whole` grey objects and `part` edges of the next one subtracted. */
static void undo(size_t whole, size_t part) {
    for (size_t i = 0; i < whole; i++) {
        edges = SIZE_MAX;
        trace(dri_list_at(&dri_grey, i), restore_child);
    }
    edges = part;
    if (part != 0) {
        trace(dri_list_at(&dri_grey, whole), restore_child);
    }
    for (size_t i = 0; i < dri_grey.count; i++) {
        dri_paint(dri_list_at(&dri_grey, i), DRI_BLACK);
    }
}

bool dri_trial_at_once(size_t limit) {
    gave_up = false;
    grey_limit = limit;
    closed = true;
    for (size_t i = 0; i < dri_grey.count; i++) {
        edges = 0;
        closed = closed && (dr_type_of(dri_list_at(&dri_grey, i))->flags & DR_TYPE_TRACED);
        trace(dri_list_at(&dri_grey, i), grey_child);
        if (gave_up) {
            undo(i, edges);
            return false;
        }
    }
    black.count = 0;
    if (!dri_list_reserve(&black, dri_grey.count)) {
        undo(dri_grey.count, 0);
        return false;
    }
    dri_traced += (int64_t)dri_grey.count;
    bool is_all_garbage = true;
    for (size_t i = 0; i < dri_grey.count; i++) {
        dr_header* obj = dri_list_at(&dri_grey, i);
        if (obj->ref_count > 0 && dri_colour(obj) == DRI_GREY) {
            is_all_garbage = false;
            dri_paint(obj, DRI_BLACK);
            *dri_list_slot(&black, black.count++) = obj;
            while (black.count != 0) {
                trace(dri_list_at(&black, --black.count), black_child);
            }
        }
    }
    size_t garbage = is_all_garbage ? dri_grey.count : 0;
    for (size_t i = 0; i < dri_grey.count && !is_all_garbage; i++) {
        if (dri_colour(dri_list_at(&dri_grey, i)) == DRI_GREY) {
            *dri_list_slot(&dri_grey, garbage++) = dri_list_at(&dri_grey, i);
        }
    }
    dri_grey.count = garbage;
    closed = closed && is_all_garbage;
    /* The edges of garbage to what lives count again until it is dropped; those within matter to destructors only. */
    bool restores = !is_all_garbage || dri_has_eager_cyclic;
    for (size_t i = 0; i < garbage && restores; i++) {
        edges = SIZE_MAX;
        trace(dri_list_at(&dri_grey, i), restore_child);
    }
    return true;
}

/* ---- destructors ---- */

static bool has_destructor_to_run(const dr_header* obj) {
    return !(obj->meta & DR_META_FINALISED) && dr_type_of(obj)->destroy != NULL;
}

/* [parked] The repeated trial found no memory: nothing more is known about these objects, whose counts are true again.
 * Each is held once more and then released in the ordinary way, so that none dies while the list still needs it; those
 * that live on stay candidates if there is room, and else wait for the walk at exit. */
static void leave_for_later(dri_list* garbage) {
    for (size_t i = 0; i < garbage->count; i++) {
        dri_paint(dri_list_at(garbage, i), DRI_BLACK);
        dri_list_at(garbage, i)->ref_count++;
    }
    for (size_t i = 0; i < garbage->count; i++) {
        dr_header* obj = dri_list_at(garbage, i);
        if (!(obj->meta & DR_META_BUFFERED)) {
            dri_remember(obj);
        }
        if (obj->ref_count > 1) {
            obj->ref_count--;
        } else {
            dri_release_last(obj);
        }
    }
    garbage->count = 0;
}

/* Runs the destructors of the garbage in the grey list until what remains has none to run. False: nothing is left. */
static bool run_destructors(void) {
    for (int round = 0;; round++) {
        bool any = false;
        for (size_t i = 0; i < dri_grey.count; i++) {
            any = any || has_destructor_to_run(dri_list_at(&dri_grey, i));
        }
        if (!any) {
            return true;
        }
        if (round == DESTRUCTOR_ROUNDS) {
            leave_for_later(&dri_grey);
            return false;
        }
        /* User code may start a trial of its own at a frame's end: the list is out of its reach meanwhile. */
        dri_list garbage = dri_grey;
        memset(&dri_grey, 0, sizeof dri_grey);
        for (size_t i = 0; i < garbage.count; i++) {
            dri_paint(dri_list_at(&garbage, i), DRI_BLACK);
            dri_list_at(&garbage, i)->ref_count++;
        }
        for (size_t i = 0; i < garbage.count; i++) {
            dr_header* obj = dri_list_at(&garbage, i);
            const dr_type* type = dr_type_of(obj);
            if (has_destructor_to_run(obj)) {
                obj->meta |= DR_META_FINALISED;
                void* saved = dr_save_pending();
                type->destroy(obj);
                if (dr_thrown()) {
                    dr_unhandled_at_once();
                }
                dr_restore_pending(saved);
            }
        }
        size_t mortal = 0;
        for (size_t i = 0; i < garbage.count; i++) {
            dr_header* obj = dri_list_at(&garbage, i);
            /* Below zero: a destructor made it immortal, and it takes part no more. */
            if (obj->ref_count > 0) {
                dri_paint(obj, DRI_GREY);
                obj->ref_count--;
                *dri_list_slot(&garbage, mortal++) = obj;
            }
        }
        garbage.count = mortal;
        dri_list_free(&dri_grey);
        dri_grey = garbage;
        size_t roots = dri_grey.count;
        if (!dri_trial_at_once(SIZE_MAX)) {
            dri_grey.count = roots;
            leave_for_later(&dri_grey);
            return false;
        }
    }
}

/* ---- freeing ---- */

/* [closed] No reference that ends here is anybody else's. */
static void free_closed_garbage(void) {
    for (size_t i = 0; i < dri_grey.count; i++) {
        dr_header* obj = dri_list_at(&dri_grey, i);
        const dr_type* type = dr_type_of(obj);
        if (DR_UNLIKELY(obj->meta & DR_META_BUFFERED)) {
            dri_paint(obj, DRI_BLACK);
            obj->ref_count = 0;
        } else if (DR_LIKELY(type->element == DR_ELEMENT_NONE)) {
            dri_free(obj, type->size);
        } else {
            dri_free_counted(obj, type);
        }
    }
}

/* Garbage whose destructors have run. Every member's count is set so high that dropping the others' fields cannot
 * bring it to zero; then all fields are dropped, then all blocks freed. */
static void drop_garbage(void) {
    for (size_t i = 0; i < dri_grey.count; i++) {
        dr_header* obj = dri_list_at(&dri_grey, i);
        obj->ref_count = DRI_PARKED;
        /* Nobody may buffer it now. White: only for this; grey: it really is in the buffer. */
        dri_paint(obj, obj->meta & DR_META_BUFFERED ? DRI_GREY : DRI_WHITE);
        obj->meta |= DR_META_BUFFERED;
    }
    for (size_t i = 0; i < dri_grey.count; i++) {
        dr_header* obj = dri_list_at(&dri_grey, i);
        const dr_type* type = dr_type_of(obj);
        if (type->trace == NULL) {
            dr_array_header* array = (dr_array_header*)(void*)obj;
            dri_array_release_range(array, type, 0, array->length);
        } else {
            type->drop(obj);
        }
    }
    for (size_t i = 0; i < dri_grey.count; i++) {
        dr_header* obj = dri_list_at(&dri_grey, i);
        if (dri_colour(obj) == DRI_WHITE) {
            dri_paint(obj, DRI_BLACK);
            obj->meta &= ~(uint32_t)DR_META_BUFFERED;
            dri_free_counted(obj, dr_type_of(obj));
        } else {
            dri_paint(obj, DRI_BLACK);
            obj->ref_count = 0;
        }
    }
}

static void free_garbage(void) {
    /* The report counts every release. */
    if (closed && !DR_DEBUG_MEMORY) {
        free_closed_garbage();
    } else {
        drop_garbage();
    }
    dri_collected += (int64_t)dri_grey.count;
    dri_grey.count = 0;
}

void dri_dispose(void) {
    if (dri_grey.count != 0 && (!dri_has_eager_cyclic || run_destructors())) {
        free_garbage();
    }
}

void dri_lists_free(void) {
    dri_list_free(&dri_grey);
    dri_list_free(&black);
}
