/* test_program.c: the frame around a program: none at all, one without classes, one with its own exception classes and
 * globals, one whose classes know no destructor or no cycle; arguments, output that is lost, the environment's switches. */
#define DR_MANAGED 1
#include "check.h"

#include <unistd.h>

/* ---- programs of every kind ---- */

extern DR_THREAD_LOCAL const dr_program* dri_program;
extern DR_THREAD_LOCAL bool dri_has_eager;
extern DR_THREAD_LOCAL bool dri_has_cyclic;
extern DR_THREAD_LOCAL bool dri_has_eager_cyclic;

/* As if the tests' own program had never been. */
static void forget_program(void) {
    dri_program = NULL;
    dri_has_eager = dri_has_cyclic = dri_has_eager_cyclic = false;
    static const dr_type* const own[] = {DR_RUNTIME_TYPES};
    dri_types = own;
}

/* Everything in dream.h works without dr_init. */
static void without_program(int argument) {
    (void)argument;
    forget_program();
    dr_throw_divide("");
    CHECK_THROWN(DivideByZeroException);
    char* s = dr_string_from_c("text");
    CHECK(dr_string_intern(s) == s && dr_literal("text", 4) == s);
    for (int i = 0; i < 3; i++) {
        dr_release_string(s);
    }
    void** boxes = dr_new_array(DR_ARRAY_OBJECT, 2, "");
    boxes[0] = dr_box_int(70000);
    boxes[1] = dr_retain_object(boxes[0]);
    dr_release_any(boxes[1]);
    boxes[1] = NULL;
    dr_debug_validate();
    dr_release_array(boxes);
    CHECK(dr_exit(3) == 3 && dr_memory_live_objects() == 0);
}

static void without_classes(int argument) {
    (void)argument;
    static const dr_program program = {.types = NULL};
    forget_program();
    dr_init(&program);
    char* s = dr_string_from_c("text");
    dr_debug_validate();
    dr_release_string(s);
    CHECK(dr_exit(0) == 0 && dr_memory_live_objects() == 0);
}

enum { Own_id = DR_FIRST_TYPE, OwnFinal_id, OWN_TYPES };
static int finals;
static char* global;

/* An own class of hand-written C, whose drop empties the worklist each time. */
typedef struct Own {
    dr_header header;
    struct Own* next;
} Own;

static void Own_drop(void* obj) {
    dr_release_object_now(((Own*)obj)->next);
}
static void count_final(void* obj) {
    (void)obj;
    finals++;
}
static void release_global(void) {
    dr_release_string(global);
    global = NULL;
}

static const dr_type Own_type = {.name = "Own", .id = Own_id, .size = sizeof(Own), .drop = Own_drop};
static const dr_type OwnFault_type = {.name = "MyDivideByZero", .id = Own_id, .size = sizeof(dr_exception)};
static const dr_type OwnFinal_type = {.name = "OwnFinal", .id = OwnFinal_id, .size = sizeof(Leaf), .destroy = count_final};

static void with_own_faults(int argument) {
    (void)argument;
    static const dr_type* const types[] = {DR_RUNTIME_TYPES, &OwnFault_type};
    static const dr_type* faults[DR_FAULT_COUNT] = {NULL};
    static const dr_program program = {
        .types = types, .type_count = Own_id + 1, .fault_types = faults, .release_globals = release_global};
    faults[DR_FAULT_DivideByZeroException] = &OwnFault_type;
    forget_program();
    dr_init(&program);
    global = dr_string_from_c("held to the end");
    dr_throw_divide("");
    dr_exception* e = dr_take();
    CHECK(dr_type_of(e) == &OwnFault_type);
    CHECK_OWN(dr_exception_text(e), "division by zero");
    dr_release_string(e->Message);
    e->Message = NULL;
    dr_release_any(e);
    dr_throw_overflow("");
    CHECK_THROWN(OverflowException);
    CHECK(dr_exit(0) == 0 && global == NULL && dr_memory_live_objects() == 0);
}

static void without_destructors(int argument) {
    static const dr_type* const types[] = {DR_RUNTIME_TYPES, &Own_type};
    static const dr_program program = {.types = types, .type_count = Own_id + 1};
    forget_program();
    dr_init(&program);
    Own* list = NULL;
    for (int i = 0; i < argument; i++) {
        Own* own = dr_new(Own);
        own->next = list;
        list = own;
    }
    void** array = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    array[0] = list;
    dr_release_array(array);
    CHECK(dr_exit(0) == 0 && dr_memory_live_objects() == 0);
}

static void without_cycles(int argument) {
    (void)argument;
    static const dr_type* const types[] = {DR_RUNTIME_TYPES, &Own_type, &OwnFinal_type};
    static const dr_program program = {.types = types, .type_count = OWN_TYPES};
    forget_program();
    dr_init(&program);
    void** array = dr_new_array(DR_ARRAY_OBJECT, 1, "");
    array[0] = dri_new(sizeof(Leaf), OwnFinal_id);
    dr_retain_object(array[0]);
    dr_release_any(array[0]);
    CHECK(finals == 0);
    dr_release_array(array);
    CHECK(finals == 1);
    CHECK(dr_exit(0) == 0 && dr_memory_live_objects() == 0);
}

/* ---- start and end ---- */

static void stressed(int argument) {
    setenv("DREAM_STRESS", argument ? "collect" : "other", 1);
    dr_init(dri_program);
    dr_memory_figures before;
    dr_memory_figures after;
    Graph* held = dr_new(Graph);
    dr_memory_figures_now(&before);
    dr_release_cyclic(dr_retain_cyclic(held));
    dr_memory_figures_now(&after);
    CHECK(after.collections - before.collections == argument);
    dr_release_cyclic(held);
}

static void lost_output(int status) {
    if (freopen("/dev/full", "w", stdout) == NULL) {
        _exit(100);
    }
    dr_console_write_line(dr_literal("lost", 4));
    /* What is lost is known at the end, however early it was lost. */
    dr_console_flush();
    _exit(dr_exit(status));
}

static void reports_once(int argument) {
    (void)argument;
    setenv("DREAM_MEMORY_REPORT", "", 1);
    dr_exit(0);
    dr_exit_report();
}

static void arguments(void) {
    char* argv[] = {(char[]){"program"}, (char[]){"one"}, (char[]){""}, NULL};
    char** args = dr_args(3, argv);
    CHECK(dr_array_length(args) == 2);
    CHECK_TEXT(args[0], "one");
    CHECK_TEXT(args[1], "");
    dr_release_array(args);
    args = dr_args(0, argv + 3);
    CHECK(dr_array_length(args) == 0);
    dr_release_array(args);
}

static void run(void (*f)(int argument), int argument, int status) {
    child c;
    run_child(&c, f, argument);
    if (c.status != status) {
        CHECK(!"the child ends as expected");
        fprintf(stderr, "status %d, not %d:\n%s", c.status, status, c.err);
    }
}

void suite_program(void) {
    arguments();
    run(without_program, 0, 0);
    run(without_classes, 0, 0);
    run(with_own_faults, 0, 0);
    run(without_destructors, 1, 0);
    run(without_destructors, 100000, 0);
    run(without_cycles, 0, 0);
    run(stressed, 0, 0);
    run(stressed, 1, 0);
    if (access("/dev/full", W_OK) == 0) {
        run(lost_output, 0, 1);
        run(lost_output, 5, 5);
    }
    child c;
    run_child(&c, reports_once, 0);
    CHECK(c.status == 0);
#if DR_DEBUG_MEMORY
    const char* first = strstr(c.err, "Active objects at exit: 0");
    CHECK(first != NULL && strstr(first + 1, "Active objects at exit") == NULL);
#else
    CHECK(c.err[0] == 0);
#endif
}
