/* clock.c: clocks, the local time zone, waiting and chance, from POSIX or else from C11 alone.
 *
 * The time zone is the C library's: the variable TZ, or what the machine is set to. */
#include "internal.h"

#include <time.h>

#if defined(__unix__) || defined(__APPLE__)
#include <errno.h>
#define HAVE_POSIX_CLOCKS 1
#else
#define HAVE_POSIX_CLOCKS 0
#endif

static int64_t in_nanoseconds(struct timespec t) {
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Seconds from 1970 to a date and time of the Gregorian calendar; days by Howard Hinnant's days_from_civil. */
static int64_t seconds_of(const struct tm* t) {
    int64_t month = (t->tm_mon + 10) % 12; /* from March on */
    int64_t year = t->tm_year + INT64_C(1900) - (t->tm_mon < 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * month + 2) / 5 + t->tm_mday - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * 146097 + day_of_era - 719468;
    return ((days * 24 + t->tm_hour) * 60 + t->tm_min) * 60 + t->tm_sec;
}

int32_t dr_clock_offset(int64_t instant) {
    time_t seconds = (time_t)instant;
    const struct tm* local = seconds == instant ? localtime(&seconds) : NULL;
    return local == NULL ? 0 : (int32_t)(seconds_of(local) - instant);
}

#if HAVE_POSIX_CLOCKS

int64_t dr_clock_now(void) {
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_REALTIME, &t);
    return in_nanoseconds(t);
}

int64_t dr_clock_monotonic(void) {
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return in_nanoseconds(t);
}

void dr_sleep(int64_t milliseconds) {
    struct timespec left = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
    dr_console_flush();
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

#else

int64_t dr_clock_now(void) {
    struct timespec t = {0, 0};
    timespec_get(&t, TIME_UTC);
    return in_nanoseconds(t);
}

int64_t dr_clock_monotonic(void) {
    return dr_clock_now();
}

void dr_sleep(int64_t milliseconds) {
    int64_t end = dr_clock_now() + milliseconds * 1000000;
    dr_console_flush();
    while (dr_clock_now() < end) {
    }
}

#endif

int64_t dr_entropy(void) {
    int64_t bits = 0;
    FILE* source = fopen("/dev/urandom", "rb");
    if (source != NULL) {
        setvbuf(source, NULL, _IONBF, 0);
        size_t count = fread(&bits, sizeof bits, 1, source);
        fclose(source);
        if (count == 1) {
            return bits;
        }
    }
    return (int64_t)((uint64_t)dr_clock_now() * UINT64_C(0x9E3779B97F4A7C15)) ^ dr_clock_monotonic();
}
