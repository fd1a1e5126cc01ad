/* process.c: the process around the program, on POSIX calls. */
#include "internal.h"

#include <errno.h>
#include <pwd.h>
#include <unistd.h>

extern char** environ;

static DR_THREAD_LOCAL int process_argc;
static DR_THREAD_LOCAL char** process_argv;
static DR_THREAD_LOCAL int32_t process_exit_code;

static DR_OWN char** strings_from_c(char* const* texts, int32_t count) {
    char** strings = dr_new_array_filled(DR_ARRAY_STRING, count);
    for (int32_t i = 0; i < count; i++) {
        strings[i] = dr_string_from_c(texts[i]);
    }
    return strings;
}

/* ---- the program ---- */

void dr_process_start(int argc, char** argv) {
    process_argc = argc;
    process_argv = argv;
}

DR_OWN char** dr_process_args(void) {
    return strings_from_c(process_argv, process_argc);
}

int32_t dr_process_exit_code(void) {
    return process_exit_code;
}

void dr_process_set_exit_code(int32_t code) {
    process_exit_code = code;
}

void dr_process_fail_fast(DR_BORROW const char* message) {
    dr_console_flush();
    fputs("Process terminated.", stderr);
    if (dr_text_length(message) != 0) {
        putc(' ', stderr);
        fwrite(message, 1, (size_t)dr_text_length(message), stderr);
    }
    putc('\n', stderr);
    dri_ended_early = true;
    dr_exit_report();
    abort();
}

int32_t dr_process_id(void) {
    return (int32_t)getpid();
}

DR_OWN char* dr_process_path(void) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    return length >= 0 ? dr_string_from_bytes(path, (size_t)length) : NULL;
}

/* ---- the environment ---- */

DR_OWN char* dr_environment_get(DR_BORROW const char* name) {
    return dr_string_from_c(getenv(name));
}

int32_t dr_environment_set(DR_BORROW const char* name, DR_BORROW const char* value) {
    int result = value != NULL ? setenv(name, value, 1) : unsetenv(name);
    return result < 0 ? -errno : 0;
}

DR_OWN char** dr_environment_all(void) {
    int32_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    return strings_from_c(environ, count);
}

/* ---- the machine ---- */

DR_OWN char* dr_machine_name(void) {
    char name[256];
    if (gethostname(name, sizeof name) < 0) {
        return dr_empty_string;
    }
    name[sizeof name - 1] = 0;
    return dr_string_from_c(name);
}

DR_OWN char* dr_machine_user(void) {
    const struct passwd* user = getpwuid(geteuid());
    const char* name = user != NULL ? user->pw_name : getenv("USER");
    return name != NULL ? dr_string_from_c(name) : dr_empty_string;
}

int32_t dr_machine_processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int32_t)count : 1;
}
