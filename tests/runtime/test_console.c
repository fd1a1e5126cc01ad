/* test_console.c: Console on pipes, files and a terminal: what is written in which order, lines of every length and end. */
#define DR_MANAGED 1
#define _XOPEN_SOURCE 700
#include "check.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The child's standard input is a file with these bytes. */
static void set_input(const char* bytes, size_t length) {
    FILE* file = tmpfile();
    fwrite(bytes, 1, length, file);
    rewind(file);
    dup2(fileno(file), STDIN_FILENO);
    fclose(file);
    clearerr(stdin);
}

static void write_everything(int argument) {
    (void)argument;
    char* empty = dr_string_from_c("");
    dr_console_write_line(NULL);
    dr_console_write(empty);
    dr_console_write_char('c');
    dr_console_write_int(-5);
    dr_console_write_long(INT64_MIN);
    dr_console_write_bool(true);
    dr_console_write_bool(false);
    dr_console_write_float(0.1f);
    dr_console_write_double(1e300);
    dr_console_write_bytes("", 0);
    dr_console_error(empty);
    dr_console_error(NULL);
    char* text = dr_string_from_bytes("a\0b", 3);
    dr_console_error_line(text);
    dr_console_write_line(text);
    dr_release_string(text);
    dr_release_string(empty);
}

static void read_lines(int argument) {
    static char bytes[2000];
    size_t length = 0;
    /* Lines of 0, 1, 255, 256, 257 and 700 bytes, with LF and with CRLF; the last one without an end. */
    static const int lengths[] = {0, 1, 255, 256, 257, 700};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memset(bytes + length, 'a' + (int)i, (size_t)lengths[i]);
        length += (size_t)lengths[i];
        if (i < 5 || argument != 2) {
            memcpy(bytes + length, argument == 1 ? "\r\n" : "\n", argument == 1 ? 2 : 1);
            length += argument == 1 ? 2 : 1;
        }
    }
    set_input(bytes, length);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char* line = dr_console_read_line();
        CHECK(line != NULL && dr_string_length(line) == lengths[i]);
        CHECK(lengths[i] == 0 || line[lengths[i] - 1] == (char)('a' + (int)i));
        dr_release_string(line);
    }
    CHECK(dr_console_read_line() == NULL);
    CHECK(dr_memory_live_objects() == 0);
}

static void read_bytes(int argument) {
    (void)argument;
    set_input("\r\nx\r", 4);
    CHECK_OWN(dr_console_read_line(), "");
    CHECK(dr_console_read() == 'x' && dr_console_read_key() == '\r');
    CHECK(dr_console_read() == -1 && dr_console_read_key() == 0);
    /* A CR at the end of the input belongs to the line. */
    set_input("y\r", 2);
    CHECK_OWN(dr_console_read_line(), "y\r");
}

bool read_from_terminal(int* master, int* terminal) {
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0) {
        return false;
    }
    *terminal = open(ptsname(*master), O_RDWR | O_NOCTTY);
    if (*terminal < 0 || dup2(*terminal, STDIN_FILENO) < 0) {
        return false;
    }
    clearerr(stdin);
    return true;
}

/* A key from a terminal comes without Enter, and the terminal is as before. */
static void read_key(int argument) {
    int master;
    int terminal;
    if (!read_from_terminal(&master, &terminal)) {
        return;
    }
    if (argument == 0) {
        CHECK(write(master, "k", 1) == 1);
        CHECK(dr_console_read_key() == 'k');
    } else {
        close(terminal);
        close(master);
        CHECK(dr_console_read_key() == 0);
    }
}

/* The terminal hangs up while a key is waited for. */
static void hang_up(int argument) {
    (void)argument;
    int master;
    int terminal;
    if (!read_from_terminal(&master, &terminal)) {
        return;
    }
    pid_t other = fork();
    if (other == 0) {
        /* Once the terminal is read key by key; with this process goes its other end. */
        struct termios mode;
        while (tcgetattr(terminal, &mode) == 0 && (mode.c_lflag & ICANON) != 0) {
            usleep(1000);
        }
        _exit(0);
    }
    close(master);
    CHECK(dr_console_read_key() == 0);
    CHECK(waitpid(other, NULL, 0) == other);
}

void suite_console(void) {
    child c;
    run_child(&c, write_everything, 0);
    CHECK(c.status == 0);
    CHECK(memcmp(c.out, "\nc-5-9223372036854775808truefalse0.11E+300a\0b\n", 47) == 0);
    CHECK(memcmp(c.err, "a\0b\n", 5) == 0);
    for (int i = 0; i < 3; i++) {
        run_child(&c, read_lines, i);
        CHECK(c.status == 0);
    }
    run_child(&c, read_bytes, 0);
    CHECK(c.status == 0);
    for (int i = 0; i < 2; i++) {
        run_child(&c, read_key, i);
        CHECK(c.status == 0);
    }
    run_child(&c, hang_up, 0);
    CHECK(c.status == 0);
}
