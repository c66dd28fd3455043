/* main.c - wsfan, a load generator for WebSocket servers that also checks delivery
 *
 * options.c says what is asked; conn.c opens the connections (io.c their bytes, upgrade.c the
 * handshake, frame.c their frames); timetable.c sends on time what template.c writes; marker.c
 * and ack.c check what came and tally.c counts it; phase.c is one stretch of load, usage.c what
 * it cost the server, report.c what is said about it. README.md is the manual.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "tests/bench/wsfan/conn.h"
#include "tests/bench/wsfan/lines.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/report.h"
#include "tests/bench/wsfan/timetable.h"
#include "tests/bench/wsfan/url.h"

enum { MOST_STEPS = 60, TIMER_SLACK_NS = 1000 };
enum { CLEAN = 0, NOT_CONNECTED = 2, NOT_CLEAN = 3 };

static double next_rate(double rate, double good, double bad)
{
    if (bad > 0)
        return good > 0 ? sqrt(good * bad) : rate / 2;
    return fmin(rate * opt.ramp_factor, opt.ramp_max);
}

/* Rising rates, then bisection. *r is the best one that passed, or all zero. */
static void ramp(FILE *out, struct result *r)
{
    static struct result best;
    double rate = opt.rate, good = 0, bad = 0;
    fprintf(out, "\"steps\":[");
    for (int step = 0, bisected = 0; step < MOST_STEPS; step++) {
        if (conns.ready < conns.count && !timetable_open_all())
            break;
        phase_run(rate, opt.duration, r);
        if (step)
            fputc(',', out);
        report_phase(out, r);
        fflush(out);
        if (r->pass) {
            good = rate;
            best = *r;
        } else {
            bad = rate;
            timetable_run_for(fmin(opt.drain, 2)); /* a backlog drains away */
        }
        if (bad > 0 && (good > 0 ? bisected++ >= opt.ramp_bisect : rate < 1))
            break;
        if (good >= opt.ramp_max)
            break;
        rate = next_rate(rate, good, bad);
    }
    fprintf(out, "],\"max_p99_ms\":%.1f,\"best_rate\":%.1f,\"best_delivered_per_s\":%.1f,",
            opt.ramp_p99, good, good > 0 ? (double)best.c.window / best.window_s : 0);
    *r = best;
}

static void idle(FILE *out, const struct usage *empty)
{
    timetable_run_for(opt.settle);
    struct usage full = usage_of_server(true);
    uint64_t from = tool_now_ns();
    timetable_run_for(opt.hold);
    struct usage end = usage_of_server(true);
    report_idle(out, empty, &full, &end, (double)(tool_now_ns() - from) / 1e9);
    fputc(',', out);
}

static int load(FILE *out)
{
    static struct result r;
    timetable_run_for(opt.settle);
    if (opt.ramp) {
        ramp(out, &r);
    } else {
        phase_run(opt.rate, opt.duration, &r);
        fprintf(out, "\"result\":");
        report_phase(out, &r);
        fputc(',', out);
    }
    const struct counters *c = &r.c;
    bool faults = c->lost || c->duplicated || c->reordered || c->misrouted || c->malformed ||
                  c->protocol_errors;
    return faults || (opt.ramp && !r.pass) ? NOT_CLEAN : CLEAN;
}

static void prepare(void)
{
    struct rlimit limit;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, (unsigned long)TIMER_SLACK_NS, 0, 0, 0);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    url_parse(opt.url);
    lines_load();
    conn_prepare();
}

int main(int argc, char **argv)
{
    options_parse(argc, argv);
    prepare();
    FILE *out = opt.output ? fopen(opt.output, "w") : stdout;
    if (!out)
        tool_die("cannot write \"%s\": %s", opt.output, strerror(errno));
    struct usage empty = usage_of_server(true);
    uint64_t from = tool_now_ns();
    bool open = timetable_open_all();
    report_begin(out, (double)(tool_now_ns() - from) / 1e9);
    int status = CLEAN;
    if (!open) {
        fprintf(stderr, "wsfan: only %d of %d connections are ready: %s\n", conns.ready,
                conns.count, conns.first_error);
        status = NOT_CONNECTED;
    } else if (opt.idle) {
        idle(out, &empty);
    } else {
        status = load(out);
    }
    fprintf(out, "\"first_error\":\"");
    report_text(out, conns.first_error);
    fprintf(out, "\"}\n");
    if (fclose(out) != 0)
        tool_die("cannot write the result: %s", strerror(errno));
    return status;
}
