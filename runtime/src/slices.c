/* slices.c: a trial that lets the program run between its slices, so that no collection takes long, whatever it finds.
 *
 * As in cycle.c the members of a trial are the candidates and all that they reach, and what nothing outside refers to is
 * garbage. But counts stay the true ones [exact]: how many references from members have been seen is noted beside, in the
 * upper bits of a member's header (`inner`). The phases go through the list of members one after the other:
 *
 *   painting    the candidates become members; the dead leave
 *   tracing     what members refer to becomes a member, and each reference is counted at its target
 *   scanning    who is held from outside, or was touched, is live, and with it all that it refers to
 *   confirming  the same over the others, again, until a whole pass has found nobody
 *   returning   the live ones are ordinary objects again, those that were touched candidates again
 *   parking, dropping, freeing: the others, as in cycle.c
 *
 * [visible] It needs no barrier in the program's stores, because a member's buffered mark is taken away when it joins, and
 *           whatever gives up a unit of an object that may lie on a cycle looks at that mark, and sets it, or finds the
 *           last unit. So a member without the mark still has every unit that it had when it joined, and each
 *           reference to it that was seen is still there: if their number equals its count, there is no other.
 *           (An array that the compiler sees as one of what lies on no cycle is released without that look; but it
 *           leads to no member, and who held it from outside got nowhere by it.)
 *           References that move from one object to another without being counted would break this:
 *           dr_array_set_length, the one place that does so, does not for members.
 * [garbage] When a pass of confirming has found nobody, no suspect was held from outside at its beginning: a unit outside
 *           would have been kept until the object was looked at, and counted, or given up, and marked. Borrowed
 *           references hang on units. So the program could not get at any suspect then, nor ever again.
 * [members] A member that dies keeps its block, marked, until the trial gives it back. Nothing is done while something
 *           waits to be freed, so none meets the half of a dead object. Frames' trials pass members by.
 * [pace]    A slice runs for every few candidates and each refill of a pool, so that a trial ends before as many candidates
 *           have come together as would start the next one. */
#include "internal.h"

#define INNER_SHIFT 23
#define INNER_ONE ((uint32_t)1 << INNER_SHIFT)
#define MEMBER_LIVE ((uint32_t)1 << 22)

enum {
    /* Members with larger counts note their inner references in `hubs`; the others stop counting one before. */
    INNER_HUB = 511,
    INNER_MOST = 510,
    /* Passes of confirming before the rest is left for the next collection. */
    MOST_PASSES = 16
};

static DR_THREAD_LOCAL enum {
    RESTING,
    PAINTING,
    TRACING,
    SCANNING,
    CONFIRMING,
    RETURNING,
    PARKING,
    DROPPING,
    FREEING
} phase;

static DR_THREAD_LOCAL dri_list members;
/* Live members whose references are still to be followed. */
static DR_THREAD_LOCAL dri_list to_follow;
/* The member that the phase is at. */
static DR_THREAD_LOCAL size_t place;
/* The first members: those that were candidates, and those that may be garbage. */
static DR_THREAD_LOCAL size_t root_count;
static DR_THREAD_LOCAL size_t suspect_count;
static DR_THREAD_LOCAL size_t live_count;
/* What references are being followed of, and where in it: arrays are long. */
static DR_THREAD_LOCAL dr_header* followed_member;
static DR_THREAD_LOCAL int32_t followed_element;
static DR_THREAD_LOCAL size_t least_roots;
/* The first members that are candidates again when the trial has been given up. */
static DR_THREAD_LOCAL size_t again_count;
static DR_THREAD_LOCAL size_t traced_members;
static DR_THREAD_LOCAL bool was_clean;
static DR_THREAD_LOCAL int passes;
static DR_THREAD_LOCAL bool out_of_room;
/* What is left of the slice, in objects and elements. */
static DR_THREAD_LOCAL int work_left;

/* ---- hubs: members with many references ---- */

typedef struct hub {
    const dr_header* obj;
    int32_t inner;
} hub;

/* Open addressing, a power of two, never full. */
static DR_THREAD_LOCAL hub* hubs;
static DR_THREAD_LOCAL size_t hub_count;
static DR_THREAD_LOCAL size_t hub_room;

/* Where it stands, or the empty place where it belongs. */
static hub* find_hub(const dr_header* obj) {
    size_t i = (size_t)((uint64_t)(uintptr_t)obj * 0x9E3779B97F4A7C15u >> 32) & (hub_room - 1);
    while (hubs[i].obj != NULL && hubs[i].obj != obj) {
        i = (i + 1) & (hub_room - 1);
    }
    return &hubs[i];
}

static bool grow_hubs(void) {
    size_t old_room = hub_room;
    hub* old = hubs;
    size_t room = old_room == 0 ? 16 : old_room * 2;
    hub* larger = dri_os_alloc(room * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    memset(larger, 0, room * sizeof *larger);
    hubs = larger;
    hub_room = room;
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].obj != NULL) {
            *find_hub(old[i].obj) = old[i];
        }
    }
    dri_os_free(old);
    return true;
}

static bool add_hub(const dr_header* obj) {
    if (hub_count * 2 >= hub_room && !grow_hubs()) {
        return false;
    }
    find_hub(obj)->obj = obj;
    hub_count++;
    return true;
}

static void forget_hubs(void) {
    dri_os_free(hubs);
    hubs = NULL;
    hub_count = 0;
    hub_room = 0;
}

/* ---- members ---- */

static bool is_member(const dr_header* obj) {
    return dri_colour(obj) == DRI_ENLISTED;
}

/* obj is in the list, or will be. */
static bool enlist(dr_header* obj) {
    uint32_t inner = 0;
    if (DR_UNLIKELY(obj->ref_count > INNER_MOST)) {
        if (!add_hub(obj)) {
            return false;
        }
        inner = (uint32_t)INNER_HUB << INNER_SHIFT;
    }
    obj->meta = (obj->meta & ~(uint32_t)DR_META_BUFFERED) | DRI_ENLISTED | inner;
    return true;
}

/* An ordinary object again, but for the buffered mark. */
static void discharge(dr_header* obj) {
    obj->meta &= ((uint32_t)1 << 22) - 1;
    dri_paint(obj, DRI_BLACK);
}

static void count_inner(dr_header* obj) {
    uint32_t inner = obj->meta >> INNER_SHIFT;
    if (DR_UNLIKELY(inner == INNER_HUB)) {
        find_hub(obj)->inner++;
    } else if (inner < INNER_MOST) {
        obj->meta += INNER_ONE;
    }
}

/* From outside, or touched since it joined, of which it may have died. */
static bool is_held(const dr_header* obj) {
    if (obj->meta & DR_META_BUFFERED) {
        return true;
    }
    int32_t inner = (int32_t)(obj->meta >> INNER_SHIFT);
    return obj->ref_count != (inner == INNER_HUB ? find_hub(obj)->inner : inner);
}

/* The last one takes the place of the member that leaves the list. */
static void remove_member(size_t i) {
    *dri_list_slot(&members, i) = dri_list_at(&members, --members.count);
}

/* Where the part of followed_member's elements ends that this slice has work left for, one at least. */
static int32_t end_of_part(const dr_array_header* array) {
    int32_t rest = array->length - followed_element;
    return rest > work_left + 1 ? followed_element + work_left + 1 : array->length;
}

static void end_part(const dr_array_header* array, int32_t to) {
    work_left -= to - followed_element;
    followed_element = to;
    if (to == array->length) {
        followed_member = NULL;
    }
}

/* Goes on following followed_member; sets it to NULL when all its references have been visited. */
static void follow(dr_visit visit) {
    dr_header* obj = followed_member;
    const dr_type* type = dr_type_of(obj);
    work_left--;
    if (obj->ref_count == 0) {
        /* It died since. */
        followed_member = NULL;
    } else if (type->trace != NULL) {
        type->trace(obj, visit);
        followed_member = NULL;
    } else {
        const dr_array_header* array = (const dr_array_header*)(const void*)obj;
        int32_t to = end_of_part(array);
        dri_array_trace(array, type, followed_element, to, visit);
        end_part(array, to);
    }
}

static void start_following(dr_header* obj) {
    followed_member = obj;
    followed_element = 0;
}

/* ---- phases ---- */

static void enter(int next) {
    phase = next;
    place = 0;
    followed_member = NULL;
}

/* The first `count` members are candidates again, and nobody is garbage. */
static void give_up(size_t count) {
    again_count = count;
    to_follow.count = 0;
    suspect_count = 0;
    traced_members = 0;
    enter(RETURNING);
}

static void paint_next(void) {
    if (place == members.count) {
        root_count = members.count;
        if (root_count < least_roots) {
            give_up(root_count);
        } else {
            enter(TRACING);
        }
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, place);
    if (obj->ref_count != 0 && dri_takes_part(obj)) {
        if (dri_list_reserve(&to_follow, place + 1) && enlist(obj)) {
            place++;
        } else {
            give_up(members.count);
        }
        return;
    }
    obj->meta &= ~(uint32_t)DR_META_BUFFERED;
    remove_member(place);
    if (obj->ref_count == 0) {
        dri_free_counted(obj, dr_type_of(obj));
    }
}

/* For one more member, in the list of those to follow, too. */
static bool make_room_for_member(void) {
    return dri_list_reserve(&members, members.count + 1) && dri_list_reserve(&to_follow, members.count + 1);
}

/* What became a candidate since counts as outside: it is being used. */
static void trace_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (obj == NULL || out_of_room) {
        return;
    }
    if (!is_member(obj)) {
        if ((obj->meta & DR_META_BUFFERED) || !dri_takes_part(obj)) {
            return;
        }
        if (!make_room_for_member() || !enlist(obj)) {
            out_of_room = true;
            return;
        }
        *dri_list_slot(&members, members.count++) = obj;
    }
    count_inner(obj);
}

static void trace_next(void) {
    if (followed_member == NULL) {
        if (place == members.count) {
            traced_members = members.count;
            suspect_count = members.count;
            enter(SCANNING);
            return;
        }
        start_following(dri_list_at(&members, place++));
    }
    follow(trace_child);
    if (out_of_room) {
        give_up(root_count);
    }
}

/* Room was reserved for every member. The dead refer to nothing. */
static void make_live(dr_header* obj) {
    if (obj->ref_count != 0) {
        live_count++;
        obj->meta |= MEMBER_LIVE;
        *dri_list_slot(&to_follow, to_follow.count++) = obj;
    }
}

static void live_child(DR_BORROW void* child) {
    dr_header* obj = child;
    if (obj != NULL && is_member(obj) && !(obj->meta & MEMBER_LIVE)) {
        make_live(obj);
    }
}

/* Whether there was anything to follow. */
static bool follow_live(void) {
    if (followed_member == NULL) {
        if (to_follow.count == 0) {
            return false;
        }
        start_following(dri_list_at(&to_follow, --to_follow.count));
    }
    follow(live_child);
    return true;
}

static void begin_pass(void) {
    was_clean = true;
    enter(CONFIRMING);
}

static void scan_next(void) {
    if (follow_live()) {
        return;
    }
    if (place == members.count) {
        passes = 0;
        if (live_count == members.count) {
            suspect_count = 0;
            enter(RETURNING);
        } else {
            begin_pass();
        }
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, place++);
    if (!(obj->meta & MEMBER_LIVE) && is_held(obj)) {
        make_live(obj);
    }
}

#if DR_CHECKS >= 3
static void recount_child(DR_BORROW void* child) {
    if (child != NULL && is_member(child)) {
        count_inner(child);
    }
}

/* [garbage] at this moment, and not only by what was seen over time. */
static void validate_suspects(void) {
    for (size_t i = 0; i < suspect_count; i++) {
        dr_header* obj = dri_list_at(&members, i);
        if (obj->meta >> INNER_SHIFT == INNER_HUB) {
            find_hub(obj)->inner = 0;
        } else {
            obj->meta &= INNER_ONE - 1;
        }
    }
    for (size_t i = 0; i < suspect_count; i++) {
        start_following(dri_list_at(&members, i));
        work_left = INT32_MAX;
        follow(recount_child);
    }
    for (size_t i = 0; i < suspect_count; i++) {
        if (is_held(dri_list_at(&members, i))) {
            dri_broken("garbage is held from outside");
        }
    }
    work_left = 0;
}
#endif

static void end_pass(void) {
    if (!was_clean && ++passes < MOST_PASSES) {
        begin_pass();
        return;
    }
    if (!was_clean) {
        give_up(suspect_count);
        return;
    }
#if DR_CHECKS >= 3
    validate_suspects();
#endif
    enter(RETURNING);
}

static void confirm_next(void) {
    if (follow_live()) {
        return;
    }
    if (place == suspect_count) {
        end_pass();
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, place);
    if (!(obj->meta & MEMBER_LIVE) && is_held(obj)) {
        was_clean = false;
        make_live(obj);
    }
    if ((obj->meta & MEMBER_LIVE) || obj->ref_count == 0) {
        *dri_list_slot(&members, place) = dri_list_at(&members, --suspect_count);
        *dri_list_slot(&members, suspect_count) = obj;
    } else {
        place++;
    }
}

static void end_trial(void) {
    enter(RESTING);
    dri_trial_ended(traced_members, suspect_count);
}

static void return_next(void) {
    if (members.count == suspect_count) {
        forget_hubs();
        if (suspect_count == 0) {
            end_trial();
        } else {
            enter(PARKING);
        }
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, --members.count);
    discharge(obj);
    if ((obj->meta & DR_META_BUFFERED) || members.count < again_count) {
        obj->meta |= DR_META_BUFFERED;
        if (obj->ref_count == 0) {
            obj->meta &= ~(uint32_t)DR_META_BUFFERED;
            dri_free_counted(obj, dr_type_of(obj));
        } else if (!dri_list_push(&dri_candidates, obj)) {
            /* [no-memory] Left for the walk at exit. */
            obj->meta &= ~(uint32_t)DR_META_BUFFERED;
        }
    }
}

/* Marked, so that dropping its neighbours makes it no candidate. */
static void park_next(void) {
    if (place == members.count) {
        enter(DROPPING);
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, place++);
    discharge(obj);
    obj->ref_count = DRI_PARKED;
    obj->meta |= DR_META_BUFFERED;
}

/* What else dies of it waits, and is freed before the next is dropped. */
static void drop_next(void) {
    if (followed_member == NULL) {
        if (place == members.count) {
            enter(FREEING);
            return;
        }
        start_following(dri_list_at(&members, place++));
    }
    bool before = dri_defer(true);
    dr_header* obj = followed_member;
    const dr_type* type = dr_type_of(obj);
    work_left--;
    if (type->trace != NULL) {
        type->drop(obj);
        followed_member = NULL;
    } else {
        dr_array_header* array = (dr_array_header*)(void*)obj;
        int32_t to = end_of_part(array);
        dri_array_release_range(array, type, followed_element, to);
        end_part(array, to);
    }
    dri_defer(before);
}

static void free_next(void) {
    if (members.count == 0) {
        end_trial();
        return;
    }
    work_left--;
    dr_header* obj = dri_list_at(&members, --members.count);
    obj->meta &= ~(uint32_t)DR_META_BUFFERED;
    dri_free_counted(obj, dr_type_of(obj));
}

static void do_next(void) {
    switch (phase) {
    case RESTING:
        break;
    case PAINTING:
        paint_next();
        break;
    case TRACING:
        trace_next();
        break;
    case SCANNING:
        scan_next();
        break;
    case CONFIRMING:
        confirm_next();
        break;
    case RETURNING:
        return_next();
        break;
    case PARKING:
        park_next();
        break;
    case DROPPING:
        drop_next();
        break;
    case FREEING:
        free_next();
        break;
    }
}

/* ---- from outside ---- */

bool dri_trial_is_under_way(void) {
    return phase != RESTING;
}

void dri_trial_begin(size_t least) {
    /* The list of members is empty. */
    dri_list candidates = dri_candidates;
    dri_candidates = members;
    members = candidates;
    least_roots = least;
    out_of_room = false;
    live_count = 0;
    again_count = 0;
    enter(PAINTING);
}

void dri_trial_slice(int budget) {
    dri_slice_begin(DRI_SLICE_COLLECTION);
    work_left = budget;
    while (work_left > 0 && phase != RESTING) {
        if (dri_has_deferred()) {
            work_left -= dri_drain(work_left);
        } else {
            do_next();
        }
    }
    dri_slice_end(DRI_SLICE_COLLECTION, budget - work_left, budget == INT32_MAX);
}

void dri_trial_finish(void) {
    while (phase != RESTING) {
        dri_trial_slice(INT32_MAX);
    }
}

void dri_trial_exit(void) {
    dri_list_free(&members);
    dri_list_free(&to_follow);
}

int64_t dri_trial_marked(void) {
    int64_t marked = 0;
    for (size_t i = 0; i < members.count; i++) {
        marked += (dri_list_at(&members, i)->meta & DR_META_BUFFERED) != 0;
    }
    return marked;
}
