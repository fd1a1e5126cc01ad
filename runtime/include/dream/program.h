/* program.h: the frame around a compiled program: its type table, start, exit, and the figures about memory.
 *
 *     static const dr_type* const types[] = {DR_RUNTIME_TYPES, &Person_type, ...};    Person_id == DR_FIRST_TYPE
 *     static const dr_program program = {.types = types, .type_count = ..., ...};
 *     int main(int argc, char** argv) { dr_init(&program); ...; dr_unhandled(); return dr_exit(status); }
 *
 * Without dr_init everything in dream.h works, with the runtime's own types only. */
#ifndef DREAM_PROGRAM_H
#define DREAM_PROGRAM_H

extern const dr_type dri_own_types[DR_FIRST_TYPE];

/* The entries for ids 0..DR_FIRST_TYPE-1. */
#define DR_RUNTIME_TYPES                                                                                       \
    &dri_own_types[0], &dri_own_types[1], &dri_own_types[2], &dri_own_types[3], &dri_own_types[4],             \
        &dri_own_types[5], &dri_own_types[6], &dri_own_types[7], &dri_own_types[8], &dri_own_types[9],         \
        &dri_own_types[10], &dri_own_types[11], &dri_own_types[12], &dri_own_types[13], &dri_own_types[14],    \
        &dri_own_types[15], &dri_own_types[16], &dri_own_types[17], &dri_own_types[18], &dri_own_types[19],    \
        &dri_own_types[20], &dri_own_types[21], &dri_own_types[22], &dri_own_types[23], &dri_own_types[24],    \
        &dri_own_types[25], &dri_own_types[26], &dri_own_types[27], &dri_own_types[28], &dri_own_types[29],    \
        &dri_own_types[30], &dri_own_types[31], &dri_own_types[32], &dri_own_types[33], &dri_own_types[34]

typedef char dri_types_are_listed[DR_FIRST_TYPE == 35 ? 1 : -1];

/* The runtime's own class for a fault, the base of the program's when it has none of that name. */
#define DR_OWN_FAULT_TYPE(name) (&dri_own_types[DR_TYPE_##name])

/* A function that may call itself, directly or through others: its C name, and where it does: "fib (app.dr:3)". */
typedef struct dr_recursion {
    const char* function;
    const char* place;
} dr_recursion;

typedef struct dr_program {
    /* Indexed by type id, DR_RUNTIME_TYPES first. */
    const dr_type* const* types;
    uint32_t type_count;
    /* Indexed by dr_fault: the program's class of that name; NULL, or a NULL entry: the runtime's own. */
    const dr_type* const* fault_types;
    /* The program's static literals, for String.Intern; may be NULL. */
    char* const* literals;
    uint32_t literal_count;
    /* Releases the program's globals; called by dr_exit, also after an unhandled exception. May be NULL. */
    void (*release_globals)(void);
    /* What a stack overflow is reported with. */
    const dr_recursion* recursions;
    uint32_t recursion_count;
} dr_program;

#if DR_DEBUG_MEMORY
#define dr_init dr_init_debug_memory
#elif DR_NO_POOLS
#define dr_init dr_init_no_pools
#endif

/* Once, first. Installs the stack overflow handler (see src/overflow.c; status DR_EXIT_STACK_OVERFLOW). */
void dr_init(const dr_program* program);
/* Once, last: releases the globals, collects what is left, flushes, prints the report of a debug build; returns `status`,
 * or 1 when the output could not be written. */
int dr_exit(int status);
/* Environment.Exit and every fatal end: dr_exit, then the process ends. Frames in between are not unwound. */
DR_NORETURN void dr_environment_exit(int status);

enum {
    DR_EXIT_UNHANDLED = 1,
    DR_EXIT_OUT_OF_MEMORY = 1,
    DR_EXIT_STACK_OVERFLOW = 1,
    /* A debug build caught a double release or a use after release. */
    DR_EXIT_MEMORY_ERROR = 70
};

/* The program's arguments without its name, as string[]. */
DR_OWN char** dr_args(int argc, char** argv);

/* ---- figures ---- */

/* Counters since start; those marked debug stay 0 without DR_DEBUG_MEMORY. */
typedef struct dr_memory_figures {
    int64_t live_objects;
    int64_t live_bytes;
    /* Debug. */
    int64_t allocations;
    int64_t retains;
    int64_t releases;
    int64_t peak_bytes;
    int64_t pools_used;
    /* Always. */
    int64_t copies;
    int64_t copied_bytes;
    int64_t collections;
    int64_t collected;
    int64_t traced;
    int64_t page_bytes;
    int64_t page_metadata_bytes;
    /* Debug: the most that one release or allocation did for objects that waited, and one collection. */
    int64_t longest_release_objects;
    int64_t longest_release_nanoseconds;
    int64_t longest_collection_objects;
    int64_t longest_collection_nanoseconds;
} dr_memory_figures;
void dr_memory_figures_now(dr_memory_figures* figures);
/* The report of a debug build on stderr, and the file that DREAM_MEMORY_REPORT names: JSON, or for x.speedscope.json the
 * allocations in their order; see the README. Once; dr_exit calls it. */
void dr_exit_report(void);

/* ---- for tests ---- */

/* The n-th request for system memory from now on fails (1 is the next), once or for ever; 0 ends the failing. */
void dr_debug_fail_after(int64_t n, bool forever);
/* Requests made so far. */
int64_t dr_debug_requests(void);
/* At every release that may collect: a whole collection, or the next step of one in slices, the smallest there is. So does
 * DREAM_STRESS=collect or =slices in the environment. */
typedef enum dr_stress { DR_STRESS_NONE, DR_STRESS_COLLECT, DR_STRESS_SLICES } dr_stress;
void dr_debug_stress(dr_stress how);
/* Walks all pages and lists and ends the program if an invariant is broken. */
void dr_debug_validate(void);
/* Cyclic garbage that only the walk at exit found: candidates were missed if this is not 0. */
int64_t dr_debug_uncovered(void);

#endif
