/* test_pool.c: pages: every size, reuse, empty pages going back, metadata, and long random traffic with checks. */
#include "check.h"

#if defined(__linux__) && !DR_NO_POOLS && !defined(UNDER_SANITIZER)
#define COUNTS_CALLS 1
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#define COUNTS_CALLS 0
#endif

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

#if COUNTS_CALLS
/* Stand in front of the C library's: what the runtime gives back. */
static int calls;
static size_t given_back;

int madvise(void* memory, size_t size, int advice) {
    calls += advice == MADV_DONTNEED;
    given_back += advice == MADV_DONTNEED ? size : 0;
    return (int)syscall(SYS_madvise, memory, size, advice);
}

int munmap(void* memory, size_t size) {
    calls++;
    given_back += size;
    return (int)syscall(SYS_munmap, memory, size);
}

static int64_t resident_bytes(void) {
    long all = 0;
    long resident = 0;
    FILE* file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%ld %ld", &all, &resident) == 2);
    fclose(file);
    return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

static int most_calls;

/* Ends what began with calls = 0. */
static void note_calls(void) {
    most_calls = calls > most_calls ? calls : most_calls;
    calls = 0;
}

/* A list whose nodes lie about at random: its pages become empty all at once, near its end. */
static void scattered_list(void) {
    enum { COUNT = 1000000 };
    static Node* nodes[COUNT];
    memset(nodes, 1, sizeof nodes);
    int64_t before = resident_bytes();
    for (int i = 0; i < COUNT; i++) {
        nodes[i] = dr_new(Node);
    }
    for (int i = COUNT - 1; i > 0; i--) {
        int other = (int)(next_random() % (uint32_t)(i + 1));
        Node* node = nodes[i];
        nodes[i] = nodes[other];
        nodes[other] = node;
        nodes[i]->next = i + 1 < COUNT ? nodes[i + 1] : NULL;
    }
    nodes[0]->next = nodes[1];
    calls = 0;
    most_calls = 0;
    dr_release_object(nodes[0]);
    note_calls();
    /* Freeing goes on until nothing waits, giving back after that, while memory is asked for. */
    static Leaf* leaves[COUNT / 100];
    for (int i = 0; i < COUNT / 100; i++) {
        leaves[i] = dr_new(Leaf);
        note_calls();
        Node* node = dri_waiting != NULL ? dr_new(Node) : NULL;
        note_calls();
        dr_release_object(node);
        note_calls();
    }
    for (int i = 0; i < COUNT / 100; i++) {
        dr_release_object(leaves[i]);
    }
    CHECK(most_calls == 1);
    CHECK(resident_bytes() - before <= 17 << 20);
}

/* What is left holds a page here and there, so that no half of a segment is free: the pages between go back all the same. */
static void scattered_survivors(void) {
    enum { COUNT = 3000000, APART = 16 * DR_PAGE_SIZE / 16 };
    static Leaf* leaves[COUNT];
    memset(leaves, 1, sizeof leaves);
    int64_t before = resident_bytes();
    for (int i = 0; i < COUNT; i++) {
        leaves[i] = dr_new(Leaf);
    }
    most_calls = 0;
    for (int i = 0; i < COUNT; i++) {
        if (i % APART != 0) {
            calls = 0;
            dr_release_object(leaves[i]);
            note_calls();
        }
    }
    dr_debug_validate();
    CHECK(most_calls == 1);
    CHECK(resident_bytes() - before <= 24 << 20);
    for (int i = 0; i < COUNT; i += APART) {
        dr_release_object(leaves[i]);
    }
    dr_debug_validate();
}

/* Objects die in the order in which they were built or the other way: no release waits for more than one call of the
 * system, the memory goes back to it but for 16 MiB at most, and small heaps keep theirs. */
static void memory_goes_back(int count, bool forwards, bool goes_back) {
    static Leaf* leaves[3000000];
    memset(leaves, 1, sizeof leaves);
    int64_t before = resident_bytes();
    for (int i = 0; i < count; i++) {
        leaves[i] = dr_new(Leaf);
    }
    most_calls = 0;
    size_t most_bytes = 0;
    for (int i = 0; i < count; i++) {
        calls = 0;
        given_back = 0;
        dr_release_object(leaves[forwards ? i : count - 1 - i]);
        note_calls();
        most_bytes = given_back > most_bytes ? given_back : most_bytes;
    }
    CHECK(most_calls == goes_back && most_bytes <= 4 << 20);
    CHECK(resident_bytes() - before <= 17 << 20);
}
#endif

void suite_pool(void) {
    every_size();
    traffic(long_tests() ? 2000000 : 60000);
#if COUNTS_CALLS
    memory_goes_back(200000, false, false);
    memory_goes_back(200000, true, false);
    memory_goes_back(3000000, false, true);
    memory_goes_back(3000000, true, true);
    scattered_list();
    scattered_survivors();
#endif
#if !DR_NO_POOLS
    pages_come_back();
#endif
}
