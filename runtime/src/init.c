/* init.c: the frame around a program: its types, the stack overflow handler, the order of things at exit.
 *
 * [exit-order] globals, deferred frees, cycles (covered by candidates or not), the runtime's tables, output, report.
 * An early end (out of memory, stack overflow, an exception that leaves a destructor) skips to output and report.
 * The handler prints and ends with DR_EXIT_STACK_OVERFLOW; any other invalid access keeps its default action. */
#include "internal.h"

#if defined(__unix__) || defined(__APPLE__)
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#define HAVE_SIGALTSTACK 1
#else
#define HAVE_SIGALTSTACK 0
#endif

DR_THREAD_LOCAL const dr_program* dri_program;

/* ---- stack overflow ---- */

#if HAVE_SIGALTSTACK

enum {
    HANDLER_STACK = 64 * 1024,
    /* How far beyond the end of the stack a frame may reach and still be recognised. */
    STACK_SLACK = 1024 * 1024
};

static _Alignas(16) char handler_stack[HANDLER_STACK];
static char* stack_end;
static volatile sig_atomic_t handling;

static void on_bad_access(int number, siginfo_t* info, void* context) {
    (void)context;
    char* address = info->si_addr;
    uintptr_t low = (uintptr_t)stack_end - STACK_SLACK;
    uintptr_t high = (uintptr_t)stack_end + STACK_SLACK / 8;
    if (stack_end == NULL || (uintptr_t)address < low || (uintptr_t)address > high) {
        signal(number, SIG_DFL);
        return;
    }
    if (handling) {
        _exit(DR_EXIT_STACK_OVERFLOW);
    }
    handling = 1;
    /* stdio in a handler is a risk worth taking for the output so far: a second fault ends just above. */
    signal(number, SIG_DFL);
    dr_console_flush();
    static const char text[] = "stack overflow\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
#if DR_DEBUG_MEMORY
    if (dri_site != NULL) {
        fprintf(stderr, "  at %s\n", dri_site);
    }
    dri_ended_early = true;
    dr_exit_report();
#endif
    _exit(DR_EXIT_STACK_OVERFLOW);
}

static void watch_the_stack(void) {
    struct rlimit limit;
    char here;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return;
    }
    stack_end = (char*)((uintptr_t)&here - (uintptr_t)limit.rlim_cur);
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = handler_stack;
    stack.ss_size = sizeof handler_stack;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_bad_access;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    if (sigaltstack(&stack, NULL) == 0) {
        sigaction(SIGSEGV, &action, NULL);
        sigaction(SIGBUS, &action, NULL);
    }
}

#else

static void watch_the_stack(void) {
}

#endif

/* ---- start ---- */

static void note_type(const dr_type* type) {
    bool eager = (type->flags & DR_TYPE_EAGER) || type->destroy != NULL;
    bool cyclic = type->trace != NULL || type->elem_trace != NULL;
    dri_has_eager = dri_has_eager || eager;
    dri_has_cyclic = dri_has_cyclic || cyclic;
    dri_has_eager_cyclic = dri_has_eager_cyclic || (eager && cyclic);
}

void dr_init(const dr_program* program) {
    const char* stress = getenv("DREAM_STRESS");
    dri_program = program;
    if (program->types != NULL) {
        dri_types = program->types;
        for (uint32_t i = DR_FIRST_TYPE; i < program->type_count; i++) {
            note_type(program->types[i]);
        }
    }
    dri_error_init(program);
    watch_the_stack();
    dri_stress = stress != NULL && strcmp(stress, "collect") == 0;
}

DR_OWN char** dr_args(int argc, char** argv) {
    int32_t count = argc > 1 ? argc - 1 : 0;
    char** args = dr_new_array_filled(DR_ARRAY_STRING, count);
    for (int32_t i = 0; i < count; i++) {
        args[i] = dr_string_from_c(argv[i + 1]);
    }
    return args;
}

/* ---- exit ---- */

static int finish_output(int status) {
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    fflush(stderr);
    return failed && status == 0 ? 1 : status;
}

int dr_exit(int status) {
    if (dri_program != NULL && dri_program->release_globals != NULL) {
        dri_program->release_globals();
    }
    dri_drain_all();
    dri_collect_at_exit();
    dri_intern_exit();
    status = finish_output(status);
    dr_exit_report();
    dri_release_spare_pages();
    return status;
}

void dr_environment_exit(int status) {
    status = dr_exit(status);
    exit(status);
}

void dri_end_early(int status) {
    dri_ended_early = true;
    status = finish_output(status);
    dr_exit_report();
    exit(status);
}
