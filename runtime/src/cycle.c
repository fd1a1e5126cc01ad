/* cycle.c: the cycle collector: synchronous trial deletion (Bacon and Rajan 2001) over remembered candidates.
 *
 * A garbage cycle comes about only when a count falls but stays positive, or when an owned unit is moved into memory;
 * both remember the object as a candidate. A trial subtracts, from everything the candidates reach, the references that
 * come from inside (grey). Who still has a positive count is held from outside, and lives with all it reaches (black);
 * the rest is garbage.
 *   [exact] Between trials every count is the true one. Within one, a grey object's count lacks the edges from objects
 *           that were traced while grey; a trial that is given up puts back exactly what it took.
 *   [flat] Nothing recurses: the list of grey objects is the worklist of the grey phase, a second list serves the black.
 *   [no-memory] A list that cannot grow ends the trial, as if it had never been; candidates stay for the next one.
 *   [parked] Garbage with destructors: each is held by one extra unit while all destructors run, then the trial is
 *           repeated, since user code may have changed the graph; only what is garbage again is freed.
 *   [quiet] A release of a type that reaches no destructor runs no user code: what it starts passes over candidates that
 *           reach one. Such a candidate's trial would not be missed by the others: nothing that they reach reaches it.
 *   [closed] Where all that garbage holds is garbage of the same trial, its blocks are freed without dropping fields.
 * Immortal and stuck objects have negative counts: they are neither counted down nor passed through.
 * Work is linear in what the candidates reach; the number of candidates that starts a collection grows with the number
 * of survivors, twice as fast when a collection was in vain, so that the work is O(1) for each change of the graph. */
#include "internal.h"

enum {
    BLACK = 0,
    GREY = 1 << 19,
    WHITE = 2 << 19,
    FIRST_THRESHOLD = 1024,
    FRAME_ROOTS = 16,
    FRAME_BUDGET = 64,
    /* Rounds of destructors that make new garbage with destructors, before the rest is left for the next collection. */
    DESTRUCTOR_ROUNDS = 8,
    PARKED = INT32_MAX / 2
};

DR_THREAD_LOCAL size_t dri_tried_candidates;
DR_THREAD_LOCAL bool dri_stress;

DR_THREAD_LOCAL dri_list dri_candidates;
static DR_THREAD_LOCAL size_t eager_candidates; /* among them, those that may run user code */
static DR_THREAD_LOCAL size_t threshold = FIRST_THRESHOLD;
static DR_THREAD_LOCAL bool collecting;

/* The trial's state. */
static DR_THREAD_LOCAL dri_list grey;
static DR_THREAD_LOCAL dri_list black;
static DR_THREAD_LOCAL size_t grey_limit;
static DR_THREAD_LOCAL bool gave_up;
/* [closed] Whether all units that grey objects hold are references to grey objects, or to what is never freed. */
static DR_THREAD_LOCAL bool closed;
/* Edges subtracted from the object that is being traced; the number of edges to put back. */
static DR_THREAD_LOCAL size_t edges;

static DR_THREAD_LOCAL uint32_t frame_pause;
static DR_THREAD_LOCAL uint32_t frame_skip;

static DR_THREAD_LOCAL int64_t collections;
static DR_THREAD_LOCAL int64_t collected;
static DR_THREAD_LOCAL int64_t traced;
static DR_THREAD_LOCAL int64_t uncovered;

/* ---- lists ---- */

static DR_NOINLINE bool list_grow(dri_list* l, size_t capacity) {
    size_t larger = l->capacity * 2;
    larger = larger < 64 ? 64 : larger;
    larger = larger < capacity ? capacity : larger;
    dr_header** items = dri_os_realloc(l->items, larger * sizeof *items);
    if (items == NULL) {
        return false;
    }
    l->items = items;
    l->capacity = larger;
    return true;
}

static inline bool list_reserve(dri_list* l, size_t capacity) {
    return DR_LIKELY(capacity <= l->capacity) || list_grow(l, capacity);
}

static inline bool list_push(dri_list* l, dr_header* obj) {
    if (!list_reserve(l, l->count + 1)) {
        return false;
    }
    l->items[l->count++] = obj;
    return true;
}

static void list_free(dri_list* l) {
    dri_os_free(l->items);
    memset(l, 0, sizeof *l);
}

/* ---- objects as the collector sees them ---- */

bool dri_may_cycle(const dr_type* type) {
    return type->trace != NULL || dri_array_may_cycle(type);
}

static uint32_t colour(const dr_header* obj) {
    return obj->meta & DR_META_COLOUR;
}

static void paint(dr_header* obj, uint32_t c) {
    obj->meta = (obj->meta & ~(uint32_t)DR_META_COLOUR) | c;
}

static void trace(dr_header* obj, dr_visit visit) {
    const dr_type* type = dr_type_of(obj);
    if (type->trace != NULL) {
        type->trace(obj, visit);
    } else {
        dri_array_trace((dr_array_header*)(void*)obj, type, visit);
    }
}

/* Whether an edge to this object takes part: the answer is the same all through a trial. */
DR_INLINE bool takes_part(const dr_header* obj) {
    return obj != NULL && obj->ref_count >= 0 && dri_may_cycle(dr_type_of(obj));
}

static bool may_run_user_code(const dr_header* obj) {
    return dri_has_eager_cyclic && dri_may_run_user_code(dr_type_of(obj));
}

/* ---- candidates ---- */

DR_INLINE bool remember(dr_header* obj) {
    if (!list_push(&dri_candidates, obj)) {
        return false;
    }
    obj->meta |= DR_META_BUFFERED;
    eager_candidates += may_run_user_code(obj);
    return true;
}

/* obj leaves the list of candidates. */
static void forget(dr_header* obj) {
    obj->meta &= ~(uint32_t)DR_META_BUFFERED;
    eager_candidates -= may_run_user_code(obj);
}

void dri_note_candidate(DR_BORROW dr_header* obj) {
    /* Behind an interface or `object` there may be anything. */
    if (dri_may_cycle(dr_type_of(obj))) {
        remember(obj);
    }
}

void dri_candidate(DR_BORROW dr_header* obj) {
    remember(obj);
    if (DR_UNLIKELY(dri_stress) || dri_candidates.count >= threshold) {
        dri_collect_if_due(may_run_user_code(obj));
    }
}

/* Frees the blocks of dead candidates. */
void dri_forget_dead_candidates(void) {
    if (collecting || dri_is_releasing()) {
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < dri_candidates.count; i++) {
        dr_header* obj = dri_candidates.items[i];
        if (!(obj->meta & DRI_META_QUEUED) && obj->ref_count == 0) {
            forget(obj);
            dri_free_counted(obj, dr_type_of(obj));
        } else {
            dri_candidates.items[kept++] = obj;
        }
    }
    dri_candidates.count = kept;
    dri_tried_candidates = dri_tried_candidates < kept ? dri_tried_candidates : kept;
}

/* ---- a trial ---- */

static void grey_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (obj == NULL || gave_up) {
        return;
    }
    if (colour(obj) == BLACK) {
        if (!takes_part(obj)) {
            closed = closed && obj->ref_count < 0;
            return;
        }
        if (grey.count >= grey_limit || !list_push(&grey, obj)) {
            gave_up = true;
            return;
        }
        paint(obj, GREY);
    }
    obj->ref_count--;
    edges++;
}

static void restore_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (edges != 0 && takes_part(obj)) {
        obj->ref_count++;
        edges--;
    }
}

static void black_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (!takes_part(obj)) {
        return;
    }
    obj->ref_count++;
    if (colour(obj) == GREY) {
        paint(obj, BLACK);
        /* Room was reserved for every grey object. */
        black.items[black.count++] = obj;
    }
}

/* Puts back what the first `whole` grey objects and `part` edges of the next one subtracted. */
static void undo(size_t whole, size_t part) {
    for (size_t i = 0; i < whole; i++) {
        edges = SIZE_MAX;
        trace(grey.items[i], restore_child);
    }
    edges = part;
    if (part != 0) {
        trace(grey.items[whole], restore_child);
    }
    for (size_t i = 0; i < grey.count; i++) {
        paint(grey.items[i], BLACK);
    }
}

/* Decides about everything the grey list's objects, painted grey, reach. True: the list now holds the garbage, and all
 * counts are true, those of garbage only if somebody may look at them. False: given up, all is as it was, the list holds
 * its first `roots` objects at its front. */
DR_INLINE bool trial(void) {
    gave_up = false;
    closed = true;
    for (size_t i = 0; i < grey.count; i++) {
        edges = 0;
        closed = closed && (dr_type_of(grey.items[i])->flags & DR_TYPE_TRACED);
        trace(grey.items[i], grey_child);
        if (gave_up) {
            undo(i, edges);
            return false;
        }
    }
    black.count = 0;
    if (!list_reserve(&black, grey.count)) {
        undo(grey.count, 0);
        return false;
    }
    traced += (int64_t)grey.count;
    bool is_all_garbage = true;
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = grey.items[i];
        if (obj->ref_count > 0 && colour(obj) == GREY) {
            is_all_garbage = false;
            paint(obj, BLACK);
            black.items[black.count++] = obj;
            while (black.count != 0) {
                trace(black.items[--black.count], black_child);
            }
        }
    }
    size_t garbage = is_all_garbage ? grey.count : 0;
    for (size_t i = 0; i < grey.count && !is_all_garbage; i++) {
        if (colour(grey.items[i]) == GREY) {
            grey.items[garbage++] = grey.items[i];
        }
    }
    grey.count = garbage;
    closed = closed && is_all_garbage;
    /* The edges of garbage to what lives count again until it is dropped; those within matter to destructors only. */
    bool restores = !is_all_garbage || dri_has_eager_cyclic;
    for (size_t i = 0; i < garbage && restores; i++) {
        edges = SIZE_MAX;
        trace(grey.items[i], restore_child);
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
        paint(garbage->items[i], BLACK);
        garbage->items[i]->ref_count++;
    }
    for (size_t i = 0; i < garbage->count; i++) {
        dr_header* obj = garbage->items[i];
        if (!(obj->meta & DR_META_BUFFERED)) {
            remember(obj);
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
        for (size_t i = 0; i < grey.count; i++) {
            any = any || has_destructor_to_run(grey.items[i]);
        }
        if (!any) {
            return true;
        }
        if (round == DESTRUCTOR_ROUNDS) {
            leave_for_later(&grey);
            return false;
        }
        /* User code may start a trial of its own at a frame's end: the list is out of its reach meanwhile. */
        dri_list garbage = grey;
        memset(&grey, 0, sizeof grey);
        for (size_t i = 0; i < garbage.count; i++) {
            paint(garbage.items[i], BLACK);
            garbage.items[i]->ref_count++;
        }
        for (size_t i = 0; i < garbage.count; i++) {
            dr_header* obj = garbage.items[i];
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
            dr_header* obj = garbage.items[i];
            /* Below zero: a destructor made it immortal, and it takes part no more. */
            if (obj->ref_count > 0) {
                paint(obj, GREY);
                obj->ref_count--;
                garbage.items[mortal++] = obj;
            }
        }
        garbage.count = mortal;
        list_free(&grey);
        grey = garbage;
        grey_limit = SIZE_MAX;
        size_t roots = grey.count;
        if (!trial()) {
            grey.count = roots;
            leave_for_later(&grey);
            return false;
        }
    }
}

/* ---- freeing ---- */

/* [closed] No reference that ends here is anybody else's. */
static void free_closed_garbage(void) {
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = grey.items[i];
        const dr_type* type = dr_type_of(obj);
        if (DR_UNLIKELY(obj->meta & DR_META_BUFFERED)) {
            paint(obj, BLACK);
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
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = grey.items[i];
        obj->ref_count = PARKED;
        /* Nobody may buffer it now. White: only for this; grey: it really is in the buffer. */
        paint(obj, obj->meta & DR_META_BUFFERED ? GREY : WHITE);
        obj->meta |= DR_META_BUFFERED;
    }
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = grey.items[i];
        const dr_type* type = dr_type_of(obj);
        if (type->trace == NULL) {
            dr_array_header* array = (dr_array_header*)(void*)obj;
            dri_array_release_range(array, type, 0, array->length);
        } else {
            type->drop(obj);
        }
    }
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = grey.items[i];
        if (colour(obj) == WHITE) {
            paint(obj, BLACK);
            obj->meta &= ~(uint32_t)DR_META_BUFFERED;
            dri_free_counted(obj, dr_type_of(obj));
        } else {
            paint(obj, BLACK);
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
    collected += (int64_t)grey.count;
    grey.count = 0;
}

/* From a decided trial to the end. User code may run only if the program has cyclic types with destructors. */
static void dispose(void) {
    if (grey.count != 0 && (!dri_has_eager_cyclic || run_destructors())) {
        free_garbage();
    }
}

/* ---- collections ---- */

/* Moves the candidates from index `from` on into the grey list; without `user_code` those that reach a destructor stay.
 * False when there is no room. */
DR_INLINE bool take_candidates(size_t from, bool user_code) {
    if (!list_reserve(&grey, dri_candidates.count - from)) {
        grey.count = 0;
        return false;
    }
    dr_header** items = dri_candidates.items;
    size_t count = dri_candidates.count;
    size_t kept = from;
    size_t roots = 0;
    for (size_t i = from; i < count; i++) {
        dr_header* obj = items[i];
        bool stays = !user_code && may_run_user_code(obj);
        if (DR_UNLIKELY((obj->meta & DRI_META_QUEUED) || stays)) {
            items[kept++] = obj;
            continue;
        }
        forget(obj);
        if (DR_UNLIKELY(obj->ref_count == 0)) {
            dri_free_counted(obj, dr_type_of(obj));
        } else if (takes_part(obj)) {
            obj->meta |= GREY; /* black before */
            grey.items[roots++] = obj;
        }
    }
    grey.count = roots;
    dri_candidates.count = kept;
    dri_tried_candidates = dri_tried_candidates < kept ? dri_tried_candidates : kept;
    return true;
}

static void give_candidates_back(size_t roots) {
    for (size_t i = 0; i < roots; i++) {
        remember(grey.items[i]);
    }
    grey.count = 0;
    dri_tried_candidates = dri_candidates.count;
}

void dri_collect(bool user_code) {
    /* While something dies, its fields are partly gone: no trial may pass through it. */
    if (collecting || dri_is_releasing()) {
        return;
    }
    DRI_CHECK_HEAP();
    collecting = true;
    bool taken = take_candidates(0, user_code);
    if (taken && grey.count == 0) {
        threshold = FIRST_THRESHOLD;
    } else if (taken) {
        size_t roots = grey.count;
        int64_t traced_before = traced;
        grey_limit = SIZE_MAX;
        collections++;
        dri_slice_begin(DRI_SLICE_COLLECTION);
        if (trial()) {
            size_t survivors = (size_t)(traced - traced_before) - grey.count;
            /* Where hardly anything was garbage, what is alive is touched again and again: wait twice as long. */
            size_t next = grey.count < survivors / 8 ? survivors * 2 : survivors;
            threshold = next > FIRST_THRESHOLD ? next : FIRST_THRESHOLD;
            dispose();
        } else {
            give_candidates_back(roots);
            /* Wait for more before trying again. */
            threshold = dri_candidates.count + FIRST_THRESHOLD;
        }
        dri_slice_end(DRI_SLICE_COLLECTION, traced - traced_before, false);
    }
    collecting = false;
    DRI_CHECK_HEAP();
}

static size_t due_candidates(bool user_code) {
    return user_code ? dri_candidates.count : dri_candidates.count - eager_candidates;
}

void dri_collect_if_due(bool user_code) {
    if (DR_UNLIKELY(dri_stress)) {
        dri_collect(user_code);
        return;
    }
    if (due_candidates(user_code) < threshold || collecting || dri_is_releasing()) {
        return;
    }
    dri_forget_dead_candidates();
    if (due_candidates(user_code) >= threshold - threshold / 4) {
        dri_collect(user_code);
    }
}

void dr_collect(void) {
    dri_drain_all();
    dri_collect(true);
    dri_drain_all();
}

/* After a trial that was given up, or found nothing, the next few frames are let pass: a function that is called in a
 * loop and touches large live structures must not pay for a hopeless trial each time. */
void dri_frame_trial(size_t frame, bool user_code) {
    size_t from = dri_candidates.count > FRAME_ROOTS ? dri_candidates.count - FRAME_ROOTS : 0;
    from = from > frame ? from : frame;
    from = from > dri_tried_candidates ? from : dri_tried_candidates;
    if (collecting || dri_is_releasing()) {
        return;
    }
    if (frame_skip > 0) {
        frame_skip--;
        dri_tried_candidates = dri_candidates.count;
        return;
    }
    collecting = true;
    if (take_candidates(from, user_code) && grey.count != 0) {
        size_t roots = grey.count;
        grey_limit = FRAME_BUDGET;
        if (trial()) {
            frame_pause = grey.count != 0 ? 0 : frame_pause < 15 ? frame_pause + 1 : 15;
            dispose();
        } else {
            give_candidates_back(roots);
            frame_pause = frame_pause < 512 ? frame_pause * 2 + 1 : 1023;
        }
        frame_skip = frame_pause;
    }
    collecting = false;
}

/* ---- exit ---- */

static void note_if_forgotten(dr_header* obj) {
    if (!(obj->meta & (DRI_META_QUEUED | DR_META_BUFFERED)) && obj->ref_count > 0 &&
        dri_may_cycle(dr_type_of(obj))) {
        remember(obj);
    }
}

void dri_collect_at_exit(void) {
    for (int round = 0; round < DESTRUCTOR_ROUNDS; round++) {
        int64_t before = collected;
        dr_collect();
        if (collected == before) {
            break;
        }
    }
    dri_forget_dead_candidates();
    if (dri_has_cyclic) {
        int64_t before = collected;
        dri_walk_objects(note_if_forgotten);
        dr_collect();
        uncovered += collected - before;
        dri_forget_dead_candidates();
    }
    if (dri_candidates.count == 0) {
        list_free(&dri_candidates);
    }
    list_free(&grey);
    list_free(&black);
}

int64_t dri_candidate_count(void) {
    return (int64_t)dri_candidates.count;
}

bool dri_candidates_are_marked(void) {
    for (size_t i = 0; i < dri_candidates.count; i++) {
        if (!(dri_candidates.items[i]->meta & DR_META_BUFFERED)) {
            return false;
        }
    }
    return true;
}

int64_t dr_debug_uncovered(void) {
    return uncovered;
}

void dr_debug_stress(bool on) {
    dri_stress = on;
}

void dri_cycle_figures(dr_memory_figures* figures) {
    figures->collections = collections;
    figures->collected = collected;
    figures->traced = traced;
}
