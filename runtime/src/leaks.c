/* leaks.c: what a debug build says about objects that were not released at exit: how many of each type, where they were
 * allocated, and which reference keeps a cycle alive.
 *
 * A cycle of Dream's own is collected before the report, so one that is left is held from outside: by a unit that C code
 * retained and never released. [held] An object is held from outside when its count is larger than the number of
 * references to it from objects left that may lie on cycles. From each such object a depth-first walk looks for a ring;
 * the walk keeps its own stack, and is given up for want of memory, since a shorter warning is better than none. */
#include "internal.h"

#if DR_DEBUG_MEMORY

enum { MOST_LEAK_LINES = 100, MOST_PATHS = 10, MOST_STEPS = 16 };

static DR_THREAD_LOCAL dri_site_table leaks;
static DR_THREAD_LOCAL bool leaks_counted;

static dri_large* oldest_block(void) {
    return (dri_large*)(void*)dri_larges.prev;
}

static bool is_end(const dri_large* block) {
    return &block->link == &dri_larges;
}

static dri_large* younger(const dri_large* block) {
    return (dri_large*)(void*)block->link.prev;
}

const dri_site_table* dri_leaks(void) {
    if (!leaks_counted) {
        leaks_counted = true;
        for (dri_large* block = oldest_block(); !is_end(block); block = younger(block)) {
            dri_site_add(&leaks, block->type_id, block->site, (int64_t)block->size);
        }
    }
    return &leaks;
}

/* ---- references that keep a cycle alive ---- */

enum { UNSEEN, ON_PATH, DONE };

typedef struct step {
    dri_large* block;
    /* The block whose field led here; NULL marks the end of the visit of `block`. */
    dri_large* from;
} step;

static DR_THREAD_LOCAL step* steps;
static DR_THREAD_LOCAL size_t step_count;
static DR_THREAD_LOCAL size_t step_capacity;
static DR_THREAD_LOCAL bool steps_failed;
static DR_THREAD_LOCAL dri_large* visiting;

static dr_header* object_of(dri_large* block) {
    return (dr_header*)(void*)(block + 1);
}

static bool is_cyclic(dri_large* block) {
    return block->kind == DRI_TYPED && dri_may_cycle(dri_types[block->type_id]);
}

/* The block of a field's value if it is one that the walk follows. */
static dri_large* followed(void* child) {
    dr_header* obj = child;
    if (obj == NULL || obj->ref_count <= 0) {
        return NULL;
    }
    dri_large* block = dri_large_of(obj);
    return is_cyclic(block) ? block : NULL;
}

static void trace_block(dri_large* block, dr_visit visit) {
    const dr_type* type = dri_types[block->type_id];
    if (type->trace != NULL) {
        type->trace(object_of(block), visit);
    } else {
        const dr_array_header* array = (const dr_array_header*)(const void*)object_of(block);
        dri_array_trace(array, type, 0, array->length, visit);
    }
}

static void count_reference(void* child) {
    dri_large* block = followed(child);
    if (block != NULL) {
        block->inner++;
    }
}

static void push_step(dri_large* block, dri_large* from) {
    if (step_count == step_capacity) {
        size_t capacity = step_capacity == 0 ? 1024 : step_capacity * 2;
        step* grown = dri_os_realloc(steps, capacity * sizeof *grown);
        if (grown == NULL) {
            steps_failed = true;
            return;
        }
        steps = grown;
        step_capacity = capacity;
    }
    steps[step_count++] = (step){block, from};
}

static void push_child(void* child) {
    dri_large* block = followed(child);
    if (block != NULL && block->state != DONE) {
        push_step(block, visiting);
    }
}

static void print_step(const dri_large* block) {
    fprintf(stderr, "%s (%s)", dri_type_name(block->type_id), dri_site_name(block->site));
}

/* The way from `root` to `last`, whose field closes a ring at `again`. */
static void print_path(const dri_large* root, dri_large* last, const dri_large* again) {
    const dri_large* path[MOST_STEPS];
    int length = 0;
    bool cut = false;
    for (const dri_large* block = last; block != NULL; block = block == root ? NULL : block->parent) {
        if (length == MOST_STEPS) {
            memmove(path, path + 1, (MOST_STEPS - 1) * sizeof *path);
            length--;
            cut = true;
        }
        path[length++] = block;
    }
    fputs("  kept alive from outside: ", stderr);
    for (int i = length; i-- > 0;) {
        print_step(path[i]);
        fputs(" -> ", stderr);
    }
    if (cut) {
        fputs("... -> ", stderr);
    }
    print_step(again);
    fputc('\n', stderr);
}

/* True if it found and printed a ring. */
static bool find_ring(dri_large* root) {
    step_count = 0;
    root->parent = NULL;
    push_step(root, root);
    while (step_count != 0 && !steps_failed) {
        step next = steps[--step_count];
        dri_large* block = next.block;
        if (next.from == NULL) {
            block->state = DONE;
        } else if (block->state == ON_PATH) {
            print_path(root, next.from, block);
            return true;
        } else if (block->state == UNSEEN) {
            block->state = ON_PATH;
            block->parent = next.from;
            push_step(block, NULL);
            visiting = block;
            trace_block(block, push_child);
        }
    }
    return false;
}

static void print_rings(void) {
    int paths = 0;
    for (dri_large* block = oldest_block(); !is_end(block); block = younger(block)) {
        block->inner = 0;
        block->state = UNSEEN;
    }
    for (dri_large* block = oldest_block(); !is_end(block); block = younger(block)) {
        if (is_cyclic(block)) {
            trace_block(block, count_reference);
        }
    }
    for (dri_large* block = oldest_block(); !is_end(block) && paths < MOST_PATHS; block = younger(block)) {
        if (is_cyclic(block) && block->state == UNSEEN && object_of(block)->ref_count > block->inner) {
            paths += find_ring(block);
        }
    }
    dri_os_free(steps);
    steps = NULL;
    step_capacity = 0;
}

/* ---- warnings ---- */

static bool is_first_of_type(const dri_site_row* row) {
    const dri_site_row* earlier = NULL;
    while ((earlier = dri_site_next(&leaks, earlier)) != row) {
        if (earlier->type_id == row->type_id) {
            return false;
        }
    }
    return true;
}

/* One warning a type, the one with the most bytes at a site first, and its sites below it. */
void dri_warn_about_leaks(void) {
    int lines = 0;
    const dri_site_row* row = NULL;
    dri_leaks();
    while (lines < MOST_LEAK_LINES && (row = dri_site_next(&leaks, row)) != NULL) {
        if (!is_first_of_type(row)) {
            continue;
        }
        int64_t count = 0;
        for (const dri_site_row* same = row; same != NULL; same = dri_site_next(&leaks, same)) {
            count += same->type_id == row->type_id ? same->count : 0;
        }
        fprintf(stderr, "Warning: %lld %s object(s) not released at program exit\n", (long long)count,
                dri_type_name(row->type_id));
        for (const dri_site_row* same = row; same != NULL && lines < MOST_LEAK_LINES; same = dri_site_next(&leaks, same)) {
            if (same->type_id == row->type_id) {
                fprintf(stderr, "  %lld allocated at %s\n", (long long)same->count, same->site);
                lines++;
            }
        }
    }
    print_rings();
}

#endif
