/* test_error.c: throwing, taking, saving around finally, and the ways a program ends: unhandled, fatal. */
#define DR_MANAGED 1
#include "check.h"

static void passing_on(void) {
    CHECK(!dr_thrown() && dr_take() == NULL);
    dr_throw_text(dr_string_from_c("boom"), "main (app.dr:3)");
    CHECK(dr_thrown());
    dr_exception* e = dr_take();
    CHECK(!dr_thrown() && dr_type_id(e) == DR_TYPE_Exception);
    CHECK_TEXT(e->Message, "boom");
    CHECK_OWN(dr_exception_text(e), "boom");
    CHECK(strcmp(e->where, "main (app.dr:3)") == 0);
    dr_rethrow(e);
    CHECK(strcmp(((dr_exception*)dri_pending)->where, "main (app.dr:3)") == 0);
    e = dr_take();
    dr_throw(e, "elsewhere");
    CHECK(strcmp(((dr_exception*)dri_pending)->where, "elsewhere") == 0);

    /* A finally that throws nothing, and one that does. */
    void* saved = dr_save_pending();
    CHECK(!dr_thrown());
    dr_restore_pending(saved);
    CHECK(dr_thrown());
    saved = dr_save_pending();
    dr_throw_overflow("finally");
    dr_restore_pending(saved);
    CHECK_THROWN(OverflowException);

    /* The later one replaces. */
    dr_throw_divide("first");
    dr_throw_null("second");
    CHECK_THROWN(NullReferenceException);
    dr_throw(NULL, "null");
    CHECK_THROWN(NullReferenceException);
    dr_throw_text(NULL, "null");
    CHECK_THROWN(Exception);
}

static void messages(void) {
    int32_t* a = dr_new_array(DR_ARRAY_INT, 3, "");
    dr_throw_index_of(a, 5, "");
    CHECK_OWN(dr_exception_text(dri_pending), "index 5 is out of range for length 3");
    CHECK_THROWN(IndexOutOfRangeException);
    dr_throw_index_of(NULL, 5, "");
    CHECK_THROWN(NullReferenceException);
    dr_throw_string_index_of(dr_empty_string, 1, "");
    CHECK_THROWN(IndexOutOfRangeException);
    dr_throw_index_rect(a, "");
    CHECK_THROWN(IndexOutOfRangeException);
    dr_throw_div(0, "");
    CHECK_THROWN(DivideByZeroException);
    dr_throw_div(-1, "");
    CHECK_THROWN(OverflowException);
    dr_throw_cast(dr_array_to_object(a), "Person", "");
    CHECK_OWN(dr_exception_text(dri_pending), "cannot cast int[] to Person");
    CHECK(dr_is(dri_pending, DR_OWN_FAULT_TYPE(Exception)));
    CHECK_THROWN(InvalidCastException);
    dr_check_index(a, 2, "");
    dr_check_null(a, "");
    dr_release_array(a);
}

/* ---- ends ---- */

static void end_unhandled(int argument) {
    (void)argument;
    dr_console_write_line(dr_literal("before", 6));
    dr_throw_text(dr_string_from_c("boom"), "main (app.dr:12)");
    dr_unhandled();
}

static void end_fatal(int argument) {
    int32_t* a = dr_new_array(DR_ARRAY_INT, 3, "");
    dr_console_write_line(dr_literal("before", 6));
    if (argument == 0) {
        dr_check_index(a, 3, "f (app.dr:7)");
    } else if (argument == 1) {
        dr_check_null(NULL, "f (app.dr:7)");
    } else {
        dr_fatal_divide("f (app.dr:7)");
    }
}

static void end_by_exit(int argument) {
    dr_console_write(dr_literal("bye", 3));
    if (argument == 0) {
        dr_environment_exit(5);
    }
    dr_throw_exit(6);
    CHECK(dr_exiting());
    dr_unhandled();
}

static void ends(void) {
    child c;
    run_child(&c, end_unhandled, 0);
    CHECK(c.status == 1 && strcmp(c.out, "before\n") == 0);
    CHECK(strncmp(c.err, "Unhandled Dream exception: boom\n  at main (app.dr:12)\n", 53) == 0);
    run_child(&c, end_fatal, 0);
    CHECK(c.status == 1 && strcmp(c.out, "before\n") == 0);
    CHECK(strncmp(c.err, "Unhandled Dream exception: index 3 is out of range for length 3\n  at f (app.dr:7)\n", 80) == 0);
    run_child(&c, end_fatal, 1);
    CHECK(c.status == 1 && strstr(c.err, "null reference") != NULL);
    run_child(&c, end_fatal, 2);
    CHECK(c.status == 1 && strstr(c.err, "division by zero") != NULL);
    run_child(&c, end_by_exit, 0);
    CHECK(c.status == 5 && strcmp(c.out, "bye") == 0 && strstr(c.err, "Unhandled") == NULL);
    run_child(&c, end_by_exit, 1);
    CHECK(c.status == 6 && strcmp(c.out, "bye") == 0 && strstr(c.err, "Unhandled") == NULL);
}

void suite_error(void) {
    passing_on();
    messages();
    ends();
}
