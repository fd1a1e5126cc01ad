/* check.h: what the runtime's tests share: CHECK, suites, and children whose end is the thing under test.
 *
 * A suite is a function; main.c lists them and runs the one that is named. A failed CHECK prints and counts; the suite
 * goes on. Children are forked, so that a test may end the process, and report their status and what they wrote. */
#ifndef TESTS_RUNTIME_CHECK_H
#define TESTS_RUNTIME_CHECK_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif

#include <dream.h>

#include <stdio.h>
#include <stdlib.h>

extern int checks_failed;
extern int checks_made;

#define CHECK(condition)                                                              \
    do {                                                                              \
        checks_made++;                                                                \
        if (!(condition)) {                                                           \
            checks_failed++;                                                          \
            fprintf(stderr, "%s:%d: CHECK(%s) failed\n", __FILE__, __LINE__, #condition); \
        }                                                                             \
    } while (0)

#define CHECK_TEXT(string, expected) check_text((string), (expected), sizeof(expected) - 1, __FILE__, __LINE__)
/* The same for an owned string, which is released. */
#define CHECK_OWN(string, expected)                  \
    do {                                             \
        char* owned_text = (string);                 \
        CHECK_TEXT(owned_text, expected);            \
        dr_release_string(owned_text);               \
    } while (0)

void check_text(const char* string, const char* expected, size_t length, const char* file, int line);

/* The pending exception must be of that fault; it is taken and released. */
#define CHECK_THROWN(fault) check_thrown(DR_TYPE_##fault, #fault, __FILE__, __LINE__)
void check_thrown(uint32_t type_id, const char* name, const char* file, int line);

typedef struct child {
    int status;
    char out[4096];
    char err[8192];
} child;

/* Runs f(argument) in a child process; status is the exit status, or 1000 + the signal. */
void run_child(child* result, void (*f)(int argument), int argument);

/* test_console.c: makes a new terminal standard input; what is written to its master is what was typed. False where there is none. */
bool read_from_terminal(int* master, int* terminal);

/* Which file /proc/self/exe is to be; NULL: the program. Of test_refused.c, which stands in front of the C library. */
extern const char* program_file;

/* test_api.c: strings, arrays and objects of hand-written C, used and released. */
void use_c_interface(void);

/* test_slices.c: the smallest step of a collection in slices; begins one over the candidates if none is under way. Not while
 * a class on a cycle has a destructor. */
void slice(void);

/* Whether DREAM_LONG=1 asks for the tests that take minutes. */
bool long_tests(void);

/* The classes that most suites use, set up by main.c; see there. */
enum { Node_id = DR_FIRST_TYPE, Leaf_id, Graph_id, TracedGraph_id, Final_id, FinalLeaf_id, Base_id, Derived_id, PairArray_id, LinkArray_id, PlainArray_id,
       FinalPlain_id, TEST_TYPES };

/* Acyclic as declared: a list whose nodes are never linked into a ring. */
typedef struct Node {
    dr_header header;
    struct Node* next;
    char* name;
} Node;

typedef struct Leaf {
    dr_header header;
    int value;
} Leaf;

/* May lie on cycles, through fields and through an array. */
typedef struct Graph {
    dr_header header;
    int number;
    struct Graph* edges[4];
    struct Graph** more;
} Graph;

/* A Graph with a destructor. */
typedef struct Final {
    dr_header header;
    int number;
    struct Final* edges[3];
} Final;

/* Acyclic with a destructor. */
typedef struct FinalLeaf {
    dr_header header;
    int number;
    struct FinalLeaf* first;
    struct FinalLeaf* second;
    char* text;
} FinalLeaf;

typedef struct Pair {
    char* text;
    int* numbers;
} Pair;

/* A struct that may lie on a cycle, and one that holds nothing counted and is compared by its bytes. */
typedef struct Link {
    Graph* node;
    int weight;
} Link;

typedef struct Plain {
    int x;
    int y;
} Plain;

extern const dr_type Base_type;
extern const dr_type Derived_type;
extern int graph_dropped[256];
/* What the destructors of Final, FinalLeaf and FinalPlain, which is a Leaf with one, do besides writing their number into final_log. */
extern void (*on_final)(void* obj, int number);
extern int final_log[4096];
extern int final_count;

#endif
