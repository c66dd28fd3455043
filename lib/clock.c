#include "lib/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

static int64_t system_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

static const struct m4_clock system_clock = {system_mono_us, system_wall_us};
static const struct m4_clock *current = &system_clock;

void m4_clock_set(const struct m4_clock *clock)
{
    current = clock ? clock : &system_clock;
}

int64_t m4_mono_us(void)
{
    return current->mono_us();
}

int64_t m4_wall_us(void)
{
    return current->wall_us();
}

const char *m4_time_text(int64_t wall_us, char *buf)
{
    int64_t below = wall_us % 1000000;
    if (below < 0)
        below += 1000000; /* before 1970 the fraction still counts forward */
    time_t s = (time_t)((wall_us - below) / 1000000);
    struct tm tm;
    gmtime_r(&s, &tm);
    size_t n = strftime(buf, M4_TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(buf + n, M4_TIME_TEXT - n, ".%03dZ", (int)(below / 1000));
    return buf;
}
