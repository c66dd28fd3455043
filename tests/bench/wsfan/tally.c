#include "tests/bench/wsfan/tally.h"

struct tally tally;

void tally_delivered(uint64_t when_ns, uint64_t now_ns)
{
    tally.c.delivered++;
    tally.c.window += tally.in_window;
    if (when_ns >= tally.measure_from_ns)
        hist_add(&tally.latency, now_ns > when_ns ? now_ns - when_ns : 0);
}
