/* error.c: the pending exception, the runtime's own faults, and the end of a program that nobody catches for.
 *
 * Faults are made from the program's exception classes where it has them, all of which begin like dr_exception.
 * OutOfMemoryException exists before it is needed. [message] Every message begins as C#'s own does not: in plain words,
 * with the values that went wrong. Nothing here fails but for want of memory, which ends the program. */
#include "internal.h"

#include <inttypes.h>

DR_THREAD_LOCAL void* dri_pending;

#define DR_FAULT(name, text) DR_LITERAL(text_##name, text);
#include "dream/faults.def"
#undef DR_FAULT

static char* fault_text(dr_fault fault) {
    char* const texts[] = {
#define DR_FAULT(name, text) text_##name,
#include "dream/faults.def"
#undef DR_FAULT
    };
    return texts[fault];
}

static DR_THREAD_LOCAL dr_exception out_of_memory = {{DR_IMMORTAL, DR_TYPE_OutOfMemoryException}, NULL, NULL};

/* What is pending while Environment.Exit unwinds. */
static DR_THREAD_LOCAL dr_exception exit_token = {{DR_IMMORTAL, DR_TYPE_Exception}, NULL, NULL};
static DR_THREAD_LOCAL int exit_status;

static const dr_type* fault_type(dr_fault fault) {
    if (dri_program != NULL && dri_program->fault_types != NULL && dri_program->fault_types[fault] != NULL) {
        return dri_program->fault_types[fault];
    }
    return &dri_own_types[DR_TYPE_IndexOutOfRangeException + (int)fault];
}

void dri_error_init(const dr_program* program) {
    (void)program;
    out_of_memory.header.meta = fault_type(DR_FAULT_OutOfMemoryException)->id;
}

/* ---- throwing ---- */

static void set_pending(DR_OWN dr_exception* exception) {
    void* replaced = dri_pending;
    dri_pending = exception;
    if (replaced != NULL) {
        dr_release_any(replaced);
    }
}

static DR_OWN dr_exception* make_fault(dr_fault fault, DR_OWN char* message, const char* where) {
    dr_exception* exception;
    if (fault == DR_FAULT_OutOfMemoryException) {
        dr_release_string(message);
        exception = &out_of_memory;
        exception->Message = text_OutOfMemoryException;
    } else {
        const dr_type* type = fault_type(fault);
        exception = dri_new(type->size, type->id);
        exception->Message = message != NULL ? message : fault_text(fault);
    }
    exception->where = dri_trace(where);
    return exception;
}

void dr_throw(DR_OWN void* exception, const char* where) {
    if (exception == NULL) {
        dr_throw_null(where);
        return;
    }
    ((dr_exception*)exception)->where = dri_trace(where);
    set_pending(exception);
}

void dr_rethrow(DR_OWN void* exception) {
    set_pending(exception);
}

void dr_throw_fault(dr_fault fault, DR_OWN char* message, const char* where) {
    set_pending(make_fault(fault, message, where));
}

void dr_throw_text(DR_OWN char* text, const char* where) {
    dr_throw_fault(DR_FAULT_Exception, text != NULL ? text : dr_empty_string, where);
}

void dr_throw_exit(int status) {
    exit_status = status;
    set_pending(&exit_token);
}

bool dr_exiting(void) {
    return dri_pending == &exit_token;
}

void dr_restore_pending(DR_OWN void* saved) {
    if (dri_pending == NULL) {
        dri_pending = saved;
    } else if (saved != NULL) {
        dr_release_any(saved);
    }
}

DR_OWN char* dr_exception_text(DR_BORROW const void* exception) {
    const dr_exception* e = exception;
    return e->Message != NULL ? dr_retain_string(e->Message) : dr_empty_string;
}

/* ---- faults: each message once, thrown or fatal ---- */

static DR_OWN char* index_message(int64_t index, int64_t length) {
    char text[96];
    int n = snprintf(text, sizeof text, "index %" PRId64 " is out of range for length %" PRId64, index, length);
    return dr_string_from_bytes(text, (size_t)n);
}

static DR_OWN char* cast_message(DR_BORROW const void* obj, const char* target) {
    const char* source = obj != NULL ? dr_type_of(obj)->name : "null";
    char* message = dr_string_append_bytes(dr_string_from_c("cannot cast "), source, strlen(source));
    message = dr_string_append_bytes(message, " to ", 4);
    return dr_string_append_bytes(message, target, strlen(target));
}

void dr_throw_null(const char* where) {
    dr_throw_fault(DR_FAULT_NullReferenceException, NULL, where);
}
void dr_throw_index(int64_t index, int64_t length, const char* where) {
    dr_throw_fault(DR_FAULT_IndexOutOfRangeException, index_message(index, length), where);
}
void dr_throw_index_of(DR_BORROW const void* array, int64_t index, const char* where) {
    if (array == NULL) {
        dr_throw_null(where);
    } else {
        dr_throw_index(index, dr_array_length(array), where);
    }
}
void dr_throw_string_index_of(DR_BORROW const char* s, int64_t index, const char* where) {
    if (s == NULL) {
        dr_throw_null(where);
    } else {
        dr_throw_index(index, dr_string_length(s), where);
    }
}
void dr_throw_index_rect(DR_BORROW const void* array, const char* where) {
    if (array == NULL) {
        dr_throw_null(where);
    } else {
        dr_throw_fault(DR_FAULT_IndexOutOfRangeException, NULL, where);
    }
}
void dr_throw_divide(const char* where) {
    dr_throw_fault(DR_FAULT_DivideByZeroException, NULL, where);
}
void dr_throw_overflow(const char* where) {
    dr_throw_fault(DR_FAULT_OverflowException, NULL, where);
}
void dr_throw_div(int64_t divisor, const char* where) {
    if (divisor == 0) {
        dr_throw_divide(where);
    } else {
        dr_throw_overflow(where);
    }
}
void dr_throw_cast(DR_BORROW const void* obj, const char* target, const char* where) {
    dr_throw_fault(DR_FAULT_InvalidCastException, cast_message(obj, target), where);
}

/* ---- the end ---- */

void dri_print_unhandled(const char* text, size_t length, const char* where) {
    dr_console_flush();
    fputs("Unhandled Dream exception: ", stderr);
    fwrite(text, 1, length, stderr);
    if (where != NULL) {
        fprintf(stderr, "\n  at %s", where);
    }
    fputc('\n', stderr);
    fflush(stderr);
}

static void print_exception(DR_BORROW const dr_exception* e) {
    if (e->Message != NULL && dr_string_length(e->Message) != 0) {
        dri_print_unhandled(e->Message, (size_t)dr_string_length(e->Message), e->where);
    } else {
        const char* name = dr_type_of(e)->name;
        dri_print_unhandled(name, strlen(name), e->where);
    }
}

/* Prints what is pending and takes it; true when it was Environment.Exit, which prints nothing. */
static bool report_pending(void) {
    bool quiet = dr_exiting();
    dr_exception* exception = dr_take();
    if (!quiet) {
        print_exception(exception);
    }
    dr_release_any(exception);
    return quiet;
}

void dr_unhandled(void) {
    if (dr_thrown()) {
        bool quiet = report_pending();
        dr_environment_exit(quiet ? exit_status : DR_EXIT_UNHANDLED);
    }
}

void dr_unhandled_at_once(void) {
    bool quiet = report_pending();
    dri_end_early(quiet ? exit_status : DR_EXIT_UNHANDLED);
}

static DR_NORETURN void end_with_pending(void) {
    /* Frames in between keep what they hold: a leak warning would be a lie. */
    dri_ended_early = true;
    dr_unhandled();
    exit(DR_EXIT_UNHANDLED);
}

void dr_fatal(DR_OWN void* exception, const char* where) {
    dr_throw(exception, where);
    end_with_pending();
}
void dr_fatal_text(DR_OWN char* text, const char* where) {
    dr_throw_text(text, where);
    end_with_pending();
}
void dr_fatal_fault(dr_fault fault, DR_OWN char* message, const char* where) {
    dr_throw_fault(fault, message, where);
    end_with_pending();
}
void dr_fatal_null(const char* where) {
    dr_throw_null(where);
    end_with_pending();
}
void dr_fatal_index(int64_t index, int64_t length, const char* where) {
    dr_throw_index(index, length, where);
    end_with_pending();
}
void dr_fatal_index_of(DR_BORROW const void* array, int64_t index, const char* where) {
    dr_throw_index_of(array, index, where);
    end_with_pending();
}
void dr_fatal_string_index_of(DR_BORROW const char* s, int64_t index, const char* where) {
    dr_throw_string_index_of(s, index, where);
    end_with_pending();
}
void dr_fatal_index_rect(DR_BORROW const void* array, const char* where) {
    dr_throw_index_rect(array, where);
    end_with_pending();
}
void dr_fatal_divide(const char* where) {
    dr_throw_divide(where);
    end_with_pending();
}
void dr_fatal_overflow(const char* where) {
    dr_throw_overflow(where);
    end_with_pending();
}
void dr_fatal_div(int64_t divisor, const char* where) {
    dr_throw_div(divisor, where);
    end_with_pending();
}
void dr_fatal_cast(DR_BORROW const void* obj, const char* target, const char* where) {
    dr_throw_cast(obj, target, where);
    end_with_pending();
}

void dri_out_of_memory(const char* where) {
    dr_console_flush();
#if DR_DEBUG_MEMORY
    where = where != NULL ? where : dri_site;
#endif
    fputs("out of memory\n", stderr);
    if (where != NULL) {
        fprintf(stderr, "  at %s\n", where);
    }
    dri_end_early(DR_EXIT_OUT_OF_MEMORY);
}
