#include "tests/bench/wsfan/report.h"

#include "lib/base.h"
#include "tests/bench/wsfan/conn.h"
#include "tests/bench/wsfan/options.h"

typedef unsigned long long ull;

void report_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(*text == '"' || *text == '\\' || (unsigned char)*text < 32 ? '\'' : *text, out);
}

void report_begin(FILE *out, double open_s)
{
    fprintf(out, "{\"tool\":\"wsfan 2\",\"label\":\"");
    report_text(out, opt.label);
    fprintf(out,
            "\",\"mode\":\"%s\",\"rooms\":%d,\"clients\":%d,\"senders\":%d,\"size\":%d,"
            "\"binary\":%s,\"connected\":%d,\"connect_failed\":%llu,\"connect_s\":%.3f,",
            opt.mode, opt.rooms, opt.clients, opt.senders, opt.size, opt.binary ? "true" : "false",
            conns.ready, (ull)conns.failed, open_s);
    hist_print(out, "connect_ms", &conns.connect);
    fputc(',', out);
}

static void counters(FILE *out, const struct counters *c)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"sent", c->sent},
        {"unsent", c->unsent},
        {"expected", c->expected},
        {"delivered", c->delivered},
        {"lost", c->lost},
        {"duplicated", c->duplicated},
        {"reordered", c->reordered},
        {"misrouted", c->misrouted},
        {"malformed", c->malformed},
        {"late", c->late},
        {"stale", c->stale},
        {"self", c->self},
        {"other", c->other},
        {"disconnects", c->disconnects},
        {"protocol_errors", c->protocol_errors},
        {"frames_in", c->frames_in},
        {"bytes_in", c->bytes_in},
    };
    for (size_t i = 0; i < M4_COUNT(rows); i++)
        fprintf(out, "\"%s\":%llu,", rows[i].name, (ull)rows[i].value);
}

static void for_people(const struct result *r, double busy)
{
    const struct counters *c = &r->c;
    fprintf(stderr,
            "rate %.0f/s: sent %llu expected %llu lost %llu dup %llu reord %llu misrouted %llu | "
            "in %.0f/s | p50 %.2f p99 %.2f max %.1f ms | server cpu %.0f%% client cpu %.0f%%\n",
            r->rate, (ull)c->sent, (ull)c->expected, (ull)c->lost, (ull)c->duplicated,
            (ull)c->reordered, (ull)c->misrouted, (double)c->window / r->window_s,
            hist_ms(&r->latency, .5), hist_ms(&r->latency, .99), (double)r->latency.max / 1e6,
            100 * r->server_cpu_s / r->window_s, 100 * busy);
}

void report_phase(FILE *out, const struct result *r)
{
    double busy = r->window_s > 0 ? r->client_cpu_s / r->window_s : 0;
    double arrived = (double)r->c.window;
    fprintf(out, "{\"rate\":%.1f,\"pass\":%s,", r->rate, r->pass ? "true" : "false");
    counters(out, &r->c);
    fprintf(out, "\"window_s\":%.3f,\"sent_per_s\":%.1f,\"delivered_per_s\":%.1f,", r->window_s,
            (double)r->lag.n / r->window_s, arrived / r->window_s);
    hist_print(out, "latency_ms", &r->latency);
    fputc(',', out);
    hist_print(out, "send_lag_ms", &r->lag);
    fprintf(out,
            ",\"server_cpu_s\":%.2f,\"server_cpu_pct\":%.1f,\"server_rss_kb\":%llu,"
            "\"server_processes\":%d,\"delivered_per_server_cpu_s\":%.0f,\"client_cpu_s\":%.2f,"
            "\"generator_limited\":%s}",
            r->server_cpu_s, 100 * r->server_cpu_s / r->window_s, (ull)r->after.rss_bytes / 1024,
            r->after.processes, r->server_cpu_s > 0 ? arrived / r->server_cpu_s : 0,
            r->client_cpu_s, busy > 0.9 ? "true" : "false");
    for_people(r, busy);
}

static double per_connection(uint64_t before, uint64_t after)
{
    return ((double)after - (double)before) / (conns.ready ? conns.ready : 1);
}

void report_idle(FILE *out, const struct usage *empty, const struct usage *full,
                 const struct usage *end, double seconds)
{
    double rss = per_connection(empty->rss_bytes, full->rss_bytes);
    double cpu_s = end->cpu_s - full->cpu_s;
    fprintf(out,
            "\"idle\":{\"connections\":%d,\"rss_before_kb\":%llu,\"rss_after_kb\":%llu,"
            "\"rss_per_conn_bytes\":%.0f,\"pss_per_conn_bytes\":%.0f,"
            "\"kernel_tcp_both_ends_per_conn_bytes\":%.0f,\"hold_s\":%.1f,"
            "\"server_cpu_while_idle_s\":%.2f,\"disconnects\":%llu}",
            conns.ready, (ull)empty->rss_bytes / 1024, (ull)full->rss_bytes / 1024, rss,
            per_connection(empty->pss_bytes, full->pss_bytes),
            per_connection(empty->tcp_bytes, full->tcp_bytes), seconds, cpu_s,
            (ull)tally.c.disconnects);
    fprintf(stderr, "idle: %d connections, %.0f bytes RSS each, %.2f server cpu s in %.0f s\n",
            conns.ready, rss, cpu_s, seconds);
}
