/* console.h: Dream's Console: text with a length to stdout and stderr, lines and keys from stdin.
 *
 * Output is C's own stdout, so that it mixes in order with printf from linked C; it is flushed at exit, before anything
 * goes to stderr, and before waiting for input. null prints as nothing. Write errors are ignored until dr_exit. */
#ifndef DREAM_CONSOLE_H
#define DREAM_CONSOLE_H

void dr_console_write(DR_BORROW const char* s);
void dr_console_write_line(DR_BORROW const char* s);
void dr_console_write_bytes(const char* bytes, size_t length);
void dr_console_write_char(unsigned char c);
void dr_console_write_int(int32_t v);
void dr_console_write_long(int64_t v);
void dr_console_write_bool(bool v);
void dr_console_write_float(float v);
void dr_console_write_double(double v);
void dr_console_new_line(void);
void dr_console_flush(void);

void dr_console_error(DR_BORROW const char* s);
void dr_console_error_line(DR_BORROW const char* s);

/* The next line without its end (LF or CRLF); null at the end of the input. */
DR_OWN char* dr_console_read_line(void);
/* Console.Read: the next byte, -1 at the end. */
int32_t dr_console_read(void);
/* Console.ReadKey: one key, without Enter where stdin is a terminal; '\0' at the end. */
unsigned char dr_console_read_key(void);

#endif
