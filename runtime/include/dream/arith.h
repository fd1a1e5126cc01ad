/* arith.h: Dream's arithmetic in C that no optimiser may misread: wrapping, masked shifts, saturating conversions, and
 * the few functions of Math where libm differs from C#. No errors: the caller checks division with dr_div_ok first.
 * Everything is O(1). Conversion of an out-of-range unsigned value to signed wraps with every supported compiler. */
#ifndef DREAM_ARITH_H
#define DREAM_ARITH_H

DR_INLINE int32_t dr_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
DR_INLINE int32_t dr_sub(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }
DR_INLINE int32_t dr_mul(int32_t a, int32_t b) { return (int32_t)((uint32_t)a * (uint32_t)b); }
DR_INLINE int32_t dr_neg(int32_t a) { return (int32_t)(0u - (uint32_t)a); }
DR_INLINE int64_t dr_add_long(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
DR_INLINE int64_t dr_sub_long(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
DR_INLINE int64_t dr_mul_long(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }
DR_INLINE int64_t dr_neg_long(int64_t a) { return (int64_t)((uint64_t)0 - (uint64_t)a); }

/* Whether a / b has a value; when not, dr_throw_div(b, where) picks the exception. */
DR_INLINE bool dr_div_ok(int32_t a, int32_t b) { return b != 0 && !(b == -1 && a == INT32_MIN); }
DR_INLINE bool dr_div_ok_long(int64_t a, int64_t b) { return b != 0 && !(b == -1 && a == INT64_MIN); }
DR_INLINE int32_t dr_div(int32_t a, int32_t b) { return a / b; }
DR_INLINE int64_t dr_div_long(int64_t a, int64_t b) { return a / b; }
/* Only b == 0 has no remainder: MIN % -1 is 0, which the hardware's division cannot say. */
DR_INLINE bool dr_mod_ok(int32_t b) { return b != 0; }
DR_INLINE bool dr_mod_ok_long(int64_t b) { return b != 0; }
DR_INLINE int32_t dr_mod(int32_t a, int32_t b) { return b == -1 ? 0 : a % b; }
DR_INLINE int64_t dr_mod_long(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }

/* Shift counts are masked; >> of a negative number is arithmetic with every supported compiler. */
DR_INLINE int32_t dr_shl(int32_t a, int32_t n) { return (int32_t)((uint32_t)a << (n & 31)); }
DR_INLINE int32_t dr_shr(int32_t a, int32_t n) { return a >> (n & 31); }
DR_INLINE int64_t dr_shl_long(int64_t a, int32_t n) { return (int64_t)((uint64_t)a << (n & 63)); }
DR_INLINE int64_t dr_shr_long(int64_t a, int32_t n) { return a >> (n & 63); }

/* Truncate toward zero, saturate, NaN gives 0. 2147483648.0 and 2^63 are exact, INT32_MAX as float is not. */
DR_INLINE int32_t dr_double_to_int(double v) {
    return v >= 2147483648.0 ? INT32_MAX : v <= -2147483649.0 ? INT32_MIN : v == v ? (int32_t)v : 0;
}
DR_INLINE int64_t dr_double_to_long(double v) {
    return v >= 9223372036854775808.0 ? INT64_MAX : v < -9223372036854775808.0 ? INT64_MIN : v == v ? (int64_t)v : 0;
}
DR_INLINE int32_t dr_float_to_int(float v) { return dr_double_to_int((double)v); }
DR_INLINE int64_t dr_float_to_long(float v) { return dr_double_to_long((double)v); }
DR_INLINE uint8_t dr_double_to_byte(double v) { return v >= 255.0 ? 255 : v > 0.0 ? (uint8_t)v : 0; }
DR_INLINE uint8_t dr_float_to_byte(float v) { return dr_double_to_byte((double)v); }
/* Beyond float's range a double becomes an infinity, which plain C leaves undefined. */
DR_INLINE float dr_double_to_float(double v) { return (float)v; }

/* Integer conversions wrap. */
DR_INLINE int32_t dr_to_int(int64_t v) { return (int32_t)(uint32_t)(uint64_t)v; }
DR_INLINE uint8_t dr_to_byte(int64_t v) { return (uint8_t)(uint64_t)v; }
DR_INLINE unsigned char dr_to_char(int64_t v) { return (unsigned char)(uint64_t)v; }

/* `%` of floats: the sign of the dividend, as fmod. */
double dr_mod_double(double a, double b);
float dr_mod_float(float a, float b);

/* ---- Math ---- */

/* Halves go to the even neighbour. `digits` 0..15 (ArgumentOutOfRangeException beyond). */
double dr_math_round(double v);
double dr_math_round_digits(double v, int32_t digits, const char* where);
/* MidpointRounding.AwayFromZero. */
double dr_math_round_away(double v);
/* C#'s rules for NaN and signed zeros: NaN wins, -0 is below 0. */
double dr_math_min(double a, double b);
double dr_math_max(double a, double b);
/* Math.Pow: as libm, named so that no user function is mistaken for it. */
double dr_math_pow(double base, double exponent);
/* Math.Abs throws OverflowException for MIN, Sign throws ArithmeticException's nearest, OverflowException, for NaN;
 * Clamp throws ArgumentException when min > max. */
int32_t dr_math_abs(int32_t v, const char* where);
int64_t dr_math_abs_long(int64_t v, const char* where);
int32_t dr_math_sign(double v, const char* where);
int32_t dr_math_clamp(int32_t v, int32_t min, int32_t max, const char* where);
int64_t dr_math_clamp_long(int64_t v, int64_t min, int64_t max, const char* where);
double dr_math_clamp_double(double v, double min, double max, const char* where);
bool dr_is_nan(double v);
bool dr_is_infinity(double v);

#endif
