/* math.c: the functions of Math and of float arithmetic where C# and libm differ, or where C's own would be a name or a
 * rounding mode to worry about. Pure; those with a `where` throw and return 0. */
#include "internal.h"

#include <math.h>

double dr_mod_double(double a, double b) {
    return fmod(a, b);
}

float dr_mod_float(float a, float b) {
    return fmodf(a, b);
}

double dr_math_pow(double base, double exponent) {
    return pow(base, exponent);
}

/* Not nearbyint, which asks the rounding mode that linked C may have changed. */
double dr_math_round(double v) {
    double whole = floor(v);
    double rest = v - whole;
    if (rest < 0.5 || (rest == 0.5 && fmod(whole, 2.0) == 0)) {
        return copysign(whole, v);
    }
    return rest >= 0.5 ? copysign(whole + 1.0, v) : v;
}

double dr_math_round_digits(double v, int32_t digits, const char* where) {
    if (digits < 0 || digits > 15) {
        dr_throw_fault(DR_FAULT_ArgumentOutOfRangeException, NULL, where);
        return 0;
    }
    /* Beyond 1e16 every double is whole. NaN and infinities pass as they are. */
    if (!(fabs(v) < 1e16)) {
        return v;
    }
    double scale = pow(10.0, digits);
    return dr_math_round(v * scale) / scale;
}

double dr_math_round_away(double v) {
    double whole = trunc(v);
    return fabs(v - whole) >= 0.5 ? whole + copysign(1.0, v) : copysign(whole, v);
}

double dr_math_min(double a, double b) {
    if (a != a || (a == b && signbit(a))) {
        return a;
    }
    return a < b ? a : b;
}

double dr_math_max(double a, double b) {
    if (a != a || (a == b && signbit(b))) {
        return a;
    }
    return a > b ? a : b;
}

int32_t dr_math_abs(int32_t v, const char* where) {
    if (v == INT32_MIN) {
        dr_throw_overflow(where);
        return 0;
    }
    return v < 0 ? -v : v;
}

int64_t dr_math_abs_long(int64_t v, const char* where) {
    if (v == INT64_MIN) {
        dr_throw_overflow(where);
        return 0;
    }
    return v < 0 ? -v : v;
}

int32_t dr_math_sign(double v, const char* where) {
    if (v != v) {
        dr_throw_overflow(where);
        return 0;
    }
    return (v > 0) - (v < 0);
}

static bool ordered(bool is_ordered, const char* where) {
    if (!is_ordered) {
        dr_throw_fault(DR_FAULT_ArgumentException, dr_string_from_c("min is greater than max"), where);
    }
    return is_ordered;
}

int32_t dr_math_clamp(int32_t v, int32_t min, int32_t max, const char* where) {
    if (!ordered(min <= max, where)) {
        return 0;
    }
    return v < min ? min : v > max ? max : v;
}

int64_t dr_math_clamp_long(int64_t v, int64_t min, int64_t max, const char* where) {
    if (!ordered(min <= max, where)) {
        return 0;
    }
    return v < min ? min : v > max ? max : v;
}

double dr_math_clamp_double(double v, double min, double max, const char* where) {
    if (!ordered(!(min > max), where)) {
        return 0;
    }
    return v < min ? min : v > max ? max : v;
}

bool dr_is_nan(double v) {
    return v != v;
}

bool dr_is_infinity(double v) {
    return v - v != 0 && v == v;
}
