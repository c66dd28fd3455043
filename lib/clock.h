/* clock.h - the two clocks, and a way to put another in their place
 *
 * Monotonic time decides (timeouts, back-off, limits); wall time is shown and
 * stored. A test injects its own pair before it starts threads.
 */
#ifndef M4_LIB_CLOCK_H
#define M4_LIB_CLOCK_H

#include "lib/base.h"

struct m4_clock {
    int64_t (*mono_us)(void); /* microseconds since some fixed moment, never backwards */
    int64_t (*wall_us)(void); /* microseconds since 1970-01-01 UTC */
};

/* Takes effect at once for the whole process; NULL puts the system's clocks back. */
void m4_clock_set(const struct m4_clock *clock);

int64_t m4_mono_us(void);
int64_t m4_wall_us(void);

static inline int64_t m4_mono_ms(void)
{
    return m4_mono_us() / 1000;
}

/* "2026-02-11T08:15:02.114Z" for a wall time; buf holds at least M4_TIME_TEXT bytes. */
#define M4_TIME_TEXT 32
const char *m4_time_text(int64_t wall_us, char *buf);

#endif
