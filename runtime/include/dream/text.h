/* text.h: values to text and text to values, the same in every place that prints and on every machine.
 *
 * The C locale must be "C" for LC_NUMERIC, which it is unless a program calls setlocale. Results are owned; texts of
 * characters, booleans and small integers are shared immortals and cost nothing. Parsing throws FormatException,
 * OverflowException, ArgumentException for null (and returns 0); the try_ forms return false and store 0 instead. */
#ifndef DREAM_TEXT_H
#define DREAM_TEXT_H

DR_OWN char* dr_char_to_string(unsigned char c);
DR_OWN char* dr_bool_to_string(bool v);
DR_OWN char* dr_byte_to_string(uint8_t v);
DR_OWN char* dr_int_to_string(int32_t v);
DR_OWN char* dr_long_to_string(int64_t v);
/* The fewest digits that read back to the same value of the same type: 0.1, 20, 1E+15, 1E-05, NaN, -Infinity, -0. */
DR_OWN char* dr_float_to_string(float v);
DR_OWN char* dr_double_to_string(double v);

/* The same texts into a caller's buffer of DR_NUMBER_SIZE bytes; the length is returned, no NUL written. */
enum { DR_NUMBER_SIZE = 32 };
int32_t dri_print_long(char* buffer, int64_t v);
int32_t dri_print_float(char* buffer, float v);
int32_t dri_print_double(char* buffer, double v);

/* s + text of the value, in place when s is unique; null counts as "". Amortised O(text). */
DR_OWN char* dr_append_int(DR_OWN char* s, int32_t v);
DR_OWN char* dr_append_long(DR_OWN char* s, int64_t v);
DR_OWN char* dr_append_bool(DR_OWN char* s, bool v);
DR_OWN char* dr_append_float(DR_OWN char* s, float v);
DR_OWN char* dr_append_double(DR_OWN char* s, double v);

/* C#'s standard formats C D E F G N P R X B with an optional precision, e.g. "F2", and custom ones, e.g. "#,##0.00;-0".
 * FormatException for a letter that is no format of the type. null or "" is plain text. */
DR_OWN char* dr_format_int(int32_t v, DR_BORROW char* format, const char* where);
DR_OWN char* dr_format_long(int64_t v, DR_BORROW char* format, const char* where);
DR_OWN char* dr_format_float(float v, DR_BORROW char* format, const char* where);
DR_OWN char* dr_format_double(double v, DR_BORROW char* format, const char* where);
/* {x,5} and {x,-5}: consumes the text, pads it on the left or the right. */
DR_OWN char* dr_align(DR_OWN char* text, int32_t width);

int32_t dr_parse_int(DR_BORROW char* s, const char* where);
int64_t dr_parse_long(DR_BORROW char* s, const char* where);
uint8_t dr_parse_byte(DR_BORROW char* s, const char* where);
float dr_parse_float(DR_BORROW char* s, const char* where);
double dr_parse_double(DR_BORROW char* s, const char* where);
bool dr_parse_bool(DR_BORROW char* s, const char* where);
bool dr_try_parse_int(DR_BORROW char* s, int32_t* out);
bool dr_try_parse_long(DR_BORROW char* s, int64_t* out);
bool dr_try_parse_byte(DR_BORROW char* s, uint8_t* out);
bool dr_try_parse_float(DR_BORROW char* s, float* out);
bool dr_try_parse_double(DR_BORROW char* s, double* out);
bool dr_try_parse_bool(DR_BORROW char* s, bool* out);

#endif
