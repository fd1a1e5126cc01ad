/* test_pool.c: pages: every size, reuse, empty pages going back, metadata, and long random traffic with checks. */
#include "check.h"

static uint32_t random_state = 12345;
static uint32_t next_random(void) {
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static void every_size(void) {
    for (size_t size = 8; size <= 700; size++) {
        unsigned char* objects[3];
        for (int i = 0; i < 3; i++) {
            objects[i] = dri_alloc(size);
            CHECK(((uintptr_t)objects[i] & 7) == 0);
            memset(objects[i], (int)size + i, size);
        }
        for (int i = 0; i < 3; i++) {
            CHECK(objects[i][0] == (unsigned char)((int)size + i) && objects[i][size - 1] == objects[i][0]);
            dr_header* h = (dr_header*)(void*)objects[i];
            /* Give it back as an array of bytes of that size. */
            h->ref_count = 1;
            h->meta = DR_ARRAY_BYTE;
            if (size >= sizeof(dr_array_header)) {
                ((dr_array_header*)(void*)h)->length = (int32_t)(size - sizeof(dr_array_header));
                ((dr_array_header*)(void*)h)->extra = 0;
            } else {
                h->meta = Leaf_id;
            }
            dr_release_array((dr_array_header*)(void*)h + 1);
        }
    }
}

static void traffic(int steps) {
    enum { SLOTS = 2000 };
    static char* slots[SLOTS];
    memset(slots, 0, sizeof slots);
    for (int step = 0; step < steps; step++) {
        char** slot = &slots[next_random() % SLOTS];
        if (*slot != NULL) {
            size_t length = (size_t)dr_string_length(*slot);
            CHECK(length == 0 || ((*slot)[0] == (*slot)[length - 1] && (*slot)[length] == 0));
            dr_release_string(*slot);
            *slot = NULL;
        } else {
            size_t length = next_random() % (next_random() % 16 == 0 ? 4000 : 200);
            *slot = dr_string_repeat((unsigned char)step, (int32_t)length, NULL);
        }
        if (step % 5000 == 0) {
            dr_debug_validate();
        }
    }
    for (int i = 0; i < SLOTS; i++) {
        dr_release_string(slots[i]);
    }
}

#if !DR_NO_POOLS
static void pages_come_back(void) {
    enum { MANY = 500000 };
    static Leaf* leaves[MANY];
    dr_memory_figures before;
    dr_memory_figures full;
    dr_memory_figures after;
    dr_memory_figures_now(&before);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            leaves[i] = dr_new(Leaf);
        }
        dr_memory_figures_now(&full);
        /* A quarter of a percent at most, tables included. */
        CHECK(full.page_metadata_bytes * 400 < full.page_bytes);
        CHECK(full.live_objects == MANY);
        /* Built anew, the objects lie in address order again, in runs of pages. */
        int ascending = 0;
        for (int i = 1; i < MANY; i++) {
            ascending += leaves[i] > leaves[i - 1];
        }
        CHECK(ascending > MANY * 95 / 100);
        for (int i = 0; i < MANY; i++) {
            dr_release_object(leaves[(int)((int64_t)i * 7919 % MANY)]);
        }
        dr_memory_figures_now(&after);
        CHECK(after.page_bytes <= before.page_bytes + DR_PAGE_SIZE);
        dr_debug_validate();
    }
}
#endif

void suite_pool(void) {
    every_size();
    traffic(long_tests() ? 2000000 : 60000);
#if !DR_NO_POOLS
    pages_come_back();
#endif
}
