/* phase.h - one stretch of load at one rate, and what came of it */
#ifndef M4_BENCH_WSFAN_PHASE_H
#define M4_BENCH_WSFAN_PHASE_H

#include "tests/bench/wsfan/tally.h"
#include "tests/bench/wsfan/usage.h"

struct result {
    double rate, window_s, server_cpu_s, client_cpu_s;
    struct counters c;
    struct usage after;
    struct hist latency, lag;
    bool pass; /* nothing lost, nobody gone, p99 as wanted */
};

/* Warms up, measures for that long, waits for what is on its way. */
void phase_run(double rate, double duration_s, struct result *ret);

#endif
