/* test_clock.c: the clocks, the time zone, and that a signal does not end a wait. */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t signals;

static void count_signal(int number) {
    (void)number;
    signals++;
}

void suite_clock(void) {
    int64_t start = dr_clock_monotonic();
    CHECK(dr_clock_monotonic() >= start);
    CHECK(dr_clock_now() / 1000000000 - (int64_t)time(NULL) <= 1);
    CHECK(dr_entropy() != dr_entropy());

    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    CHECK(dr_clock_offset(1706702400) == 3600);           /* January 2024 */
    CHECK(dr_clock_offset(1711846799) == 3600);           /* the last second of winter time */
    CHECK(dr_clock_offset(1711846800) == 7200);
    CHECK(dr_clock_offset(-62135596800) == 3600);         /* the first day of the year 1 */
    CHECK(dr_clock_offset(253402300799) == 3600);         /* the last one of 9999 */
    CHECK(dr_clock_offset(-80000000000) == 3600);         /* before the year 0 */
    setenv("TZ", "UTC0", 1);
    CHECK(dr_clock_offset(1711846800) == 0);

    struct sigaction action = {0};
    action.sa_handler = count_signal;
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{0, 5000}, {0, 5000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    start = dr_clock_monotonic();
    dr_sleep(30);
    CHECK(dr_clock_monotonic() - start >= 30000000);
    CHECK(signals > 0);
    struct itimerval off = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &off, NULL);
}
