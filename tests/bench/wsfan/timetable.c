#include "tests/bench/wsfan/timetable.h"

#include <math.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>

#include "tests/bench/wsfan/ack.h"
#include "tests/bench/wsfan/conn.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tally.h"

enum { EVENTS = 512, SENDS_PER_TURN = 256, EVENTS_PER_SEND = 64 };

static struct {
    bool on;
    double next_ns, gap_ns;
    uint64_t end_ns, index;
} plan;

void timetable_begin(uint64_t from_ns, uint64_t until_ns, double rate)
{
    plan.on = true;
    plan.next_ns = (double)from_ns;
    plan.gap_ns = 1e9 / rate;
    plan.end_ns = until_ns;
    plan.index = 0;
}

bool timetable_is_on(void)
{
    return plan.on;
}

void timetable_end(void)
{
    plan.on = false;
}

/* Neighbouring messages go to different rooms. */
static struct conn *next_sender(void)
{
    uint64_t rooms = (uint64_t)opt.rooms;
    uint64_t i = plan.index++ % (rooms * (uint64_t)opt.senders);
    return &conns.all[i % rooms * (uint64_t)opt.clients + i / rooms];
}

static void send_one(struct conn *c, uint64_t when_ns)
{
    if (c->state != CONN_READY) {
        tally.c.unsent++;
        return;
    }
    if (opt.ack_field)
        ack_sent(c, when_ns);
    conn_send(c, opt.message, opt.binary, when_ns);
    c->seq++;
    tally.c.sent++;
    if (when_ns >= tally.measure_from_ns)
        hist_add(&tally.lag, tool_now_ns() - when_ns);
}

static double next_gap(void)
{
    if (!opt.poisson)
        return plan.gap_ns;
    return -log((double)((tool_random() >> 11) + 1) / 9007199254740993.0) * plan.gap_ns;
}

static void send_due(void)
{
    uint64_t now = tool_now_ns();
    for (int n = 0; plan.on && plan.next_ns <= (double)now && n < SENDS_PER_TURN; n++) {
        uint64_t when = (uint64_t)plan.next_ns;
        if (when >= plan.end_ns) {
            plan.on = false;
            return;
        }
        send_one(next_sender(), when);
        plan.next_ns += next_gap();
    }
}

void timetable_turn(uint64_t until_ns)
{
    static struct epoll_event events[EVENTS];
    send_due();
    uint64_t now = tool_now_ns(), wake = until_ns;
    if (plan.on && plan.next_ns < (double)wake)
        wake = (uint64_t)plan.next_ns;
    uint64_t left = wake > now ? wake - now : 0;
    struct timespec t = {(time_t)(left / TOOL_NS), (long)(left % TOOL_NS)};
    int n = epoll_pwait2(conns.epoll, events, EVENTS, &t, NULL);
    for (int i = 0; i < n; i++) {
        conn_event(events[i].data.ptr, events[i].events);
        if (i % EVENTS_PER_SEND == EVENTS_PER_SEND - 1)
            send_due();
    }
}

void timetable_run_until(uint64_t until_ns)
{
    while (tool_now_ns() < until_ns)
        timetable_turn(until_ns);
}

void timetable_run_for(double seconds)
{
    timetable_run_until(tool_now_ns() + (uint64_t)(seconds * 1e9));
}

bool timetable_open_all(void)
{
    uint64_t until = tool_now_ns() + (uint64_t)(opt.timeout * 1e9), failed = conns.failed;
    int next = 0;
    while (tool_now_ns() < until && (next < conns.count || conns.opening > 0)) {
        while (next < conns.count && conns.opening < opt.at_once) {
            if (conns.all[next].state == CONN_CLOSED)
                conn_open(&conns.all[next]);
            next++;
        }
        timetable_turn(until);
        if (conns.failed - failed > (uint64_t)opt.at_once)
            break;
    }
    return conns.ready == conns.count;
}
