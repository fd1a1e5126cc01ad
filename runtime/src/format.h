/* format.h: what the files of formats share: a number as its decimal digits, and the text that is being written.
 *
 * format_digits.c finds the digits, format.c lays them out in the standard formats and format_custom.c in custom ones. */
#ifndef DREAM_FORMAT_H
#define DREAM_FORMAT_H

#include "internal.h"

/* 309 digits before the point and 1074 behind it are all that a double can have. */
enum { DRI_MOST_PLACES = 1100, DRI_MOST_DIGITS = 1500 };

/* The value 0.d1d2d3... * 10^scale. Neither the first digit nor the last is 0; zero has no digits, and scale 0. */
typedef struct dri_digits {
    bool is_negative;
    /* Reals keep the sign of a zero. */
    bool is_real;
    int scale;
    int count;
    char digits[DRI_MOST_DIGITS];
} dri_digits;

void dri_digits_of_integer(dri_digits* d, int64_t v);
/* The digits of a finite v to `wanted` places behind the point, halves away from zero. */
void dri_digits_to_places(dri_digits* d, double v, int wanted);
/* The same to `wanted` digits from the first one, at least one. */
void dri_digits_to_precision(dri_digits* d, double v, int wanted);
/* Keeps the first `count` digits, halves away from zero; 0 or less: those before the first. */
void dri_round_digits(dri_digits* d, int count);
/* The digit at `index`, '0' beyond both ends. */
char dri_digit(const dri_digits* d, int index);

/* A text under construction: short ones need no block of their own while they grow. */
typedef struct dri_writer {
    DR_OWN char* flushed;
    size_t count;
    char bytes[256];
} dri_writer;

void dri_put(dri_writer* w, char c);
void dri_put_text(dri_writer* w, const char* text);
void dri_put_bytes(dri_writer* w, const char* bytes, size_t count);
/* `letter`, the sign (`plus`: also that of a positive one) and at least so many digits. */
void dri_put_exponent(dri_writer* w, char letter, int exponent, int digits, bool plus);
DR_OWN char* dri_written(dri_writer* w);

/* format_custom.c */
DR_OWN char* dri_format_custom(dri_digits* d, DR_BORROW const char* format);

#endif
