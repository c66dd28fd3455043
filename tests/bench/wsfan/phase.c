#include "tests/bench/wsfan/phase.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/wsfan/conn.h"
#include "tests/bench/wsfan/marker.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/timetable.h"

static const double longest_settle_s = 0.3; /* late duplicates show themselves */

/* Who is there when the phase begins is who must receive; by room into alive[]. */
static void begin(int *alive)
{
    memset(&tally, 0, sizeof(tally));
    for (int i = 0; i < conns.count; i++) {
        struct conn *c = &conns.all[i];
        c->base = c->seq;
        c->acked = 0;
        c->counted = c->state == CONN_READY;
        alive[c->room] += c->counted;
        marker_forget(c);
    }
}

static uint64_t expected(const int *alive)
{
    uint64_t sum = 0;
    for (int i = 0; i < conns.count; i++) {
        const struct conn *c = &conns.all[i];
        if (c->client >= opt.senders || !c->counted)
            continue;
        int receivers = opt.ack ? 1 : alive[c->room] - !opt.self;
        sum += (uint64_t)(c->seq - c->base) * (uint64_t)receivers;
    }
    return sum;
}

static void measure(uint64_t until_ns, struct result *r)
{
    struct usage before = usage_of_server(false);
    double own = usage_of_self();
    uint64_t from = tool_now_ns();
    tally.in_window = true;
    timetable_run_until(until_ns);
    tally.in_window = false;
    r->after = usage_of_server(false);
    r->window_s = (double)(tool_now_ns() - from) / 1e9;
    r->client_cpu_s = usage_of_self() - own;
    r->server_cpu_s = r->after.cpu_s - before.cpu_s;
}

static void drain(const int *alive)
{
    uint64_t until = tool_now_ns() + (uint64_t)(opt.drain * 1e9);
    for (;;) {
        tally.c.expected = expected(alive);
        if ((!timetable_is_on() && tally.c.delivered >= tally.c.expected) || tool_now_ns() >= until)
            break;
        uint64_t soon = tool_now_ns() + TOOL_NS / 100;
        timetable_turn(soon < until ? soon : until);
    }
    timetable_run_for(fmin(opt.settle, longest_settle_s));
}

void phase_run(double rate, double duration_s, struct result *r)
{
    memset(r, 0, sizeof(*r));
    int *alive = calloc((size_t)opt.rooms, sizeof(*alive));
    if (!alive)
        tool_die("out of memory");
    begin(alive);
    uint64_t from = tool_now_ns() + TOOL_NS / 20;
    uint64_t warm = from + (uint64_t)(opt.warmup * 1e9);
    uint64_t until = warm + (uint64_t)(duration_s * 1e9);
    tally.measure_from_ns = warm;
    tally.in_phase = true;
    timetable_begin(from, until, rate);
    timetable_run_until(warm);
    measure(until, r);
    drain(alive);
    timetable_end();
    tally.in_phase = false;
    free(alive);
    struct counters *c = &tally.c;
    c->lost = c->expected > c->delivered ? c->expected - c->delivered : 0;
    r->rate = rate;
    r->c = *c;
    r->latency = tally.latency;
    r->lag = tally.lag;
    r->pass = c->lost == 0 && c->unsent == 0 && c->disconnects == 0 && r->latency.n > 0 &&
              hist_ms(&r->latency, 0.99) <= opt.ramp_p99;
}
