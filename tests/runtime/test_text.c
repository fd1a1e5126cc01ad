/* test_text.c: floats and integers to text and back, formats, alignment, arithmetic. */
#define DR_MANAGED 1
#include "check.h"

#include <float.h>
#include <math.h>

#define DOUBLE(v, text) CHECK_OWN(dr_double_to_string(v), text)
#define FLOAT(v, text) CHECK_OWN(dr_float_to_string(v), text)

static void plain(void) {
    DOUBLE(3.5, "3.5"); DOUBLE(20, "20"); DOUBLE(0.1, "0.1"); DOUBLE(1e20, "1E+20"); DOUBLE(0.0, "0");
    DOUBLE(-0.0, "-0"); DOUBLE(1e15, "1E+15"); DOUBLE(123456789012345.0, "123456789012345");
    DOUBLE(999999999999999.0, "999999999999999"); DOUBLE(1234567890123456.0, "1234567890123456");
    DOUBLE(0.0001, "0.0001"); DOUBLE(0.00001, "1E-05"); DOUBLE(1.5e-7, "1.5E-07"); DOUBLE(1e100, "1E+100");
    DOUBLE(0.1 + 0.2, "0.30000000000000004"); DOUBLE(1.0 / 3, "0.3333333333333333");
    DOUBLE(2.0 / 3, "0.6666666666666666"); DOUBLE(100.0 / 3, "33.333333333333336"); DOUBLE(1e-300, "1E-300");
    DOUBLE(DBL_MAX, "1.7976931348623157E+308"); DOUBLE(5e-324, "5E-324"); DOUBLE(DBL_MIN, "2.2250738585072014E-308");
    DOUBLE(HUGE_VAL, "Infinity"); DOUBLE(-HUGE_VAL, "-Infinity"); DOUBLE((double)NAN, "NaN");
    DOUBLE(5.684341886080802e-14, "5.684341886080802E-14"); DOUBLE(9007199254740993.0, "9007199254740992");
    DOUBLE(-1.25, "-1.25"); DOUBLE(4.35, "4.35"); DOUBLE(1e14, "100000000000000"); DOUBLE(1e22, "1E+22");
    FLOAT(0.1f, "0.1"); FLOAT(1.5f, "1.5"); FLOAT(16777216.0f, "16777216"); FLOAT(1e7f, "1E+07");
    FLOAT(9999999.0f, "9999999"); FLOAT(3.1415927f, "3.1415927"); FLOAT(1.0f / 3, "0.33333334");
    FLOAT(FLT_MAX, "3.4028235E+38"); FLOAT(1e-45f, "1E-45"); FLOAT(-0.0f, "-0"); FLOAT(100.0f, "100");
    FLOAT(0.0001f, "0.0001"); FLOAT(0.00001f, "1E-05"); FLOAT(123456.79f, "123456.79"); FLOAT(2.5e-10f, "2.5E-10");
    CHECK_OWN(dr_int_to_string(INT32_MIN), "-2147483648");
    CHECK_OWN(dr_long_to_string(INT64_MIN), "-9223372036854775808");
    CHECK_OWN(dr_int_to_string(0), "0"); CHECK_OWN(dr_int_to_string(-128), "-128"); CHECK_OWN(dr_int_to_string(1024), "1024");
    CHECK(dr_int_to_string(7) == dr_long_to_string(7) && dr_char_to_string(200) == dr_char_to_string(200));
    CHECK_OWN(dr_char_to_string(0), "\0"); CHECK_OWN(dr_bool_to_string(true), "true"); CHECK_OWN(dr_byte_to_string(255), "255");
}

static uint64_t seed = 88172645463325252u;
static uint64_t next_random(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void check_double(double v) {
    char text[64];
    int n = dri_print_double(text, v);
    text[n] = 0;
    CHECK(n < DR_NUMBER_SIZE);
    if (!(v - v == 0)) {
        return;
    }
    CHECK(strtod(text, NULL) == v);
    /* No decimal with fewer digits reads back. */
    int digits = 0;
    int zeros = 0;
    for (char* p = text; *p != 0 && *p != 'E'; p++) {
        if (*p >= '0' && *p <= '9') {
            zeros = *p == '0' ? zeros + 1 : 0;
            digits += digits > 0 || *p != '0';
        }
    }
    digits -= zeros;
    if (digits > 1) {
        char shorter[64];
        snprintf(shorter, sizeof shorter, "%.*e", digits - 2, v);
        CHECK(strtod(shorter, NULL) != v);
    }
}

static void round_trips(void) {
    int count = long_tests() ? 3000000 : 20000;
    for (int i = 0; i < count; i++) {
        uint64_t bits = next_random();
        double v;
        float f;
        memcpy(&v, &bits, sizeof v);
        check_double(v);
        check_double((double)(int64_t)(bits % 100000000) / 1000);
        memcpy(&f, &bits, sizeof f);
        if (f - f == 0) {
            char text[64];
            text[dri_print_float(text, f)] = 0;
            CHECK(strtof(text, NULL) == f);
        }
    }
    for (int e = -1074; e < 1024; e++) {
        check_double(ldexp(1.0, e));
    }
}

static char* managed(const char* text) {
    static char* last;
    dr_release_string(last);
    last = text != NULL ? dr_string_from_c(text) : NULL;
    return last;
}

#define INT(v, format, text) CHECK_OWN(dr_format_int(v, managed(format), ""), text)
#define REAL(v, format, text) CHECK_OWN(dr_format_double(v, managed(format), ""), text)

static void standard_formats(void) {
    INT(42, "D5", "00042"); INT(-42, "D5", "-00042"); INT(0, "D", "0"); INT(0, "D3", "000"); INT(INT32_MIN, "D12", "-002147483648");
    INT(255, "X", "FF"); INT(255, "x4", "00ff"); INT(-1, "X", "FFFFFFFF"); INT(INT32_MIN, "X", "80000000"); INT(0, "x", "0");
    INT(10, "B", "1010"); INT(5, "b8", "00000101"); INT(-1, "B", "11111111111111111111111111111111");
    INT(1234567, "N0", "1,234,567"); INT(-1234567, "N", "-1,234,567.00"); INT(5, "F2", "5.00"); INT(INT32_MIN, "N1", "-2,147,483,648.0");
    INT(12345, "E2", "1.23E+004"); INT(12350, "e2", "1.24e+004"); INT(0, "E1", "0.0E+000"); INT(INT32_MIN, "E", "-2.147484E+009");
    INT(7, NULL, "7"); INT(7, "", "7"); INT(7, "G", "7"); INT(12345, "G3", "1.23E+04"); INT(12345, "g2", "1.2e+04"); INT(99999, "G3", "1E+05");
    INT(123, "G3", "123"); INT(INT32_MIN, "G", "-2147483648"); INT(5, "P0", "500 %"); INT(0, "P1", "0.0 %"); INT(-12, "P", "-1,200.00 %");
    INT(1234, "C", "\xC2\xA4""1,234.00"); INT(-1234, "C0", "(\xC2\xA4""1,234)"); INT(0, "C1", "\xC2\xA4""0.0");
    CHECK_OWN(dr_format_long(INT64_MIN, managed("N0"), ""), "-9,223,372,036,854,775,808");
    CHECK_OWN(dr_format_long(-1, managed("X"), ""), "FFFFFFFFFFFFFFFF");
    CHECK_OWN(dr_format_long(INT64_MIN, managed("E20"), ""), "-9.22337203685477580800E+018");
    CHECK_OWN(dr_format_long(INT64_MAX, managed("G5"), ""), "9.2234E+18");
    REAL(3.14159, "F2", "3.14"); REAL(-0.001, "F2", "-0.00"); REAL(-0.0, "F1", "-0.0"); REAL(1234.5, "N1", "1,234.5"); REAL(0.125, "P1", "12.5 %");
    /* Halves go away from zero, if they are halves. */
    REAL(2.5, "F0", "3"); REAL(0.5, "F0", "1"); REAL(1.5, "F0", "2"); REAL(-2.5, "F0", "-3"); REAL(0.125, "F2", "0.13"); REAL(0.375, "F2", "0.38");
    REAL(1.005, "F2", "1.00"); REAL(2.675, "F2", "2.67"); REAL(0.45, "F1", "0.5"); REAL(0.35, "F1", "0.3"); REAL(0.00125, "P2", "0.13 %");
    REAL(0.0625, "P0", "6 %"); REAL(0.125, "P0", "13 %"); REAL(9.5, "F0", "10"); REAL(99.5, "N0", "100"); REAL(0.05, "F0", "0");
    REAL(25, "E0", "3E+001"); REAL(250, "E0", "3E+002"); REAL(2.5, "G1", "3"); REAL(25, "G1", "3E+01"); REAL(9.5, "G1", "1E+01"); REAL(0.25, "G1", "0.3");
    REAL(1234.5678, "E2", "1.23E+003"); REAL(1234.5678, "e", "1.234568e+003"); REAL(0.1, "G", "0.1"); REAL(1234.5678, "G3", "1.23E+03");
    REAL(0.0, "E3", "0.000E+000"); REAL(-0.0, "E0", "-0E+000"); REAL(1e-300, "E1", "1.0E-300"); REAL(0.00012345, "G3", "0.000123"); REAL(0.000012345, "g3", "1.23e-05");
    REAL(1.0 / 3, "F5", "0.33333"); REAL(1e22, "F0", "10000000000000000000000"); REAL(0.1, "F20", "0.10000000000000000555"); REAL(123456789.0, "N", "123,456,789.00");
    REAL(1e20, "R", "1E+20"); REAL(1e20, "g", "1e+20"); REAL(0.1, "R", "0.1"); REAL(100, "G2", "1E+02"); REAL(0.0, "G5", "0"); REAL(-0.0, "G5", "-0");
    REAL(0.1, "G17", "0.10000000000000001"); REAL(0.1, "G20", "0.10000000000000000555"); REAL(999.995, "C2", "\xC2\xA4""1,000.00"); REAL(-1, "C", "(\xC2\xA4""1.00)");
    REAL(5e-324, "E5", "4.94066E-324"); REAL(5e-324, "F3", "0.000"); REAL(1.7976931348623157e308, "E16", "1.7976931348623157E+308");
    REAL((double)NAN, "F2", "NaN"); REAL(-(double)INFINITY, "0.00", "-Infinity"); REAL((double)INFINITY, "D", "Infinity");
    CHECK_OWN(dr_format_float(0.1f, managed("F3"), ""), "0.100");
    CHECK_OWN(dr_format_float(0.1f, managed("F10"), ""), "0.1000000015");
    CHECK_OWN(dr_format_float(1e10f, managed("g"), ""), "1e+10");
    char* wide = dr_format_double(1, managed("F1999"), "");
    CHECK(dr_string_length(wide) == 2001 && wide[2000] == '0');
    dr_release_string(wide);
    wide = dr_format_double(1.7976931348623157e308, managed("F1200"), "");
    CHECK(dr_string_length(wide) == 309 + 1 + 1200);
    dr_release_string(wide);
    wide = dr_format_int(-1, managed("D300"), "");
    CHECK(dr_string_length(wide) == 301 && wide[0] == '-' && wide[1] == '0' && wide[300] == '1');
    dr_release_string(wide);
    CHECK(dr_format_int(1, managed("Q"), "") == NULL);
    CHECK_THROWN(FormatException);
    CHECK(dr_format_int(1, managed("R"), "") == NULL);
    CHECK_THROWN(FormatException);
    CHECK(dr_format_int(1, managed("F1000000000"), "") == NULL);
    CHECK_THROWN(FormatException);
    CHECK(dr_format_double(1, managed("D2"), "") == NULL);
    CHECK_THROWN(FormatException);
    CHECK(dr_format_double(1, managed("X9999999999"), "") == NULL);
    CHECK_THROWN(FormatException);
    managed(NULL);
}

static void custom_formats(void) {
    INT(5, "000", "005"); INT(1234567, "#,##0", "1,234,567"); INT(0, "#", ""); INT(12345, "00", "12345"); INT(0, "0", "0"); INT(-7, "00", "-07");
    INT(5, "#,000", "005"); INT(1234, "0,000,000", "0,001,234"); INT(12, "#,##0.00", "12.00"); INT(1234567, "0,,", "1"); INT(1500000, "0,,.0", "1.5"); INT(1500000, "0.0,,", "1500000.0");
    INT(1234567, "#,##0,K", "1,235K"); INT(1234567, "0,.", "1235"); INT(5550123, "000-0000", "555-0123"); INT(-5, "0;(0)", "(5)"); INT(5, "0;(0)", "5");
    INT(0, "0;(0);'zero'", "zero"); INT(-5, "#;;z", "-5"); INT(5, "\"a\"0'b'", "a5b"); INT(5, "\\#0\\", "#5"); INT(5, "'x", "x"); INT(15, "0%", "1500%");
    INT(5, "abc", "abc"); INT(-5, "abc", "-abc"); INT(1234, "0.##E+0", "1.23E+3"); INT(1234, "00e0", "12e2"); INT(1234, "0E-000", "1E003");
    INT(1234, "0.0E+0x0E0", "1.2E+3x3E0"); INT(3, "0E", "3E"); INT(3, "0e+", "3e+"); INT(0, "0.0E+0", "0.0E+0"); INT(INT32_MIN, "#,#", "-2,147,483,648");
    REAL(3.0, "0.00", "3.00"); REAL(3.14159, "0.##", "3.14"); REAL(3.0, "0.##", "3"); REAL(0.5, "#.##", ".5"); REAL(0.5, "0%", "50%"); REAL(0.0005, "0.0\xE2\x80\xB0", "0.5\xE2\x80\xB0");
    REAL(2.5, "0", "3"); REAL(1.005, "0.00", "1.01"); REAL(0.00123, "0.0000", "0.0012"); REAL(0.00123, "#.####", ".0012"); REAL(1.5, "0.0.0", "1.50");
    REAL(-0.4, "0", "-0"); REAL(-0.4, "#", ""); REAL(-0.4, "0;neg;zero", "zero"); REAL(-0.4, "0;neg", "-0"); REAL(0, "0;neg;", "0"); REAL(-1.5, "+0.0;-0.0", "-1.5");
    REAL(1e21, "#,##0", "1,000,000,000,000,000,000,000"); REAL(1234567890123456789.0, "0", "1234567890123460000"); REAL(1e-5, "0.###E-00", "1E-05");
    REAL(0.1 + 0.2, "0.00000000000000000000", "0.30000000000000000000"); REAL(999.96, "0.0", "1000.0"); REAL(99.96, "0.0E0", "1.0E2"); REAL(1234.5, "0.", "1235"); REAL(12.5, ".00", "12.50");
    CHECK_OWN(dr_format_float(16777216.0f, managed("0"), ""), "16777220");
    managed(NULL);
}

static void alignment(void) {
    CHECK_OWN(dr_align(dr_int_to_string(42), 5), "   42");
    CHECK_OWN(dr_align(dr_int_to_string(42), -5), "42   ");
    CHECK_OWN(dr_align(dr_int_to_string(42), 1), "42");
    CHECK_OWN(dr_align(NULL, 2), "  ");
}

static void parsing(void) {
    int32_t i;
    int64_t n;
    double d;
    bool b;
    uint8_t byte;
    CHECK(dr_parse_int(managed(" -42 "), "") == -42 && dr_parse_int(managed("+7"), "") == 7);
    CHECK(dr_parse_int(managed("-2147483648"), "") == INT32_MIN);
    dr_parse_int(managed("2147483648"), "");
    CHECK_THROWN(OverflowException);
    dr_parse_int(managed("99999999999999999999999"), "");
    CHECK_THROWN(OverflowException);
    const char* bad[] = {"", " ", "-", "1x", "0x10", "1 2", "--1", "1.5"};
    for (int k = 0; k < 8; k++) {
        dr_parse_int(managed(bad[k]), "");
        CHECK_THROWN(FormatException);
        CHECK(!dr_try_parse_int(managed(bad[k]), &i) && i == 0);
    }
    dr_parse_int(NULL, "");
    CHECK_THROWN(ArgumentException);
    CHECK(dr_parse_long(managed("-9223372036854775808"), "") == INT64_MIN);
    CHECK(dr_try_parse_long(managed("9223372036854775807"), &n) && n == INT64_MAX);
    CHECK(!dr_try_parse_long(managed("9223372036854775808"), &n));
    CHECK(dr_try_parse_byte(managed("255"), &byte) && byte == 255 && !dr_try_parse_byte(managed("256"), &byte));
    CHECK(!dr_try_parse_byte(managed("-1"), &byte) && dr_try_parse_byte(managed("-0"), &byte));
    CHECK(dr_parse_double(managed(" -1.5e3 "), "") == -1500 && dr_parse_double(managed("1,234.5"), "") == 1234.5);
    CHECK(dr_parse_double(managed(".5"), "") == 0.5 && dr_parse_double(managed("5."), "") == 5);
    CHECK(dr_parse_double(managed("-Infinity"), "") == -HUGE_VAL && dr_is_nan(dr_parse_double(managed("NaN"), "")));
    const char* not_real[] = {"", ".", "e5", "1e", "1e+", "0x1p3", "inf", "1.2.3", "1 2", "nan(1)"};
    for (int k = 0; k < 10; k++) {
        CHECK(!dr_try_parse_double(managed(not_real[k]), &d) && d == 0);
        dr_parse_double(managed(not_real[k]), "");
        CHECK_THROWN(FormatException);
    }
    CHECK(dr_parse_float(managed("0.1"), "") == 0.1f);
    CHECK(dr_try_parse_bool(managed(" True "), &b) && b && dr_try_parse_bool(managed("false"), &b) && !b);
    CHECK(!dr_try_parse_bool(managed("yes"), &b));
    dr_parse_bool(managed("1"), "");
    CHECK_THROWN(FormatException);
    managed(NULL);
}

static void arithmetic(void) {
    CHECK(dr_add(INT32_MAX, 1) == INT32_MIN && dr_sub(INT32_MIN, 1) == INT32_MAX && dr_mul(65536, 65536) == 0);
    CHECK(dr_neg(INT32_MIN) == INT32_MIN && dr_neg_long(INT64_MIN) == INT64_MIN);
    CHECK(dr_add_long(INT64_MAX, 1) == INT64_MIN && dr_mul_long(INT64_MAX, 2) == -2);
    CHECK(!dr_div_ok(1, 0) && !dr_div_ok(INT32_MIN, -1) && dr_div_ok(INT32_MIN, 1) && dr_div(-7, 2) == -3);
    CHECK(dr_mod(INT32_MIN, -1) == 0 && dr_mod(-7, 2) == -1 && dr_mod_long(INT64_MIN, -1) == 0);
    CHECK(dr_shl(1, 33) == 2 && dr_shr(-8, 1) == -4 && dr_shl_long(1, 65) == 2 && dr_shl(-1, 31) == INT32_MIN);
    CHECK(dr_double_to_int(1e30) == INT32_MAX && dr_double_to_int(-1e30) == INT32_MIN && dr_double_to_int((double)NAN) == 0);
    CHECK(dr_double_to_int(2147483647.9) == INT32_MAX && dr_double_to_int(-2147483648.9) == INT32_MIN && dr_double_to_int(-1.9) == -1);
    CHECK(dr_double_to_long(9.3e18) == INT64_MAX && dr_double_to_long(-9.3e18) == INT64_MIN && dr_double_to_long(1e18) == 1000000000000000000);
    CHECK(dr_float_to_int(3e9f) == INT32_MAX && dr_double_to_byte(300) == 255 && dr_double_to_byte(-1) == 0 && dr_double_to_byte((double)NAN) == 0);
    CHECK(dr_to_int(((int64_t)1 << 32) + 5) == 5 && dr_to_byte(-1) == 255 && dr_to_char(321) == 65);
    CHECK(dr_mod_double(-5.5, 2) == -1.5);
    CHECK(dr_math_round(2.5) == 2 && dr_math_round(3.5) == 4 && dr_math_round(-2.5) == -2 && dr_math_round(-0.5) == 0 && dr_math_round(-1.6) == -2);
    CHECK(signbit(dr_math_round(-0.2)) && dr_math_round(0.49999999999999994) == 0 && dr_math_round(1e300) == 1e300);
    CHECK(dr_math_round_away(2.5) == 3 && dr_math_round_away(-2.5) == -3 );
    CHECK(dr_math_round_digits(2.5, 0, "") == 2 && dr_math_round_digits(1.255, 1, "") == 1.3 && dr_math_round_digits(-1.25, 1, "") == -1.2);
    dr_math_round_digits(1, 16, "");
    CHECK_THROWN(ArgumentOutOfRangeException);
    CHECK(signbit(dr_math_min(0.0, -0.0)) && !signbit(dr_math_max(-0.0, 0.0)) && dr_is_nan(dr_math_max((double)NAN, 1)) && dr_is_nan(dr_math_min(1, (double)NAN)));
    CHECK(dr_math_abs(-3, "") == 3 && dr_math_sign(-0.5, "") == -1 && dr_math_clamp(5, 1, 3, "") == 3);
    dr_math_abs(INT32_MIN, "");
    CHECK_THROWN(OverflowException);
    dr_math_clamp(1, 3, 1, "");
    CHECK_THROWN(ArgumentException);
    CHECK(dr_is_infinity(-HUGE_VAL) && !dr_is_infinity((double)NAN) && !dr_is_infinity(1));
}

void suite_text(void) {
    plain();
    round_trips();
    standard_formats();
    custom_formats();
    alignment();
    parsing();
    arithmetic();
}
