/* error.h: exceptions without setjmp. A function that throws sets the pending exception and returns; its caller tests
 * dr_thrown() and goes to its cleanup. What nobody can catch ends the program at the throw (dr_fatal_*, dr_check_*).
 *
 * `where` is a static text such as "main (app.dr:12)". Exceptions are ordinary counted objects, passed on as one owned
 * unit: thrown (DR_OWN), pending, taken (owned). Throwing over a pending exception replaces and releases it.
 * An exception that leaves the program prints its text and place on stderr, after what the console still holds, and
 * ends it with status 1. All O(1). */
#ifndef DREAM_ERROR_H
#define DREAM_ERROR_H

/* The Dream class Exception; subclasses append fields. */
typedef struct dr_exception {
    dr_header header;
    char* Message;
    const char* where;
} dr_exception;

typedef enum dr_fault {
#define DR_FAULT(name, text) DR_FAULT_##name,
#include "faults.def"
#undef DR_FAULT
    DR_FAULT_COUNT
} dr_fault;

extern DR_THREAD_LOCAL void* dri_pending;

DR_INLINE bool dr_thrown(void) {
    return DR_UNLIKELY(dri_pending != NULL);
}

/* `throw e` with null throws NullReferenceException. An exception thrown anew gets a new place. */
DR_COLD void dr_throw(DR_OWN void* exception, const char* where);
/* `throw "text"`. */
DR_COLD void dr_throw_text(DR_OWN char* text, const char* where);
/* `throw;`: the exception keeps its place. */
DR_COLD void dr_rethrow(DR_OWN void* exception);
/* A fault of the runtime's; a NULL message means the standard one. */
DR_COLD void dr_throw_fault(dr_fault fault, DR_OWN char* message, const char* where);
DR_COLD void dr_throw_null(const char* where);
DR_COLD void dr_throw_index(int64_t index, int64_t length, const char* where);
/* For a failed dr_index_ok: a null array or an index out of range. */
DR_COLD void dr_throw_index_of(DR_BORROW const void* array, int64_t index, const char* where);
DR_COLD void dr_throw_string_index_of(DR_BORROW const char* s, int64_t index, const char* where);
/* For a failed dr_index2 or dr_index_n. */
DR_COLD void dr_throw_index_rect(DR_BORROW const void* array, const char* where);
DR_COLD void dr_throw_divide(const char* where);
DR_COLD void dr_throw_overflow(const char* where);
/* For a failed dr_div_ok: division by zero or MIN / -1. */
DR_COLD void dr_throw_div(int64_t divisor, const char* where);
DR_COLD void dr_throw_cast(DR_BORROW const void* obj, const char* target, const char* where);

DR_NORETURN void dr_fatal(DR_OWN void* exception, const char* where);
DR_NORETURN void dr_fatal_text(DR_OWN char* text, const char* where);
DR_NORETURN void dr_fatal_fault(dr_fault fault, DR_OWN char* message, const char* where);
DR_NORETURN void dr_fatal_null(const char* where);
DR_NORETURN void dr_fatal_index(int64_t index, int64_t length, const char* where);
DR_NORETURN void dr_fatal_index_of(DR_BORROW const void* array, int64_t index, const char* where);
DR_NORETURN void dr_fatal_string_index_of(DR_BORROW const char* s, int64_t index, const char* where);
DR_NORETURN void dr_fatal_index_rect(DR_BORROW const void* array, const char* where);
DR_NORETURN void dr_fatal_divide(const char* where);
DR_NORETURN void dr_fatal_overflow(const char* where);
DR_NORETURN void dr_fatal_div(int64_t divisor, const char* where);
DR_NORETURN void dr_fatal_cast(DR_BORROW const void* obj, const char* target, const char* where);

/* The pending exception, now the caller's; NULL without one. */
DR_INLINE DR_OWN void* dr_take(void) {
    void* exception = dri_pending;
    dri_pending = NULL;
    return exception;
}

/* Around a finally block and a destructor: nothing is pending inside. If the block threw by itself, its exception stays
 * and the saved one is released. */
DR_INLINE DR_OWN void* dr_save_pending(void) {
    return dr_take();
}
void dr_restore_pending(DR_OWN void* saved);

/* Environment.Exit(status) as an unwinding: what is pending then is no exception, no catch clause may take it (test
 * dr_exiting first), and dr_unhandled ends the program quietly with that status. */
DR_COLD void dr_throw_exit(int status);
bool dr_exiting(void);

/* The text of `catch (string e)`: the message of anything thrown, "" instead of null. */
DR_OWN char* dr_exception_text(DR_BORROW const void* exception);

/* The call stack at the throw, a line a frame, as far as it is known (trace.h). */
DR_OWN char* dr_exception_trace(DR_BORROW const void* exception);

/* Prints the pending exception as unhandled, runs dr_exit and ends with status 1. Does nothing when none is pending. */
void dr_unhandled(void);
/* For a destructor or a C caller that an exception leaves: as dr_unhandled, but nothing else runs. */
DR_NORETURN void dr_unhandled_at_once(void);

/* ---- checks that end the program ---- */

DR_INLINE void dr_check_index(DR_BORROW const void* array, int64_t index, const char* where) {
    if (DR_UNLIKELY(!dr_index_ok(array, index))) {
        dr_fatal_index_of(array, index, where);
    }
}
DR_INLINE void dr_check_string_index(DR_BORROW const char* s, int64_t index, const char* where) {
    if (DR_UNLIKELY(!dr_string_index_ok(s, index))) {
        dr_fatal_string_index_of(s, index, where);
    }
}
DR_INLINE void dr_check_null(DR_BORROW const void* p, const char* where) {
    if (DR_UNLIKELY(p == NULL)) {
        dr_fatal_null(where);
    }
}
DR_INLINE void dr_check_cast(DR_BORROW const void* obj, const dr_type* type, const char* where) {
    if (DR_UNLIKELY(obj != NULL && !dr_is(obj, type))) {
        dr_fatal_cast(obj, type->name, where);
    }
}

#endif
