/* box.c - what the box says of itself, and what only its own tools may ask */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/guard/throttle.h"
#include "daemon/store/entity.h"
#include "lib/args.h"
#include "lib/clock.h"
#include "lib/log.h"

/* Where only this machine may come in, the network's name for the box leads nowhere. */
static void own_address(char *buf, size_t size)
{
    const struct m4_settings *s = &app.settings;
    bool loopback = !strncmp(s->bind, "127.", 4) || !strcmp(s->bind, "::1");
    int n = snprintf(buf, size, "https://%s", loopback ? "localhost" : s->name);
    if (s->https_port != 443)
        snprintf(buf + n, size - (size_t)n, ":%lld", (long long)s->https_port);
}

void box_show(struct call *c)
{
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    struct m4_jw w = M4_JW(&b);
    char stamp[M4_TIME_TEXT], address[200];
    own_address(address, sizeof(address));
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "school", app.settings.school);
    m4_jw_kstr(&w, "version", m4_version);
    m4_jw_kstr(&w, "name", app.settings.name);
    m4_jw_kstr(&w, "address", address);
    m4_jw_kstr(&w, "fingerprint", app.fingerprint);
    m4_jw_kstr(&w, "words", app.words);
    m4_jw_kstr(&w, "time", m4_time_text(m4_wall_us(), stamp));
    m4_jw_close(&w, '}');
    call_json(c, 200, b.data, b.len);
}

/* The browser's words about our own page: counted, a few a second logged. */
void box_csp_report(struct call *c)
{
    static struct bucket bucket;
    const struct m4_json *report = m4_json_get(c->body, "csp-report");
    char what[80];
    snprintf(what, sizeof(what), "%s", m4_json_text(report, "violated-directive", "unknown"));
    if (bucket_take(&bucket, 5, 20, m4_mono_ms()) == 0)
        log_warn("csp_report", M4_S("directive", what));
    call_nothing(c);
}

static void on_removed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    char json[48];
    int n = snprintf(json, sizeof(json), "{\"removed\":%s}", PQgetvalue(result, 0, 0));
    call_json(c, 200, json, (size_t)n);
}

static void on_lessons_removed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate)
        call_sql_error(c, result, sqlstate);
    else
        db_query(app.db, &probe_remove, (const char *[]){c->tag}, on_removed, c);
}

static void on_old_lessons_removed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate)
        call_sql_error(c, result, sqlstate);
    else
        db_query(app.db, &probe_remove_old, NULL, on_removed, c);
}

void probes_remove(struct call *c)
{
    db_query(app.db, &probe_remove_lessons, (const char *[]){c->tag}, on_lessons_removed, c);
}

void probes_remove_old(struct call *c)
{
    db_query(app.db, &probe_remove_old_lessons, NULL, on_old_lessons_removed, c);
}
