/* test_process.c: the process around the program: arguments, exit code, environment, the machine, and its abrupt end. */
#define DR_MANAGED 1
#include "check.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

extern char** environ;

static void environment(void) {
    char* name = dr_string_from_c("DREAM_TEST_VARIABLE");
    char* value = dr_string_from_c("its value");
    char* bad = dr_string_from_c("a=b");
    CHECK(dr_environment_get(name) == NULL);
    CHECK(dr_environment_set(name, value) == 0);
    CHECK_OWN(dr_environment_get(name), "its value");
    char** all = dr_environment_all();
    int found = 0;
    for (int i = 0; i < dr_array_length(all); i++) {
        found += strcmp(all[i], "DREAM_TEST_VARIABLE=its value") == 0;
    }
    CHECK(found == 1);
    dr_release_array(all);
    CHECK(dr_environment_set(name, NULL) == 0 && dr_environment_get(name) == NULL);
    CHECK(dr_environment_set(bad, value) == -EINVAL && dr_environment_set(bad, NULL) == -EINVAL);
    dr_release_string(bad);
    dr_release_string(value);
    dr_release_string(name);
}

static void without_environment(int argument) {
    char* nothing[] = {NULL};
    char** before = environ;
    environ = argument == 0 ? NULL : nothing;
    char** all = dr_environment_all();
    environ = before;
    CHECK(dr_array_length(all) == 0);
    dr_release_array(all);
}

static void machine(void) {
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    char* text = dr_machine_name();
    CHECK(strcmp(text, name) == 0);
    dr_release_string(text);
    text = dr_machine_user();
    CHECK(text != NULL);
    dr_release_string(text);
    CHECK(dr_machine_processors() >= 1 && dr_process_id() == (int32_t)getpid());
    text = dr_process_path();
    CHECK(text != NULL && access(text, X_OK) == 0);
    dr_release_string(text);
    dr_process_set_exit_code(42);
    CHECK(dr_process_exit_code() == 42);
    dr_process_set_exit_code(0);
}

enum { ENDED_BY_ABORT = 86 };

static void on_abort(int number) {
    (void)number;
    _exit(ENDED_BY_ABORT);
}

/* With a message or without; the program may have the last word. */
static void fail_fast(int argument) {
    dr_console_write_line(dr_literal("before", 6));
    if (argument >= 2) {
        signal(SIGABRT, on_abort);
    }
    dr_process_fail_fast(argument % 2 == 0 ? NULL : dr_literal("no way on", 9));
}

void suite_process(void) {
    child c;
    environment();
    machine();
    for (int i = 0; i < 2; i++) {
        run_child(&c, without_environment, i);
        CHECK(c.status == 0);
    }
    for (int i = 0; i < 4; i++) {
        const char* expected = i % 2 == 0 ? "Process terminated.\n" : "Process terminated. no way on\n";
        run_child(&c, fail_fast, i);
        CHECK(c.status == (i < 2 ? 1000 + SIGABRT : ENDED_BY_ABORT) && strcmp(c.out, "before\n") == 0);
        CHECK(strncmp(c.err, expected, strlen(expected)) == 0);
    }
}
