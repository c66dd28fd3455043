#include "supervisor/care/events.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/clock.h"

void events_add(struct events *e, enum m4_level level, const char *name, const char *fmt, ...)
{
    struct event *at = &e->ring[e->count++ % EVENTS_KEPT];
    at->at_us = m4_wall_us();
    at->level = level;
    snprintf(at->name, sizeof(at->name), "%s", name);
    va_list args;
    va_start(args, fmt);
    vsnprintf(at->text, sizeof(at->text), fmt, args);
    va_end(args);
    m4_log(level, name, (struct m4_field[]){M4_S("text", at->text), {0}});
}

unsigned events_kept(const struct events *e)
{
    return e->count < EVENTS_KEPT ? e->count : EVENTS_KEPT;
}

const struct event *events_get(const struct events *e, unsigned i)
{
    return &e->ring[(e->count - events_kept(e) + i) % EVENTS_KEPT];
}

const char *events_span(int64_t ms, char *buf)
{
    if (ms < 1000)
        snprintf(buf, 24, "%d ms", (int)ms);
    else if (ms < 10000)
        snprintf(buf, 24, "%d.%d s", (int)(ms / 1000), (int)(ms / 100 % 10));
    else if (ms < 120 * 1000)
        snprintf(buf, 24, "%d s", (int)(ms / 1000));
    else if (ms < 120 * 60 * 1000)
        snprintf(buf, 24, "%d min", (int)(ms / 60000));
    else
        snprintf(buf, 24, "%lld h", (long long)(ms / 3600000));
    return buf;
}
