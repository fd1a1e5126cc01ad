/* cycle.c: the cycle collector: candidates, synchronous trial deletion (Bacon and Rajan 2001) over them, when it runs.
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
 * A collection that turns out to be larger than AT_ONCE objects is given up and done in slices (slices.c), unless a class
 * on a cycle has a destructor in reach.
 * Work is linear in what the candidates reach; the number of candidates that starts a collection grows with the number
 * of survivors, twice as fast when a collection was in vain, so that the work is O(1) for each change of the graph. */
#include "internal.h"

enum {
    FIRST_THRESHOLD = 1024,
    FRAME_ROOTS = 16,
    FRAME_BUDGET = 64,
    /* What a collection may trace at once, what one slice of a larger one does, and how many candidates call for the next. */
    AT_ONCE = 2048,
    SLICE = 1024,
    SLICE_EVERY = 32,
    /* Rounds of destructors that make new garbage with destructors, before the rest is left for the next collection. */
    DESTRUCTOR_ROUNDS = 8
};

DR_THREAD_LOCAL size_t dri_tried_candidates;
DR_THREAD_LOCAL dr_stress dri_stress;

DR_THREAD_LOCAL dri_list dri_candidates;
static DR_THREAD_LOCAL size_t eager_candidates; /* among them, those that may run user code */
static DR_THREAD_LOCAL size_t threshold = FIRST_THRESHOLD; /* 0 while a trial in slices is under way */
static DR_THREAD_LOCAL size_t threshold_before;
static DR_THREAD_LOCAL int since_slice;
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

/* Whether an edge to this object takes part: the answer is the same all through a trial. What is a member of a trial in
 * slices lives as far as this one is concerned. */
DR_INLINE bool takes_part(const dr_header* obj) {
    return dri_takes_part(obj) && dri_colour(obj) != DRI_ENLISTED;
}

static bool may_run_user_code(const dr_header* obj) {
    return dri_has_eager_cyclic && dri_may_run_user_code(dr_type_of(obj));
}

/* ---- candidates ---- */

/* The mark of a member of a trial in slices is that trial's, which gives it back to the candidates at its end. */
DR_INLINE bool remember(dr_header* obj) {
    if (dri_colour(obj) == DRI_ENLISTED) {
        obj->meta |= DR_META_BUFFERED;
        return true;
    }
    if (!dri_list_push(&dri_candidates, obj)) {
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
    if (DR_UNLIKELY(dri_stress != DR_STRESS_NONE) || dri_candidates.count >= threshold) {
        dri_collect_if_due(may_run_user_code(obj));
    }
}

static void finish_slices(void) {
    collecting = true;
    dri_trial_finish();
    collecting = false;
}

/* Frees the blocks of dead candidates, and ends the trial that keeps those of its dead members. */
void dri_forget_dead_candidates(void) {
    if (collecting || dri_is_releasing()) {
        return;
    }
    finish_slices();
    size_t kept = 0;
    for (size_t i = 0; i < dri_candidates.count; i++) {
        dr_header* obj = dri_list_at(&dri_candidates, i);
        if (!(obj->meta & DRI_META_QUEUED) && obj->ref_count == 0) {
            forget(obj);
            dri_free_counted(obj, dr_type_of(obj));
        } else {
            *dri_list_slot(&dri_candidates, kept++) = obj;
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
    if (dri_colour(obj) != DRI_GREY) {
        if (!takes_part(obj)) {
            closed = closed && obj->ref_count < 0;
            return;
        }
        if (grey.count >= grey_limit || !dri_list_push(&grey, obj)) {
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
        trace(dri_list_at(&grey, i), restore_child);
    }
    edges = part;
    if (part != 0) {
        trace(dri_list_at(&grey, whole), restore_child);
    }
    for (size_t i = 0; i < grey.count; i++) {
        dri_paint(dri_list_at(&grey, i), DRI_BLACK);
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
        closed = closed && (dr_type_of(dri_list_at(&grey, i))->flags & DR_TYPE_TRACED);
        trace(dri_list_at(&grey, i), grey_child);
        if (gave_up) {
            undo(i, edges);
            return false;
        }
    }
    black.count = 0;
    if (!dri_list_reserve(&black, grey.count)) {
        undo(grey.count, 0);
        return false;
    }
    traced += (int64_t)grey.count;
    bool is_all_garbage = true;
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = dri_list_at(&grey, i);
        if (obj->ref_count > 0 && dri_colour(obj) == DRI_GREY) {
            is_all_garbage = false;
            dri_paint(obj, DRI_BLACK);
            *dri_list_slot(&black, black.count++) = obj;
            while (black.count != 0) {
                trace(dri_list_at(&black, --black.count), black_child);
            }
        }
    }
    size_t garbage = is_all_garbage ? grey.count : 0;
    for (size_t i = 0; i < grey.count && !is_all_garbage; i++) {
        if (dri_colour(dri_list_at(&grey, i)) == DRI_GREY) {
            *dri_list_slot(&grey, garbage++) = dri_list_at(&grey, i);
        }
    }
    grey.count = garbage;
    closed = closed && is_all_garbage;
    /* The edges of garbage to what lives count again until it is dropped; those within matter to destructors only. */
    bool restores = !is_all_garbage || dri_has_eager_cyclic;
    for (size_t i = 0; i < garbage && restores; i++) {
        edges = SIZE_MAX;
        trace(dri_list_at(&grey, i), restore_child);
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
            any = any || has_destructor_to_run(dri_list_at(&grey, i));
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
        dri_list_free(&grey);
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
        dr_header* obj = dri_list_at(&grey, i);
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
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = dri_list_at(&grey, i);
        obj->ref_count = DRI_PARKED;
        /* Nobody may buffer it now. White: only for this; grey: it really is in the buffer. */
        dri_paint(obj, obj->meta & DR_META_BUFFERED ? DRI_GREY : DRI_WHITE);
        obj->meta |= DR_META_BUFFERED;
    }
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = dri_list_at(&grey, i);
        const dr_type* type = dr_type_of(obj);
        if (type->trace == NULL) {
            dr_array_header* array = (dr_array_header*)(void*)obj;
            dri_array_release_range(array, type, 0, array->length);
        } else {
            type->drop(obj);
        }
    }
    for (size_t i = 0; i < grey.count; i++) {
        dr_header* obj = dri_list_at(&grey, i);
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
    if (!dri_list_reserve(&grey, dri_candidates.count - from)) {
        grey.count = 0;
        return false;
    }
    size_t count = dri_candidates.count;
    size_t kept = from;
    size_t roots = 0;
    for (size_t i = from; i < count; i++) {
        dr_header* obj = dri_list_at(&dri_candidates, i);
        bool stays = !user_code && may_run_user_code(obj);
        if (DR_UNLIKELY((obj->meta & DRI_META_QUEUED) || stays)) {
            *dri_list_slot(&dri_candidates, kept++) = obj;
            continue;
        }
        forget(obj);
        if (DR_UNLIKELY(obj->ref_count == 0)) {
            dri_free_counted(obj, dr_type_of(obj));
        } else if (takes_part(obj)) {
            obj->meta |= DRI_GREY; /* black before */
            *dri_list_slot(&grey, roots++) = obj;
        }
    }
    grey.count = roots;
    dri_candidates.count = kept;
    dri_tried_candidates = dri_tried_candidates < kept ? dri_tried_candidates : kept;
    return true;
}

static void give_candidates_back(size_t roots) {
    for (size_t i = 0; i < roots; i++) {
        remember(dri_list_at(&grey, i));
    }
    grey.count = 0;
    dri_tried_candidates = dri_candidates.count;
}

/* Where hardly anything was garbage, what is alive is touched again and again: wait twice as long. */
static void set_threshold(size_t survivors, size_t freed) {
    size_t next = freed < survivors / 8 ? survivors * 2 : survivors;
    threshold = next > FIRST_THRESHOLD ? next : FIRST_THRESHOLD;
}

/* False: there was no memory, or more than `limit` to trace, and the candidates are back. */
static bool collect_at_once(bool user_code, size_t limit, bool was_asked_for) {
    DRI_CHECK_HEAP();
    collecting = true;
    bool decided = true;
    bool taken = take_candidates(0, user_code);
    if (taken && grey.count == 0) {
        threshold = FIRST_THRESHOLD;
    } else if (taken) {
        size_t roots = grey.count;
        int64_t traced_before = traced;
        grey_limit = limit;
        collections++;
        dri_slice_begin(DRI_SLICE_COLLECTION);
        decided = trial();
        if (decided) {
            set_threshold((size_t)(traced - traced_before) - grey.count, grey.count);
            dispose();
        } else {
            collections--;
            give_candidates_back(roots);
            /* Wait for more before trying again. */
            threshold = dri_candidates.count + FIRST_THRESHOLD;
        }
        dri_slice_end(DRI_SLICE_COLLECTION, traced - traced_before, was_asked_for);
    }
    collecting = false;
    DRI_CHECK_HEAP();
    return decided;
}

static void continue_slices(int budget) {
    collecting = true;
    since_slice = 0;
    dri_trial_slice(budget);
    collecting = false;
    DRI_CHECK_HEAP();
}

/* Only if at least so many candidates are alive. */
static void collect_in_slices(size_t least, int budget) {
    collections++;
    threshold_before = threshold;
    threshold = 0;
    dri_tried_candidates = 0;
    dri_trial_begin(least);
    continue_slices(budget);
}

void dri_trial_ended(size_t members, size_t freed) {
    traced += (int64_t)members;
    collected += (int64_t)freed;
    if (members != 0) {
        set_threshold(members - freed, freed);
    } else {
        size_t next = dri_candidates.count + FIRST_THRESHOLD;
        threshold = next > threshold_before ? next : threshold_before;
    }
}

void dri_collect(bool user_code) {
    /* While something dies, its fields are partly gone: no trial may pass through it. */
    if (collecting || dri_is_releasing()) {
        return;
    }
    finish_slices();
    collect_at_once(user_code, SIZE_MAX, true);
}

static size_t due_candidates(bool user_code) {
    return user_code ? dri_candidates.count : dri_candidates.count - eager_candidates;
}

static void collect_for_stress(bool user_code) {
    if (dri_stress == DR_STRESS_COLLECT || dri_has_eager_cyclic) {
        dri_collect(user_code);
    } else if (dri_trial_is_under_way()) {
        continue_slices(1);
    } else if (dri_candidates.count != 0) {
        collect_in_slices(0, 1);
    }
}

void dri_collect_if_due(bool user_code) {
    if (due_candidates(user_code) < threshold && dri_stress == DR_STRESS_NONE) {
        return;
    }
    if (collecting || dri_is_releasing()) {
        return;
    }
    if (DR_UNLIKELY(dri_stress != DR_STRESS_NONE)) {
        collect_for_stress(user_code);
        return;
    }
    if (dri_trial_is_under_way()) {
        if (++since_slice >= SLICE_EVERY) {
            continue_slices(SLICE);
        }
        return;
    }
    size_t least = threshold - threshold / 4;
    if (dri_candidates.count > AT_ONCE && !dri_has_eager_cyclic) {
        collect_in_slices(least, SLICE);
        return;
    }
    dri_forget_dead_candidates();
    if (due_candidates(user_code) < least) {
        return;
    }
    dri_slice_begin(DRI_SLICE_COLLECTION);
    if (dri_has_eager_cyclic) {
        collect_at_once(user_code, SIZE_MAX, false);
    } else if (!collect_at_once(user_code, AT_ONCE, false)) {
        collect_in_slices(0, SLICE);
    }
    dri_slice_end(DRI_SLICE_COLLECTION, 0, false);
}

/* New blocks are a reason to go on as good as many candidates: what a trial finds must not wait while the heap grows. */
void dri_collect_for_refill(void) {
    since_slice = SLICE_EVERY;
    dri_collect_if_due(false);
}

void dr_collect(void) {
    dri_drain_all();
    dri_collect(true);
    dri_drain_all();
}

/* The roots of a frame's trial that live, as it seems while a trial in slices is under way: they may live by members alone,
 * which that trial believes to live by them. So they stay candidates. */
static void keep_survivors(dr_header* const* roots, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (dri_colour(roots[i]) == DRI_BLACK) {
            remember(roots[i]);
        }
    }
    dri_tried_candidates = dri_candidates.count;
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
        dr_header* tried[FRAME_ROOTS];
        size_t roots = grey.count;
        if (DR_UNLIKELY(dri_trial_is_under_way())) {
            memcpy(tried, grey.chunks[0], roots * sizeof *tried);
        }
        grey_limit = FRAME_BUDGET;
        if (trial()) {
            if (DR_UNLIKELY(dri_trial_is_under_way())) {
                keep_survivors(tried, roots);
            }
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
        dri_list_free(&dri_candidates);
    }
    dri_list_free(&grey);
    dri_list_free(&black);
    dri_trial_exit();
}

int64_t dri_candidate_count(void) {
    return (int64_t)dri_candidates.count + dri_trial_marked();
}

bool dri_candidates_are_marked(void) {
    for (size_t i = 0; i < dri_candidates.count; i++) {
        if (!(dri_list_at(&dri_candidates, i)->meta & DR_META_BUFFERED)) {
            return false;
        }
    }
    return true;
}

int64_t dr_debug_uncovered(void) {
    return uncovered;
}

void dr_debug_stress(dr_stress how) {
    dri_stress = how;
}

void dri_cycle_figures(dr_memory_figures* figures) {
    figures->collections = collections;
    figures->collected = collected;
    figures->traced = traced;
}
