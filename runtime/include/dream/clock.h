/* clock.h: what the system knows about time: the clocks, the time zone, waiting; and its source of chance.
 *
 * Instants are counted from 1970-01-01 in UTC. Nothing here fails: what a system lacks is answered by the next best. */
#ifndef DREAM_CLOCK_H
#define DREAM_CLOCK_H

/* Nanoseconds since 1970; the clock may be set. */
int64_t dr_clock_now(void);
/* Nanoseconds since some start; never goes back. */
int64_t dr_clock_monotonic(void);
/* By how many seconds local time is ahead of UTC at an instant, given in seconds. */
int32_t dr_clock_offset(int64_t instant);
/* Waits for so long at least, signals or not. What was written to stdout is seen before. */
void dr_sleep(int64_t milliseconds);
/* 64 bits that are different in each run. */
int64_t dr_entropy(void);

#endif
