/* test_broken.c: dr_debug_validate names each broken invariant and ends the program. Every case forges something in a
 * child of its own: a block's header, a page, the candidates. A build that checks the whole heap by itself names garbage, too,
 * that is none. */
#define DR_MANAGED 1
#include "check.h"

#include <signal.h>
#include <unistd.h>

enum { ENDED_BY_ABORT = 86 };

static void on_abort(int number) {
    (void)number;
    _exit(ENDED_BY_ABORT);
}

static dr_string_header* header_of(char* s) {
    return (dr_string_header*)(void*)s - 1;
}

static const char* const broken_headers[] = {
    "an object has no type",
    "an object has no type",
    "an object's marks are not those of an object at rest",
    "an object's marks are not those of an object at rest",
    "an object's marks are not those of an object at rest",
    "a dead object is still in its block",
    "something is interned that is no string",
    "a string is longer than its block",
    "a string is longer than its block",
    "a string does not end with NUL",
    "an array has a negative length",
    "the candidates and the blocks marked as such differ",
    "the candidates and the blocks marked as such differ",
};

static void forge_header(int which) {
    Leaf* leaf = dr_new(Leaf);
    char* text = dr_string_from_c("some text");
    int32_t* array = dr_new_array(DR_ARRAY_INT, 3, "");
    Graph* graph = dr_new(Graph);
    dr_release_cyclic(dr_retain_cyclic(graph));
    dr_debug_validate();
    signal(SIGABRT, on_abort);
    switch (which) {
    case 0:
        leaf->header.meta = DR_UNTYPED;
        break;
    case 1:
        leaf->header.meta = TEST_TYPES;
        break;
    case 2:
        leaf->header.meta |= 1u << 30;
        break;
    case 3:
        leaf->header.meta |= DR_META_COLOUR & (DR_META_COLOUR - 1);
        break;
    case 4:
        /* A member of a trial in slices, of which none is under way. */
        leaf->header.meta |= DR_META_COLOUR;
        break;
    case 5:
        leaf->header.ref_count = 0;
        break;
    case 6:
        leaf->header.meta |= DR_META_INTERNED;
        break;
    case 7:
        header_of(text)->length = -1;
        break;
    case 8:
        header_of(text)->length = header_of(text)->capacity + 1;
        break;
    case 9:
        text[9] = '!';
        break;
    case 10:
        ((dr_array_header*)(void*)array - 1)->length = -1;
        break;
    case 11:
        graph->header.meta &= ~(uint32_t)DR_META_BUFFERED;
        break;
    default:
        leaf->header.meta |= DR_META_BUFFERED;
    }
    dr_debug_validate();
}

#if !DR_NO_POOLS

static const char* const broken_pages[] = {
    "a free list leaves its page",
    "a free list leaves its page",
    "a free list leaves its page",
    "a free list has a ring",
    "blocks in use and free blocks do not add up",
    "a page serves another size than its pool",
    "[one-list]",
    "[one-list]",
};

static void forge_page(int which) {
    enum { SIZE = 200, BLOCKS = 1000 };
    char* first = dri_alloc(SIZE);
    for (int i = 0; i < BLOCKS; i++) {
        Leaf* block = dri_alloc(SIZE);
        block->header.ref_count = 1;
        block->header.meta = Leaf_id;
    }
    ((Leaf*)(void*)first)->header.ref_count = 1;
    ((Leaf*)(void*)first)->header.meta = Leaf_id;
    dr_debug_validate();
    signal(SIGABRT, on_abort);
    dri_page* full = (dri_page*)((uintptr_t)first & ~(uintptr_t)(DR_PAGE_SIZE - 1));
    dri_page* current = dri_pools[(SIZE + 7) / 8].current;
    switch (which) {
    case 0:
        current->free = (dri_block*)(void*)((char*)current + 8);
        break;
    case 1:
        current->free = (dri_block*)(void*)current->bump;
        break;
    case 2:
        current->free = (dri_block*)(void*)((char*)current->free + 8);
        break;
    case 3:
        DRI_EXPOSE(current->free, sizeof(dri_block));
        current->free->next = current->free;
        break;
    case 4:
        current->used++;
        break;
    case 5:
        full->pool->block_size += 8;
        break;
    case 6:
        full->available = 1;
        break;
    default:
        full->used = 0;
        full->bump = (char*)full + (current->limit - (char*)current) % SIZE;
    }
    dr_debug_validate();
}

#endif

#if DR_CHECKS >= 3

extern DR_THREAD_LOCAL bool dri_has_eager_cyclic;
bool dri_trial_is_under_way(void);

/* Two objects that hold each other alone; the trial has looked at the first for the last time when a reference to it comes
 * from nowhere, without a mark. */
static void forge_suspect(int which) {
    (void)which;
    dri_has_eager_cyclic = false;
    Graph* first = dr_new(Graph);
    Graph* second = dr_new(Graph);
    first->edges[0] = second;
    second->edges[0] = first;
    dr_note_cyclic(first);
    dr_note_cyclic(second);
    /* Painted, traced, scanned, each of the two, and the first confirmed. */
    for (int i = 0; i < 2 + 2 + 2 + 1; i++) {
        slice();
    }
    signal(SIGABRT, on_abort);
    first->header.ref_count++;
    do {
        slice();
    } while (dri_trial_is_under_way());
}

#endif

static void expect_broken(void (*forge)(int which), int which, const char* problem) {
    child c;
    run_child(&c, forge, which);
    if (c.status != ENDED_BY_ABORT || strstr(c.err, problem) == NULL) {
        CHECK(!"the invariant is named");
        fprintf(stderr, "case %d, %s: status %d, %s\n", which, problem, c.status, c.err);
    }
}

void suite_broken(void) {
    for (int i = 0; i < (int)(sizeof broken_headers / sizeof *broken_headers); i++) {
        expect_broken(forge_header, i, broken_headers[i]);
    }
#if !DR_NO_POOLS
    for (int i = 0; i < (int)(sizeof broken_pages / sizeof *broken_pages); i++) {
        expect_broken(forge_page, i, broken_pages[i]);
    }
#endif
#if DR_CHECKS >= 3
    expect_broken(forge_suspect, 0, "garbage is held from outside");
#endif
}
