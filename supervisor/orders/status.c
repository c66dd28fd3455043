#include "supervisor/orders/status.h"

#include <stdio.h>

#include "lib/args.h"
#include "lib/clock.h"

static void write_time(struct m4_jw *w, const char *key, int64_t at_us)
{
    char text[M4_TIME_TEXT];
    m4_jw_kstr(w, key, m4_time_text(at_us, text));
}

static void write_known(struct m4_jw *w, const char *key, int64_t number)
{
    m4_jw_key(w, key);
    if (number < 0)
        m4_jw_null(w);
    else
        m4_jw_int(w, number);
}

/* "https://m4sh.local:8443", without the port where it is the usual one. */
static void write_address(struct m4_jw *w, const char *scheme, const char *name, int64_t port,
                          int64_t usual)
{
    char text[320];
    if (port == usual)
        snprintf(text, sizeof(text), "%s://%s", scheme, name);
    else
        snprintf(text, sizeof(text), "%s://%s:%d", scheme, name, (int)port);
    m4_jw_kstr(w, scheme, text);
}

static void write_child(struct m4_jw *w, const struct child *c)
{
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "name", c->kind->name);
    m4_jw_kstr(w, "state", child_state_name(c->state));
    m4_jw_kbool(w, "serves", c->serves);
    m4_jw_key(w, "pid");
    if (c->pid)
        m4_jw_int(w, c->pid);
    else
        m4_jw_null(w);
    write_time(w, "since", c->since_us);
    m4_jw_kint(w, "restarts", c->restarts);
    m4_jw_kstr(w, "detail", c->detail);
    m4_jw_close(w, '}');
}

static void write_events(struct m4_jw *w, const struct events *e)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    m4_jw_key(w, "events");
    m4_jw_open(w, '[');
    for (unsigned i = 0; i < events_kept(e); i++) {
        const struct event *at = events_get(e, i);
        m4_jw_open(w, '{');
        write_time(w, "at", at->at_us);
        m4_jw_kstr(w, "level", levels[at->level]);
        m4_jw_kstr(w, "event", at->name);
        m4_jw_kstr(w, "text", at->text);
        m4_jw_close(w, '}');
    }
    m4_jw_close(w, ']');
}

static void write_parts(const struct status *s, struct m4_jw *w)
{
    m4_jw_key(w, "addresses");
    m4_jw_open(w, '{');
    write_address(w, "https", s->settings->name, s->settings->https_port, 443);
    write_address(w, "http", s->settings->name, s->settings->http_port, 80);
    m4_jw_close(w, '}');
    m4_jw_key(w, "database");
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "kind", s->private_database ? "private" : "external");
    write_known(w, "schema", s->schema);
    write_known(w, "bytes", s->database_bytes);
    m4_jw_close(w, '}');
    m4_jw_key(w, "disk");
    m4_jw_open(w, '{');
    write_known(w, "free_bytes", s->free_bytes);
    write_known(w, "total_bytes", s->total_bytes);
    m4_jw_close(w, '}');
    m4_jw_key(w, "certificate");
    m4_jw_open(w, '{');
    m4_jw_kint(w, "days_left", s->days_left);
    m4_jw_kstr(w, "fingerprint", s->fingerprint);
    m4_jw_close(w, '}');
}

void status_write(const struct status *s, struct m4_jw *w)
{
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "state", s->state);
    m4_jw_kstr(w, "version", m4_version);
    m4_jw_kint(w, "pid", getpid());
    write_time(w, "since", s->since_us);
    m4_jw_kstr(w, "home", s->settings->home);
    write_parts(s, w);
    m4_jw_key(w, "children");
    m4_jw_open(w, '[');
    for (size_t i = 0; i < s->children; i++)
        write_child(w, s->child[i]);
    m4_jw_close(w, ']');
    write_events(w, s->events);
    m4_jw_close(w, '}');
}
