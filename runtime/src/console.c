/* console.c: Dream's Console on C's stdio.
 *
 * stdio rather than a buffer of our own, so that output mixes in order with that of linked C. stdout is flushed before
 * stderr is written and before stdin is waited for. Reading retries nothing: an error counts as the end of the input. */
#include "internal.h"

#if defined(__unix__) || defined(__APPLE__)
#include <termios.h>
#include <unistd.h>
#define HAVE_TERMIOS 1
#else
#define HAVE_TERMIOS 0
#endif

void dr_console_write_bytes(const char* bytes, size_t length) {
    if (length != 0) {
        fwrite(bytes, 1, length, stdout);
    }
}

void dr_console_write(DR_BORROW const char* s) {
    dr_console_write_bytes(s, (size_t)dr_text_length(s));
}

void dr_console_write_line(DR_BORROW const char* s) {
    dr_console_write(s);
    dr_console_new_line();
}

void dr_console_new_line(void) {
    putc('\n', stdout);
}

void dr_console_write_char(unsigned char c) {
    putc(c, stdout);
}

void dr_console_write_int(int32_t v) {
    dr_console_write_long(v);
}

void dr_console_write_long(int64_t v) {
    char text[DR_NUMBER_SIZE];
    dr_console_write_bytes(text, (size_t)dri_print_long(text, v));
}

void dr_console_write_bool(bool v) {
    dr_console_write_bytes(v ? "true" : "false", v ? 4 : 5);
}

void dr_console_write_float(float v) {
    char text[DR_NUMBER_SIZE];
    dr_console_write_bytes(text, (size_t)dri_print_float(text, v));
}

void dr_console_write_double(double v) {
    char text[DR_NUMBER_SIZE];
    dr_console_write_bytes(text, (size_t)dri_print_double(text, v));
}

void dr_console_flush(void) {
    fflush(stdout);
}

void dr_console_error(DR_BORROW const char* s) {
    dr_console_flush();
    size_t length = (size_t)dr_text_length(s);
    if (length != 0) {
        fwrite(s, 1, length, stderr);
    }
}

void dr_console_error_line(DR_BORROW const char* s) {
    dr_console_error(s);
    fputc('\n', stderr);
}

DR_OWN char* dr_console_read_line(void) {
    char chunk[256];
    size_t used = 0;
    char* line = NULL;
    int c;
    dr_console_flush();
    while ((c = getc(stdin)) != EOF && c != '\n') {
        if (used == sizeof chunk) {
            line = dr_string_append_bytes(line, chunk, used);
            used = 0;
        }
        chunk[used++] = (char)c;
    }
    /* The last chunk is empty only if the line is: a full one is appended when its successor's first byte arrives. */
    if (c == EOF && used == 0) {
        return NULL;
    }
    if (used != 0 && chunk[used - 1] == '\r' && c == '\n') {
        used--;
    }
    return dr_string_append_bytes(line, chunk, used);
}

int32_t dr_console_read(void) {
    dr_console_flush();
    int c = getc(stdin);
    return c == EOF ? -1 : c;
}

unsigned char dr_console_read_key(void) {
    dr_console_flush();
#if HAVE_TERMIOS
    struct termios cooked;
    if (isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &cooked) == 0) {
        struct termios raw = cooked;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        int key = getc(stdin);
        tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
        return key == EOF ? 0 : (unsigned char)key;
    }
#endif
    int c = getc(stdin);
    return c == EOF ? 0 : (unsigned char)c;
}
