/* convert.c: values to text in their plain form, and text to values.
 *
 * [shortest] A float's text is the shortest decimal that reads back to it, found by printing with more and more digits:
 * up to 15 (double) or 6 (float) digits survive the way through binary unchanged, so there one attempt gives the answer
 * once trailing zeros are cut. [half-gap] Above a power of two the values lie twice as far apart as below, so there the
 * nearest decimal may fail where its neighbour succeeds; both are tried. printf and strtod must be correctly rounded.
 * Characters and small integers have their texts in static storage, filled on first use. */
#include "internal.h"

#include <errno.h>
#include <float.h>
#include <math.h>

enum { SMALL_MIN = -128, SMALL_MAX = 1023 };

typedef struct small_text {
    dr_string_header head;
    char bytes[8];
} small_text;

static DR_THREAD_LOCAL small_text char_texts[256];
static DR_THREAD_LOCAL small_text small_texts[SMALL_MAX - SMALL_MIN + 1];

static char* fill_small(small_text* slot, const char* bytes, int32_t length) {
    memcpy(slot->bytes, bytes, (size_t)length);
    slot->head.header.meta = DR_STRING;
    slot->head.length = length;
    slot->head.header.ref_count = DR_IMMORTAL;
    return slot->bytes;
}

/* ---- integers ---- */

int32_t dri_print_long(char* buffer, int64_t v) {
    char digits[20];
    int32_t count = 0;
    uint64_t rest = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    char* to = buffer;
    if (v < 0) {
        *to++ = '-';
    }
    while (count > 0) {
        *to++ = digits[--count];
    }
    return (int32_t)(to - buffer);
}

DR_OWN char* dr_char_to_string(unsigned char c) {
    small_text* slot = &char_texts[c];
    char byte = (char)c;
    return slot->head.header.ref_count != 0 ? slot->bytes : fill_small(slot, &byte, 1);
}

DR_OWN char* dr_long_to_string(int64_t v) {
    char text[DR_NUMBER_SIZE];
    if (v < SMALL_MIN || v > SMALL_MAX) {
        return dr_string_from_bytes(text, (size_t)dri_print_long(text, v));
    }
    small_text* slot = &small_texts[v - SMALL_MIN];
    if (slot->head.header.ref_count != 0) {
        return slot->bytes;
    }
    return fill_small(slot, text, dri_print_long(text, v));
}

DR_OWN char* dr_int_to_string(int32_t v) {
    return dr_long_to_string(v);
}

DR_OWN char* dr_byte_to_string(uint8_t v) {
    return dr_long_to_string(v);
}

DR_LITERAL(text_true, "true");
DR_LITERAL(text_false, "false");

DR_OWN char* dr_bool_to_string(bool v) {
    return v ? text_true : text_false;
}

/* ---- floats ---- */

/* d.ddd * 10^exponent, without trailing zeros. */
typedef struct decimal {
    char digits[24];
    int count;
    int exponent;
} decimal;

/* v > 0 with that many digits; moved by `step` units of the last one. */
static void print_decimal(decimal* d, double v, int digits, int step) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", digits - 1, v);
    d->count = 0;
    const char* p = text;
    for (; *p != 'e'; p++) {
        if (*p != '.') {
            d->digits[d->count++] = *p;
        }
    }
    d->exponent = atoi(p + 1);
    int last = d->count - 1;
    d->digits[last] = (char)(d->digits[last] + step);
    while (d->count > 1 && d->digits[d->count - 1] == '0') {
        d->count--;
    }
}

static bool reads_back(const decimal* d, double v, bool is_float) {
    char text[48];
    snprintf(text, sizeof text, "%c.%.*se%d", d->digits[0], d->count - 1, d->digits + 1, d->exponent);
    return is_float ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v;
}

/* [shortest] */
static void shortest(decimal* d, double v, bool is_float) {
    int most = is_float ? 9 : 17;
    int safe = is_float ? FLT_DIG : DBL_DIG;
    bool subnormal = v < (is_float ? (double)FLT_MIN : DBL_MIN);
    int unused;
    bool power_of_two = frexp(v, &unused) == 0.5;
    for (int digits = subnormal ? 1 : safe; digits < most; digits++) {
        print_decimal(d, v, digits, 0);
        if (reads_back(d, v, is_float)) {
            return;
        }
        /* [half-gap] A digit that would carry belongs to a shorter decimal, which was tried before. */
        if (power_of_two && d->count == digits && d->digits[digits - 1] < '9') {
            print_decimal(d, v, digits, 1);
            if (reads_back(d, v, is_float)) {
                return;
            }
        }
    }
    print_decimal(d, v, most, 0);
}

/* [few-decimals] v = m / 10^k with m small enough: both sides of that division are exact, so it is rounded as a reader
 * would round the decimal, and the smallest k gives the shortest one, which does not end in 0. Most values that people
 * write are of this kind. */
static bool few_decimals(decimal* d, double v, bool is_float) {
    double scale = 1;
    double limit = is_float ? 1e6 : 1e15;
    for (int k = 0; k <= (is_float ? 9 : 18); k++, scale *= 10) {
        double scaled = v * scale;
        if (scaled >= limit) {
            return false;
        }
        double m = (double)(int64_t)(scaled + 0.5);
        if (m >= 1 && (is_float ? (float)m / (float)scale == (float)v : m / scale == v)) {
            d->count = dri_print_long(d->digits, (int64_t)m);
            d->exponent = d->count - 1 - k;
            return true;
        }
    }
    return false;
}

static int32_t print_special(char* buffer, const char* text) {
    size_t length = strlen(text);
    memcpy(buffer, text, length);
    return (int32_t)length;
}

/* Ruling on float text: scientific iff the digits before the point exceed both the digits there are and `plain`, or the
 * value is below 1e-4. Whole numbers of up to `plain` digits do not come here. */
static int32_t layout_decimal(char* buffer, const decimal* d, int plain) {
    char* to = buffer;
    int before = d->exponent + 1;
    int limit = d->count > plain ? d->count : plain;
    if (before > limit || d->exponent < -4) {
        *to++ = d->digits[0];
        if (d->count > 1) {
            *to++ = '.';
            memcpy(to, d->digits + 1, (size_t)d->count - 1);
            to += d->count - 1;
        }
        int exponent = d->exponent < 0 ? -d->exponent : d->exponent;
        *to++ = 'E';
        *to++ = d->exponent < 0 ? '-' : '+';
        if (exponent < 10) {
            *to++ = '0';
        }
        to += dri_print_long(to, exponent);
        return (int32_t)(to - buffer);
    }
    if (before <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = before; i < 0; i++) {
            *to++ = '0';
        }
    }
    DRI_CHECK(before <= d->count);
    for (int i = 0; i < d->count; i++) {
        if (i == before && i > 0) {
            *to++ = '.';
        }
        *to++ = d->digits[i];
    }
    return (int32_t)(to - buffer);
}

static int32_t print_real(char* buffer, double v, bool is_float) {
    int plain = is_float ? 7 : 15;
    if (v != v) {
        return print_special(buffer, "NaN");
    }
    char* to = buffer;
    if (signbit(v)) {
        *to++ = '-';
        v = -v;
    }
    if (v > DBL_MAX) {
        return (int32_t)(to - buffer) + print_special(to, "Infinity");
    }
    /* Whole numbers of at most that many digits need no search. */
    if (v < (is_float ? 1e7 : 1e15) && v == (double)(int64_t)v) {
        return (int32_t)(to - buffer) + dri_print_long(to, (int64_t)v);
    }
    decimal d;
    if (!few_decimals(&d, v, is_float)) {
        shortest(&d, v, is_float);
    }
    return (int32_t)(to - buffer) + layout_decimal(to, &d, plain);
}

int32_t dri_print_double(char* buffer, double v) {
    return print_real(buffer, v, false);
}

int32_t dri_print_float(char* buffer, float v) {
    return print_real(buffer, (double)v, true);
}

DR_OWN char* dr_double_to_string(double v) {
    char text[DR_NUMBER_SIZE];
    return dr_string_from_bytes(text, (size_t)dri_print_double(text, v));
}

DR_OWN char* dr_float_to_string(float v) {
    char text[DR_NUMBER_SIZE];
    return dr_string_from_bytes(text, (size_t)dri_print_float(text, v));
}

/* ---- appending ---- */

DR_OWN char* dr_append_long(DR_OWN char* s, int64_t v) {
    char text[DR_NUMBER_SIZE];
    return dr_string_append_bytes(s, text, (size_t)dri_print_long(text, v));
}
DR_OWN char* dr_append_int(DR_OWN char* s, int32_t v) {
    return dr_append_long(s, v);
}
DR_OWN char* dr_append_bool(DR_OWN char* s, bool v) {
    return dr_string_append_bytes(s, v ? "true" : "false", v ? 4 : 5);
}
DR_OWN char* dr_append_float(DR_OWN char* s, float v) {
    char text[DR_NUMBER_SIZE];
    return dr_string_append_bytes(s, text, (size_t)dri_print_float(text, v));
}
DR_OWN char* dr_append_double(DR_OWN char* s, double v) {
    char text[DR_NUMBER_SIZE];
    return dr_string_append_bytes(s, text, (size_t)dri_print_double(text, v));
}

/* ---- parsing ---- */

typedef enum parse_result { PARSED, NOT_A_NUMBER, TOO_LARGE } parse_result;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The bytes between leading and trailing white space. */
static void trimmed(DR_BORROW const char* s, const char** begin, const char** end) {
    const char* from = s;
    const char* to = s + dr_string_length(s);
    while (from < to && dri_is_white(*from)) {
        from++;
    }
    while (to > from && dri_is_white(to[-1])) {
        to--;
    }
    *begin = from;
    *end = to;
}

static parse_result parse_integer(DR_BORROW const char* s, int64_t min, int64_t max, int64_t* out) {
    const char* p;
    const char* end;
    trimmed(s, &p, &end);
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) {
        p++;
    }
    if (p == end) {
        return NOT_A_NUMBER;
    }
    uint64_t value = 0;
    bool too_large = false;
    for (; p < end; p++) {
        if (!is_digit(*p)) {
            return NOT_A_NUMBER;
        }
        uint64_t digit = (uint64_t)(*p - '0');
        too_large = too_large || value > (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }
    uint64_t most = negative ? (uint64_t)0 - (uint64_t)min : (uint64_t)max;
    if (too_large || value > most) {
        return TOO_LARGE;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return PARSED;
}

static bool same_word(const char* p, const char* end, const char* word) {
    size_t length = strlen(word);
    if ((size_t)(end - p) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 32) : p[i];
        if (c != word[i]) {
            return false;
        }
    }
    return true;
}

/* strtod also reads hexadecimal, "inf" and other things that are no Dream numbers, so the form is checked first. Commas
 * between digits before the point are skipped, as C# does. */
static parse_result parse_real(DR_BORROW const char* s, bool is_float, double* out) {
    const char* p;
    const char* end;
    trimmed(s, &p, &end);
    const char* word = p < end && (*p == '-' || *p == '+') ? p + 1 : p;
    double sign = p < end && *p == '-' ? -1.0 : 1.0;
    if (same_word(word, end, "infinity")) {
        *out = sign * HUGE_VAL;
        return PARSED;
    }
    if (same_word(word, end, "nan")) {
        *out = (double)NAN;
        return PARSED;
    }
    char small[64];
    size_t room = (size_t)(end - p) + 1;
    char* text = room <= sizeof small ? small : dri_os_alloc(room);
    if (text == NULL) {
        dri_out_of_memory(NULL);
    }
    size_t n = 0;
    size_t digits = 0;
    bool point = false;
    parse_result result = PARSED;
    if (word > p) {
        text[n++] = *p++;
    }
    for (; p < end; p++) {
        if (is_digit(*p)) {
            digits++;
        } else if (*p == '.' && !point) {
            point = true;
        } else if (*p == ',' && digits > 0 && !point) {
            continue;
        } else {
            break;
        }
        text[n++] = *p;
    }
    if (digits == 0) {
        result = NOT_A_NUMBER;
    } else if (p < end && (*p == 'e' || *p == 'E')) {
        text[n++] = *p++;
        if (p < end && (*p == '-' || *p == '+')) {
            text[n++] = *p++;
        }
        if (p == end) {
            result = NOT_A_NUMBER;
        }
        for (; p < end && is_digit(*p); p++) {
            text[n++] = *p;
        }
    }
    text[n] = 0;
    if (p != end) {
        result = NOT_A_NUMBER;
    }
    if (result == PARSED) {
        *out = is_float ? (double)strtof(text, NULL) : strtod(text, NULL);
    }
    if (text != small) {
        dri_os_free(text);
    }
    return result;
}

static void throw_unreadable(const char* before, DR_BORROW const char* s, const char* behind, const char* where) {
    char* message = dr_string_append_bytes(dr_string_from_c(before), s, (size_t)dr_string_length(s));
    dr_throw_fault(DR_FAULT_FormatException, dr_string_append_bytes(message, behind, strlen(behind)), where);
}

/* Throws for anything but PARSED. `type` with its article, as messages name it. */
static bool parsed(parse_result result, DR_BORROW const char* s, const char* type, const char* where) {
    if (result == TOO_LARGE) {
        char* message = dr_string_from_c("Value was either too large or too small for ");
        message = dr_string_append_bytes(message, type, strlen(type));
        dr_throw_fault(DR_FAULT_OverflowException, dr_string_append_bytes(message, ".", 1), where);
    } else if (result == NOT_A_NUMBER) {
        throw_unreadable("The input string '", s, "' was not in a correct format.", where);
    }
    return result == PARSED;
}

static bool given(DR_BORROW const char* s, const char* where) {
    if (s == NULL) {
        dr_throw_fault(DR_FAULT_ArgumentException, dr_string_from_c("text to parse is null"), where);
    }
    return s != NULL;
}

int32_t dr_parse_int(DR_BORROW char* s, const char* where) {
    int64_t v = 0;
    return given(s, where) && parsed(parse_integer(s, INT32_MIN, INT32_MAX, &v), s, "an Int32", where) ? (int32_t)v : 0;
}
int64_t dr_parse_long(DR_BORROW char* s, const char* where) {
    int64_t v = 0;
    return given(s, where) && parsed(parse_integer(s, INT64_MIN, INT64_MAX, &v), s, "an Int64", where) ? v : 0;
}
uint8_t dr_parse_byte(DR_BORROW char* s, const char* where) {
    int64_t v = 0;
    return given(s, where) && parsed(parse_integer(s, 0, UINT8_MAX, &v), s, "an unsigned byte", where) ? (uint8_t)v : 0;
}
float dr_parse_float(DR_BORROW char* s, const char* where) {
    double v = 0;
    return given(s, where) && parsed(parse_real(s, true, &v), s, "a Single", where) ? (float)v : 0;
}
double dr_parse_double(DR_BORROW char* s, const char* where) {
    double v = 0;
    return given(s, where) && parsed(parse_real(s, false, &v), s, "a Double", where) ? v : 0;
}

bool dr_try_parse_int(DR_BORROW char* s, int32_t* out) {
    int64_t v = 0;
    bool ok = s != NULL && parse_integer(s, INT32_MIN, INT32_MAX, &v) == PARSED;
    *out = ok ? (int32_t)v : 0;
    return ok;
}
bool dr_try_parse_long(DR_BORROW char* s, int64_t* out) {
    int64_t v = 0;
    bool ok = s != NULL && parse_integer(s, INT64_MIN, INT64_MAX, &v) == PARSED;
    *out = ok ? v : 0;
    return ok;
}
bool dr_try_parse_byte(DR_BORROW char* s, uint8_t* out) {
    int64_t v = 0;
    bool ok = s != NULL && parse_integer(s, 0, UINT8_MAX, &v) == PARSED;
    *out = ok ? (uint8_t)v : 0;
    return ok;
}
bool dr_try_parse_float(DR_BORROW char* s, float* out) {
    double v = 0;
    bool ok = s != NULL && parse_real(s, true, &v) == PARSED;
    *out = ok ? (float)v : 0;
    return ok;
}
bool dr_try_parse_double(DR_BORROW char* s, double* out) {
    double v = 0;
    bool ok = s != NULL && parse_real(s, false, &v) == PARSED;
    *out = ok ? v : 0;
    return ok;
}

bool dr_try_parse_bool(DR_BORROW char* s, bool* out) {
    *out = false;
    if (s == NULL) {
        return false;
    }
    const char* p;
    const char* end;
    trimmed(s, &p, &end);
    *out = same_word(p, end, "true");
    return *out || same_word(p, end, "false");
}

bool dr_parse_bool(DR_BORROW char* s, const char* where) {
    bool v = false;
    if (given(s, where) && !dr_try_parse_bool(s, &v)) {
        throw_unreadable("String '", s, "' was not recognized as a valid Boolean.", where);
    }
    return v;
}
