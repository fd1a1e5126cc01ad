/* collect.c: when the cycle collector runs, and over what: candidates, thresholds, frames, exit.
 *
 * A garbage cycle comes about only when a count falls but stays positive, or when an owned unit is moved into memory;
 * both remember the object as a candidate. A collection tries all of them at once (cycle.c), and is given up and made in
 * slices (slices.c) if that takes more than AT_ONCE objects, unless a class on a cycle has a destructor in reach.
 *   [quiet] A release of a type that reaches no destructor runs no user code: what it starts passes over candidates that
 *           reach one. Such a candidate's trial would not be missed by the others: nothing that they reach reaches it.
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
    /* Collections at exit, each of which may free what makes new garbage. */
    EXIT_ROUNDS = 8
};

DR_THREAD_LOCAL size_t dri_tried_candidates;
DR_THREAD_LOCAL dr_stress dri_stress;

DR_THREAD_LOCAL dri_list dri_candidates;
static DR_THREAD_LOCAL size_t eager_candidates; /* among them, those that may run user code */
static DR_THREAD_LOCAL size_t threshold = FIRST_THRESHOLD; /* 0 while a trial in slices is under way */
static DR_THREAD_LOCAL size_t threshold_before;
static DR_THREAD_LOCAL int since_slice;
static DR_THREAD_LOCAL bool collecting;

static DR_THREAD_LOCAL uint32_t frame_pause;
static DR_THREAD_LOCAL uint32_t frame_skip;

static DR_THREAD_LOCAL int64_t collections;
static DR_THREAD_LOCAL int64_t uncovered;

/* ---- candidates ---- */

static bool may_run_user_code(const dr_header* obj) {
    return dri_has_eager_cyclic && dri_may_run_user_code(dr_type_of(obj));
}

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

bool dri_remember(dr_header* obj) {
    return remember(obj);
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

/* ---- collections ---- */

/* Moves the candidates from index `from` on into the grey list; without `user_code` those that reach a destructor stay.
 * False when there is no room. */
DR_INLINE bool take_candidates(size_t from, bool user_code) {
    if (!dri_list_reserve(&dri_grey, dri_candidates.count - from)) {
        dri_grey.count = 0;
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
        } else if (dri_takes_part_at_once(obj)) {
            obj->meta |= DRI_GREY; /* black before */
            *dri_list_slot(&dri_grey, roots++) = obj;
        }
    }
    dri_grey.count = roots;
    dri_candidates.count = kept;
    dri_tried_candidates = dri_tried_candidates < kept ? dri_tried_candidates : kept;
    return true;
}

static void give_candidates_back(size_t roots) {
    for (size_t i = 0; i < roots; i++) {
        remember(dri_list_at(&dri_grey, i));
    }
    dri_grey.count = 0;
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
    if (taken && dri_grey.count == 0) {
        threshold = FIRST_THRESHOLD;
    } else if (taken) {
        size_t roots = dri_grey.count;
        int64_t traced_before = dri_traced;
        collections++;
        dri_slice_begin(DRI_SLICE_COLLECTION);
        decided = dri_trial_at_once(limit);
        if (decided) {
            set_threshold((size_t)(dri_traced - traced_before) - dri_grey.count, dri_grey.count);
            dri_dispose();
        } else {
            collections--;
            give_candidates_back(roots);
            /* Wait for more before trying again. */
            threshold = dri_candidates.count + FIRST_THRESHOLD;
        }
        dri_slice_end(DRI_SLICE_COLLECTION, dri_traced - traced_before, was_asked_for);
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
    dri_traced += (int64_t)members;
    dri_collected += (int64_t)freed;
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
    if (take_candidates(from, user_code) && dri_grey.count != 0) {
        dr_header* tried[FRAME_ROOTS];
        size_t roots = dri_grey.count;
        if (DR_UNLIKELY(dri_trial_is_under_way())) {
            memcpy(tried, dri_grey.chunks[0], roots * sizeof *tried);
        }
        if (dri_trial_at_once(FRAME_BUDGET)) {
            if (DR_UNLIKELY(dri_trial_is_under_way())) {
                keep_survivors(tried, roots);
            }
            frame_pause = dri_grey.count != 0 ? 0 : frame_pause < 15 ? frame_pause + 1 : 15;
            dri_dispose();
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
    for (int round = 0; round < EXIT_ROUNDS; round++) {
        int64_t before = dri_collected;
        dr_collect();
        if (dri_collected == before) {
            break;
        }
    }
    dri_forget_dead_candidates();
    if (dri_has_cyclic) {
        int64_t before = dri_collected;
        dri_walk_objects(note_if_forgotten);
        dr_collect();
        uncovered += dri_collected - before;
        dri_forget_dead_candidates();
    }
    if (dri_candidates.count == 0) {
        dri_list_free(&dri_candidates);
    }
    dri_lists_free();
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
    figures->collected = dri_collected;
    figures->traced = dri_traced;
}
