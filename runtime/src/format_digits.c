/* format_digits.c: the decimal digits of numbers, and the writer of formatted texts.
 *
 * [halves] printf rounds the exact binary value, halves to even; formats round halves away from zero. A value lies half-way
 * between two decimals of p places only if its binary fraction has exactly p + 1 bits, because the decimal fraction of
 * m / 2^b, m odd, has b digits and ends in 5 (for a negative p: only if it is a multiple of 2^(-p - 1) and no larger power).
 * Such values are printed exactly and rounded here, all others by printf. */
#include "format.h"

#include <math.h>

static void trim_digits(dri_digits* d) {
    while (d->count > 0 && d->digits[d->count - 1] == '0') {
        d->count--;
    }
    if (d->count == 0) {
        d->scale = 0;
        d->is_negative = d->is_negative && d->is_real;
    }
}

char dri_digit(const dri_digits* d, int index) {
    return index >= 0 && index < d->count ? d->digits[index] : '0';
}

void dri_round_digits(dri_digits* d, int count) {
    if (count >= d->count) {
        return;
    }
    bool up = count >= 0 && d->digits[count] >= '5';
    d->count = count > 0 ? count : 0;
    if (up) {
        while (d->count > 0 && d->digits[d->count - 1] == '9') {
            d->count--;
        }
        if (d->count > 0) {
            d->digits[d->count - 1]++;
        } else {
            d->digits[d->count++] = '1';
            d->scale++;
        }
    }
    trim_digits(d);
}

void dri_digits_of_integer(dri_digits* d, int64_t v) {
    char text[DR_NUMBER_SIZE];
    int length = (int)dri_print_long(text, v);
    int sign = v < 0;
    d->is_negative = v < 0;
    d->is_real = false;
    d->scale = d->count = length - sign;
    memcpy(d->digits, text + sign, (size_t)d->count);
    trim_digits(d);
}

/* What printf made of a value that is not negative: 123.45 or 1.2345e+02. */
static void read_printed(dri_digits* d, const char* text) {
    bool is_whole = true;
    d->count = 0;
    d->scale = 0;
    for (; *text != 0 && *text != 'e'; text++) {
        if (*text == '.') {
            is_whole = false;
        } else if (d->count == 0 && *text == '0') {
            d->scale -= !is_whole;
        } else {
            d->digits[d->count++] = *text;
            d->scale += is_whole;
        }
    }
    if (*text == 'e') {
        d->scale += atoi(text + 1);
    }
    trim_digits(d);
}

/* So many bits stand behind the binary point of v > 0; a multiple of 2^n has -n of them. */
static int fraction_bits(double v) {
    int exponent;
    int64_t bits = (int64_t)ldexp(frexp(v, &exponent), 53);
    int count = 53 - exponent;
    for (; (bits & 1) == 0; bits >>= 1) {
        count--;
    }
    return count;
}

/* [halves] `wanted` digits from the first on, or behind the point. */
static void digits_of_real(dri_digits* d, double v, int wanted, bool is_precision) {
    char text[DRI_MOST_DIGITS];
    wanted = wanted < DRI_MOST_PLACES ? wanted : DRI_MOST_PLACES;
    d->is_negative = signbit(v) != 0;
    d->is_real = true;
    v = fabs(v);
    snprintf(text, sizeof text, is_precision ? "%.*e" : "%.*f", is_precision ? wanted - 1 : wanted,
             v);
    read_printed(d, text);
    if (v == 0) {
        return;
    }
    int bits = fraction_bits(v);
    int places = is_precision ? wanted - d->scale : wanted;
    if (bits == places + 1) {
        snprintf(text, sizeof text, "%.*f", bits > 0 ? bits : 0, v);
        read_printed(d, text);
        dri_round_digits(d, is_precision ? wanted : d->scale + wanted);
    }
}

void dri_digits_to_places(dri_digits* d, double v, int wanted) {
    digits_of_real(d, v, wanted, false);
}

void dri_digits_to_precision(dri_digits* d, double v, int wanted) {
    digits_of_real(d, v, wanted, true);
}

/* ---- writing ---- */

void dri_put_bytes(dri_writer* w, const char* bytes, size_t count) {
    if (count > sizeof w->bytes - w->count) {
        w->flushed = dr_string_append_bytes(w->flushed, w->bytes, w->count);
        w->count = 0;
    }
    if (count > sizeof w->bytes) {
        w->flushed = dr_string_append_bytes(w->flushed, bytes, count);
        return;
    }
    memcpy(w->bytes + w->count, bytes, count);
    w->count += count;
}

void dri_put(dri_writer* w, char c) {
    dri_put_bytes(w, &c, 1);
}

void dri_put_text(dri_writer* w, const char* text) {
    dri_put_bytes(w, text, strlen(text));
}

void dri_put_exponent(dri_writer* w, char letter, int exponent, int digits, bool plus) {
    char text[DR_NUMBER_SIZE];
    dri_put(w, letter);
    if (exponent < 0 || plus) {
        dri_put(w, exponent < 0 ? '-' : '+');
    }
    int length = (int)dri_print_long(text, exponent < 0 ? -exponent : exponent);
    for (int i = length; i < digits; i++) {
        dri_put(w, '0');
    }
    dri_put_bytes(w, text, (size_t)length);
}

DR_OWN char* dri_written(dri_writer* w) {
    if (w->flushed == NULL) {
        return w->count != 0 ? dr_string_from_bytes(w->bytes, w->count) : dr_empty_string;
    }
    return dr_string_append_bytes(w->flushed, w->bytes, w->count);
}
