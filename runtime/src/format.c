/* format.c: C#'s numeric format strings: standard ones (letter and precision) and custom ones made of 0 # , . and %.
 *
 * Integers keep all their digits: they are formatted from their decimal text, not by way of a double. Floats go through
 * printf, which rounds the exact binary value, ties to even, as .NET does. The culture is the invariant one, except that
 * C prints a dollar sign. Anything else throws FormatException. */
#include "internal.h"

#include <math.h>

enum { MAX_PRECISION = 999, FORMAT_SIZE = 2048 };

/* A number's decimal text under construction: sign, digits before the point, digits behind it. */
typedef struct number {
    bool negative;
    char whole[400];
    char fraction[MAX_PRECISION + 3];
} number;

typedef struct spec {
    char letter;
    /* -1: none was given. */
    int precision;
} spec;

typedef struct writer {
    char bytes[FORMAT_SIZE];
    size_t length;
} writer;

static void put(writer* w, char c) {
    if (w->length < sizeof w->bytes) {
        w->bytes[w->length++] = c;
    }
}

static void put_text(writer* w, const char* text) {
    while (*text != 0) {
        put(w, *text++);
    }
}

static DR_OWN char* finish(const writer* w) {
    return dr_string_from_bytes(w->bytes, w->length);
}

static DR_OWN char* bad_format(const char* where) {
    dr_throw_fault(DR_FAULT_FormatException, dr_string_from_c("format string is invalid"), where);
    return NULL;
}

/* A letter with up to three digits. */
static bool standard(DR_BORROW const char* format, spec* out) {
    int32_t length = dr_string_length(format);
    char c = format[0];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) || length > 4) {
        return false;
    }
    out->letter = c;
    out->precision = length > 1 ? 0 : -1;
    for (int32_t i = 1; i < length; i++) {
        if (format[i] < '0' || format[i] > '9') {
            return false;
        }
        out->precision = out->precision * 10 + (format[i] - '0');
    }
    return true;
}

static void put_grouped(writer* w, const char* whole) {
    size_t length = strlen(whole);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            put(w, ',');
        }
        put(w, whole[i]);
    }
}

static DR_OWN char* fixed(const number* n, bool grouped, const char* prefix, const char* suffix) {
    writer w = {{0}, 0};
    if (n->negative) {
        put(&w, '-');
    }
    put_text(&w, prefix);
    if (grouped) {
        put_grouped(&w, n->whole);
    } else {
        put_text(&w, n->whole);
    }
    if (n->fraction[0] != 0) {
        put(&w, '.');
        put_text(&w, n->fraction);
    }
    put_text(&w, suffix);
    return finish(&w);
}

/* ---- digits of a value ---- */

static void split_real(number* n, double v, int precision) {
    char text[FORMAT_SIZE];
    snprintf(text, sizeof text, "%.*f", precision, fabs(v));
    char* point = strchr(text, '.');
    n->negative = signbit(v) != 0;
    n->fraction[0] = 0;
    if (point != NULL) {
        *point = 0;
        memcpy(n->fraction, point + 1, strlen(point + 1) + 1);
    }
    memcpy(n->whole, text, strlen(text) + 1);
}

/* A hundred times v, by moving the point: multiplying might round, and leave the range. */
static void split_percent(number* n, double v, int precision) {
    split_real(n, v, precision + 2);
    size_t length = strlen(n->whole);
    memcpy(n->whole + length, n->fraction, 2);
    n->whole[length + 2] = 0;
    memmove(n->fraction, n->fraction + 2, (size_t)precision + 1);
    size_t zeros = strspn(n->whole, "0");
    zeros = zeros < length + 2 ? zeros : length + 1;
    memmove(n->whole, n->whole + zeros, length + 3 - zeros);
}

static void split_integer(number* n, int64_t v, int precision, int shift) {
    char text[DR_NUMBER_SIZE];
    int32_t length = dri_print_long(text, v);
    n->negative = v < 0;
    int32_t from = v < 0;
    int32_t count = length - from;
    memcpy(n->whole, text + from, (size_t)count);
    /* Per cent: two more digits before the point. */
    for (int i = 0; i < shift && v != 0; i++) {
        n->whole[count++] = '0';
    }
    n->whole[count] = 0;
    memset(n->fraction, '0', (size_t)precision);
    n->fraction[precision] = 0;
}

/* d.dddE+xxx with at least `exponent_digits` digits of exponent. */
static DR_OWN char* scientific(double v, int precision, char letter, int exponent_digits) {
    char text[FORMAT_SIZE];
    snprintf(text, sizeof text, "%.*e", precision, v);
    char* e = strchr(text, 'e');
    int exponent = atoi(e + 1);
    *e = 0;
    writer w = {{0}, 0};
    put_text(&w, text);
    put(&w, letter);
    put(&w, exponent < 0 ? '-' : '+');
    snprintf(text, sizeof text, "%0*d", exponent_digits, exponent < 0 ? -exponent : exponent);
    put_text(&w, text);
    return finish(&w);
}

/* G with a precision: at most that many significant digits, without trailing zeros. */
static DR_OWN char* general(double v, int precision, char letter) {
    char text[FORMAT_SIZE];
    snprintf(text, sizeof text, "%.*e", precision - 1, v);
    char* e = strchr(text, 'e');
    int exponent = atoi(e + 1);
    bool is_scientific = exponent >= precision || exponent < -4;
    if (!is_scientific) {
        snprintf(text, sizeof text, "%.*f", precision - 1 - exponent, v);
        e = text + strlen(text);
    }
    if (memchr(text, '.', (size_t)(e - text)) != NULL) {
        while (e[-1] == '0') {
            e--;
        }
        if (e[-1] == '.') {
            e--;
        }
    }
    *e = 0;
    writer w = {{0}, 0};
    put_text(&w, text);
    if (is_scientific) {
        put(&w, letter == 'g' ? 'e' : 'E');
        put(&w, exponent < 0 ? '-' : '+');
        snprintf(text, sizeof text, "%02d", exponent < 0 ? -exponent : exponent);
        put_text(&w, text);
    }
    return finish(&w);
}

/* ---- custom formats ---- */

typedef struct custom {
    int whole_zeros;
    int fraction_zeros;
    int fraction_places;
    bool grouped;
    bool percent;
} custom;

/* 0 # , before the point, 0 # behind it, one % at the end. */
static bool parse_custom(DR_BORROW const char* format, custom* out) {
    bool fraction = false;
    bool zero_seen = false;
    memset(out, 0, sizeof *out);
    for (int32_t i = 0, n = dr_string_length(format); i < n; i++) {
        switch (format[i]) {
        case '0':
            if (fraction) {
                out->fraction_places++;
                out->fraction_zeros = out->fraction_places;
            } else {
                out->whole_zeros++;
                zero_seen = true;
            }
            break;
        case '#':
            if (fraction) {
                out->fraction_places++;
            } else if (zero_seen) {
                out->whole_zeros++;
            }
            break;
        case ',':
            out->grouped = true;
            break;
        case '.':
            if (fraction) {
                return false;
            }
            fraction = true;
            break;
        case '%':
            if (i != n - 1) {
                return false;
            }
            out->percent = true;
            break;
        default:
            return false;
        }
    }
    return out->whole_zeros < 300 && out->fraction_places <= MAX_PRECISION;
}

static DR_OWN char* write_custom(number* n, const custom* c) {
    size_t length = strlen(n->whole);
    if (strcmp(n->whole, "0") == 0) {
        length = 0;
    }
    size_t zeros = (size_t)c->whole_zeros > length ? (size_t)c->whole_zeros - length : 0;
    memmove(n->whole + zeros, n->whole, length);
    memset(n->whole, '0', zeros);
    n->whole[zeros + length] = 0;
    size_t places = strlen(n->fraction);
    while (places > (size_t)c->fraction_zeros && n->fraction[places - 1] == '0') {
        n->fraction[--places] = 0;
    }
    bool zero = true;
    for (const char* p = n->whole; *p != 0; p++) {
        zero = zero && *p == '0';
    }
    for (const char* p = n->fraction; *p != 0; p++) {
        zero = zero && *p == '0';
    }
    n->negative = n->negative && !zero;
    return fixed(n, c->grouped, "", c->percent ? "%" : "");
}

/* ---- the public functions ---- */

static DR_OWN char* hexadecimal(uint64_t v, const spec* s) {
    char text[FORMAT_SIZE];
    int n = snprintf(text, sizeof text, s->letter == 'x' ? "%0*llx" : "%0*llX", s->precision > 0 ? s->precision : 1,
                     (unsigned long long)v);
    return dr_string_from_bytes(text, (size_t)n);
}

static DR_OWN char* decimal_text(int64_t v, int digits) {
    number n;
    writer w = {{0}, 0};
    split_integer(&n, v, 0, 0);
    if (n.negative) {
        put(&w, '-');
    }
    for (int i = (int)strlen(n.whole); i < digits; i++) {
        put(&w, '0');
    }
    put_text(&w, n.whole);
    return finish(&w);
}

static DR_OWN char* format_integer(int64_t v, uint64_t bits, DR_BORROW char* format, const char* where) {
    spec s;
    number n;
    if (dr_text_length(format) == 0) {
        return dr_long_to_string(v);
    }
    if (!standard(format, &s)) {
        custom c;
        if (!parse_custom(format, &c)) {
            return bad_format(where);
        }
        split_integer(&n, v, c.fraction_places, c.percent ? 2 : 0);
        return write_custom(&n, &c);
    }
    int places = s.precision < 0 ? 2 : s.precision;
    switch (s.letter) {
    case 'd':
    case 'D':
        return decimal_text(v, s.precision);
    case 'x':
    case 'X':
        return hexadecimal(bits, &s);
    case 'g':
    case 'G':
        if (s.precision <= 0 || s.precision > 18) {
            return dr_long_to_string(v);
        }
        return general((double)v, s.precision, s.letter);
    case 'r':
    case 'R':
        return dr_long_to_string(v);
    case 'e':
    case 'E':
        return scientific((double)v, s.precision < 0 ? 6 : s.precision, s.letter, 3);
    case 'f':
    case 'F':
        split_integer(&n, v, places, 0);
        return fixed(&n, false, "", "");
    case 'n':
    case 'N':
        split_integer(&n, v, places, 0);
        return fixed(&n, true, "", "");
    case 'c':
    case 'C':
        split_integer(&n, v, places, 0);
        return fixed(&n, true, "$", "");
    case 'p':
    case 'P':
        split_integer(&n, v, places, 2);
        return fixed(&n, true, "", " %");
    default:
        return bad_format(where);
    }
}

DR_OWN char* dr_format_int(int32_t v, DR_BORROW char* format, const char* where) {
    return format_integer(v, (uint32_t)v, format, where);
}

DR_OWN char* dr_format_long(int64_t v, DR_BORROW char* format, const char* where) {
    return format_integer(v, (uint64_t)v, format, where);
}

static DR_OWN char* plain_real(double v, bool is_float) {
    return is_float ? dr_float_to_string((float)v) : dr_double_to_string(v);
}

static DR_OWN char* format_real(double v, bool is_float, DR_BORROW char* format, const char* where) {
    spec s;
    number n;
    if (dr_text_length(format) == 0) {
        return plain_real(v, is_float);
    }
    bool is_standard = standard(format, &s);
    custom c;
    if (!is_standard && !parse_custom(format, &c)) {
        return bad_format(where);
    }
    if (v != v || dr_is_infinity(v)) {
        return plain_real(v, is_float);
    }
    if (!is_standard) {
        if (c.percent) {
            split_percent(&n, v, c.fraction_places);
        } else {
            split_real(&n, v, c.fraction_places);
        }
        return write_custom(&n, &c);
    }
    int places = s.precision < 0 ? 2 : s.precision;
    switch (s.letter) {
    case 'g':
    case 'G':
        if (s.precision <= 0 || v == 0) {
            return plain_real(v, is_float);
        }
        return general(v, s.precision, s.letter);
    case 'r':
    case 'R':
        return plain_real(v, is_float);
    case 'e':
    case 'E':
        return scientific(v, s.precision < 0 ? 6 : s.precision, s.letter, 3);
    case 'f':
    case 'F':
        split_real(&n, v, places);
        return fixed(&n, false, "", "");
    case 'n':
    case 'N':
        split_real(&n, v, places);
        return fixed(&n, true, "", "");
    case 'c':
    case 'C':
        split_real(&n, v, places);
        return fixed(&n, true, "$", "");
    case 'p':
    case 'P':
        split_percent(&n, v, places);
        return fixed(&n, true, "", " %");
    default:
        return bad_format(where);
    }
}

DR_OWN char* dr_format_double(double v, DR_BORROW char* format, const char* where) {
    return format_real(v, false, format, where);
}

DR_OWN char* dr_format_float(float v, DR_BORROW char* format, const char* where) {
    return format_real((double)v, true, format, where);
}

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
