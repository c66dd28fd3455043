/* tally.h - what is counted while messages flow */
#ifndef M4_BENCH_WSFAN_TALLY_H
#define M4_BENCH_WSFAN_TALLY_H

#include <stdbool.h>

#include "tests/bench/wsfan/hist.h"

struct counters {
    uint64_t sent, unsent, expected, delivered, lost;
    uint64_t window; /* delivered in the measured window */
    uint64_t duplicated, reordered, misrouted, malformed;
    uint64_t late;  /* of an earlier step of the ramp */
    uint64_t stale; /* of an earlier run: history that was replayed */
    uint64_t self, other, frames_in, bytes_in, disconnects, protocol_errors;
};

struct tally {
    struct counters c;
    struct hist latency; /* intended to be sent -> received */
    struct hist lag;     /* intended to be sent -> sent: wsfan's own part in it */
    bool in_phase, in_window;
    uint64_t measure_from_ns; /* latencies count for messages intended from then on */
};

extern struct tally tally;

/* One expected message came `now_ns`; it was intended for `when_ns`. */
void tally_delivered(uint64_t when_ns, uint64_t now_ns);

#endif
