/* init.c: the frame around a program: its types, the order of things at exit.
 *
 * [exit-order] globals, deferred frees, cycles (covered by candidates or not), the runtime's tables, output, report.
 * An early end (out of memory, stack overflow, an exception that leaves a destructor) skips to output and report. */

#include "internal.h"

DR_THREAD_LOCAL const dr_program* dri_program;

/* ---- start ---- */

static void note_type(const dr_type* type) {
    bool eager = (type->flags & DR_TYPE_EAGER) || type->destroy != NULL;
    bool cyclic = type->trace != NULL || type->elem_trace != NULL;
    dri_has_eager = dri_has_eager || eager;
    dri_has_cyclic = dri_has_cyclic || cyclic;
    dri_has_eager_cyclic = dri_has_eager_cyclic || (eager && cyclic);
}

void dr_init(const dr_program* program) {
    dri_program = program;
    if (program->types != NULL) {
        dri_types = program->types;
        for (uint32_t i = DR_FIRST_TYPE; i < program->type_count; i++) {
            note_type(program->types[i]);
        }
    }
    dri_error_init(program);
    dri_watch_the_stack();
    const char* stress = getenv("DREAM_STRESS");
    if (stress != NULL) {
        dri_stress = strcmp(stress, "collect") == 0  ? DR_STRESS_COLLECT
                     : strcmp(stress, "slices") == 0 ? DR_STRESS_SLICES
                                                     : DR_STRESS_NONE;
    }
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
