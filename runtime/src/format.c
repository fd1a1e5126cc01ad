/* format.c: C#'s standard formats of numbers, a letter and a precision: C D E F G N P R X B.
 *
 * Culture and results are those of .NET with the invariant culture: the digits of the exact value, halves away from zero,
 * the sign of a negative zero kept. Everything that is no letter with digits is a custom format (format_custom.c), for
 * which reals count 15 digits (float: 7), as in .NET. Throws FormatException for a letter that is no format of the type. */
#include "format.h"

#include <math.h>

enum { PLACES = 2, EXPONENT_PLACES = 6, DOUBLE_CUSTOM_DIGITS = 15, FLOAT_CUSTOM_DIGITS = 7 };
static const int32_t MOST_PRECISION = 999999999;

typedef struct standard_format {
    /* A capital, 0: the format is a custom one. */
    char letter;
    bool is_small;
    /* -1: none was given. */
    int32_t precision;
} standard_format;

static DR_OWN char* bad_format(const char* where) {
    dr_throw_fault(DR_FAULT_FormatException, dr_string_from_c("Format specifier was invalid."),
                   where);
    return NULL;
}

/* A letter and digits to the end of `format`. False: too many digits, which no format has. */
static bool read_standard(DR_BORROW const char* format, standard_format* out) {
    int32_t length = dr_string_length(format);
    char c = format[0];
    int32_t precision = 0;
    out->letter = 0;
    out->is_small = c >= 'a' && c <= 'z';
    if (!out->is_small && !(c >= 'A' && c <= 'Z')) {
        return true;
    }
    int32_t i = 1;
    for (; i < length && format[i] >= '0' && format[i] <= '9'; i++) {
        if (precision > MOST_PRECISION / 10) {
            return false;
        }
        precision = precision * 10 + (format[i] - '0');
    }
    if (i == length) {
        out->letter = out->is_small ? (char)(c - 'a' + 'A') : c;
        out->precision = length > 1 ? precision : -1;
    }
    return true;
}

static int or_default(int precision, int preset) {
    return precision >= 0 ? precision : preset;
}

/* ---- layouts ---- */

static void put_fixed(dri_writer* w, const dri_digits* d, int places, bool is_grouped) {
    int whole = d->scale > 0 ? d->scale : 0;
    if (whole == 0) {
        dri_put(w, '0');
    }
    for (int i = 0; i < whole; i++) {
        if (is_grouped && i > 0 && (whole - i) % 3 == 0) {
            dri_put(w, ',');
        }
        dri_put(w, dri_digit(d, i));
    }
    if (places > 0) {
        dri_put(w, '.');
    }
    for (int i = 0; i < places; i++) {
        dri_put(w, dri_digit(d, d->scale + i));
    }
}

/* d.ddde+xxx with `count` digits */
static void put_scientific(dri_writer* w, const dri_digits* d, int count, char letter) {
    dri_put(w, dri_digit(d, 0));
    if (count > 1) {
        dri_put(w, '.');
    }
    for (int i = 1; i < count; i++) {
        dri_put(w, dri_digit(d, i));
    }
    dri_put_exponent(w, letter, d->count != 0 ? d->scale - 1 : 0, 3, true);
}

/* The digits that there are, at most `most` of them before the point, else with an exponent. */
static void put_general(dri_writer* w, const dri_digits* d, int most, char letter) {
    bool is_scientific = d->scale > most || d->scale < -3;
    int whole = is_scientific ? 1 : d->scale;
    if (whole <= 0) {
        dri_put(w, '0');
    }
    for (int i = 0; i < whole; i++) {
        dri_put(w, dri_digit(d, i));
    }
    if (d->count > whole) {
        dri_put(w, '.');
    }
    for (int i = whole; i < d->count; i++) {
        dri_put(w, dri_digit(d, i));
    }
    if (is_scientific) {
        dri_put_exponent(w, letter, d->scale - 1, 2, true);
    }
}

/* The formats that integers and reals share. `d` has at least the digits that this one shows. */
static DR_OWN char* format_standard(dri_digits* d, const standard_format* f, const char* where) {
    dri_writer w = {NULL, 0, {0}};
    int places = or_default(f->precision, PLACES);
    int digits = or_default(f->precision, EXPONENT_PLACES) + 1;
    switch (f->letter) {
        case 'C':
            dri_round_digits(d, d->scale + places);
            dri_put_text(&w, d->is_negative ? "(\xC2\xA4" : "\xC2\xA4");
            put_fixed(&w, d, places, true);
            dri_put_text(&w, d->is_negative ? ")" : "");
            return dri_written(&w);
        case 'E':
            dri_round_digits(d, digits);
            dri_put_text(&w, d->is_negative ? "-" : "");
            put_scientific(&w, d, digits, f->is_small ? 'e' : 'E');
            return dri_written(&w);
        case 'F':
        case 'N':
            dri_round_digits(d, d->scale + places);
            dri_put_text(&w, d->is_negative ? "-" : "");
            put_fixed(&w, d, places, f->letter == 'N');
            return dri_written(&w);
        case 'G':
            dri_round_digits(d, f->precision);
            dri_put_text(&w, d->is_negative ? "-" : "");
            put_general(&w, d, f->precision, f->is_small ? 'e' : 'E');
            return dri_written(&w);
        case 'P':
            d->scale += d->count != 0 ? 2 : 0;
            dri_round_digits(d, d->scale + places);
            dri_put_text(&w, d->is_negative ? "-" : "");
            put_fixed(&w, d, places, true);
            dri_put_text(&w, " %");
            return dri_written(&w);
        default: return bad_format(where);
    }
}

/* ---- integers ---- */

/* At least `digits` digits in base 2^shift. */
static DR_OWN char* format_bits(uint64_t v, int shift, int digits, bool is_small) {
    const char* names = is_small ? "0123456789abcdef" : "0123456789ABCDEF";
    dri_writer w = {NULL, 0, {0}};
    char text[64];
    int from = 64;
    do {
        text[--from] = names[v & ((1u << shift) - 1)];
        v >>= shift;
    } while (v != 0);
    for (int i = 64 - from; i < digits; i++) {
        dri_put(&w, '0');
    }
    dri_put_bytes(&w, text + from, (size_t)(64 - from));
    return dri_written(&w);
}

static DR_OWN char* format_decimal(const dri_digits* d, int digits) {
    dri_writer w = {NULL, 0, {0}};
    dri_put_text(&w, d->is_negative ? "-" : "");
    for (int i = d->scale > 0 ? d->scale : 1; i < digits; i++) {
        dri_put(&w, '0');
    }
    put_fixed(&w, d, 0, false);
    return dri_written(&w);
}

/* `bits` is what X and B show of v. */
static DR_OWN char* format_integer(int64_t v, uint64_t bits, DR_BORROW char* format,
                                   const char* where) {
    standard_format f;
    if (dr_text_length(format) == 0) {
        return dr_long_to_string(v);
    }
    if (!read_standard(format, &f)) {
        return bad_format(where);
    }
    if (f.letter == 'G' && f.precision <= 0) {
        return dr_long_to_string(v);
    }
    if (f.letter == 'X' || f.letter == 'B') {
        return format_bits(bits, f.letter == 'X' ? 4 : 1, f.precision, f.is_small);
    }
    dri_digits d;
    dri_digits_of_integer(&d, v);
    if (f.letter == 'D') {
        return format_decimal(&d, f.precision);
    }
    return f.letter != 0 ? format_standard(&d, &f, where) : dri_format_custom(&d, format);
}

DR_OWN char* dr_format_int(int32_t v, DR_BORROW char* format, const char* where) {
    return format_integer(v, (uint32_t)v, format, where);
}

DR_OWN char* dr_format_long(int64_t v, DR_BORROW char* format, const char* where) {
    return format_integer(v, (uint64_t)v, format, where);
}

/* ---- reals ---- */

static DR_OWN char* shortest_text(double v, bool is_float, bool is_small) {
    char text[DR_NUMBER_SIZE];
    int32_t length = is_float ? dri_print_float(text, (float)v) : dri_print_double(text, v);
    char* e = is_small ? memchr(text, 'E', (size_t)length) : NULL;
    if (e != NULL) {
        *e = 'e';
    }
    return dr_string_from_bytes(text, (size_t)length);
}

static DR_OWN char* format_real(double v, bool is_float, DR_BORROW char* format,
                                const char* where) {
    standard_format f;
    if (dr_text_length(format) == 0 || !isfinite(v)) {
        return shortest_text(v, is_float, false);
    }
    if (!read_standard(format, &f)) {
        return bad_format(where);
    }
    dri_digits d;
    switch (f.letter) {
        case 0:
            dri_digits_to_precision(&d, v, is_float ? FLOAT_CUSTOM_DIGITS : DOUBLE_CUSTOM_DIGITS);
            return dri_format_custom(&d, format);
        case 'R': return shortest_text(v, is_float, f.is_small);
        case 'G':
            if (f.precision <= 0) {
                return shortest_text(v, is_float, f.is_small);
            }
            dri_digits_to_precision(&d, v, f.precision);
            break;
        case 'E':
            dri_digits_to_precision(&d, v, or_default(f.precision, EXPONENT_PLACES) + 1);
            break;
        default:
            dri_digits_to_places(&d, v,
                                 or_default(f.precision, PLACES) + (f.letter == 'P' ? 2 : 0));
            break;
    }
    return format_standard(&d, &f, where);
}

DR_OWN char* dr_format_double(double v, DR_BORROW char* format, const char* where) {
    return format_real(v, false, format, where);
}

DR_OWN char* dr_format_float(float v, DR_BORROW char* format, const char* where) {
    return format_real((double)v, true, format, where);
}

/* ---- alignment ---- */

DR_OWN char* dr_align(DR_OWN char* text, int32_t width) {
    size_t length = (size_t)dr_text_length(text);
    size_t wanted = width < 0 ? (size_t)0 - (size_t)width : (size_t)width;
    if (wanted <= length) {
        return text;
    }
    char* aligned = dri_string_new(wanted);
    memset(aligned, ' ', wanted);
    if (length != 0) {
        memcpy(width < 0 ? aligned : aligned + (wanted - length), text, length);
    }
    dr_release_string(text);
    return aligned;
}
