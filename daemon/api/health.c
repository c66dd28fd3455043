#include "daemon/api/health.h"

#include <string.h>

#include "daemon/api/call.h"
#include "daemon/guard/policy.h"
#include "daemon/net/server.h"
#include "daemon/room/directory.h"
#include "daemon/room/page.h"
#include "daemon/store/entity.h"
#include "daemon/store/writer.h"
#include "lib/args.h"
#include "lib/clock.h"
#include "lib/log.h"

enum { LOOK_MS = 2000 };

static struct timer look_timer;
static bool answered;
static int64_t lessons_live;

static bool is_ready(void)
{
    return !app.draining && db_is_up(app.db) && writer_is_up(app.writer) &&
           app.schema_version >= SCHEMA_NEEDED;
}

static void on_state(void *data, const PGresult *rows, const char *sqlstate)
{
    (void)data;
    answered = !sqlstate;
    int64_t version = sqlstate ? 0 : atoll(PQgetvalue(rows, 0, 0));
    if (!sqlstate && version != app.schema_version)
        log_info("schema_version", M4_N("version", version), M4_N("needed", SCHEMA_NEEDED));
    app.schema_version = version;
    if (!sqlstate)
        lessons_live = atoll(PQgetvalue(rows, 0, 1));
}

static void on_look(struct timer *t)
{
    db_query(app.db, &box_state, NULL, on_state, NULL);
    pages_check_sessions();
    timer_set(app.loop, t, app.schema_version ? LOOK_MS : 100);
}

void health_watch(void)
{
    look_timer.on_fire = on_look;
    timer_set(app.loop, &look_timer, 0);
}

void health_unwatch(void)
{
    timer_clear(app.loop, &look_timer);
}

static void write_health(struct m4_jw *w)
{
    char stamp[M4_TIME_TEXT];
    size_t lessons_open, people;
    uint64_t asked, refused;
    directory_count(app.directory, &lessons_open, &people);
    policy_counts(&asked, &refused);
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "state", is_ready() ? "ready" : "not_ready");
    m4_jw_kstr(w, "version", m4_version);
    m4_jw_kstr(w, "since", m4_time_text(app.started_us, stamp));
    m4_jw_kstr(w, "school", app.settings.school);
    m4_jw_kint(w, "lessons_live", lessons_live);
    m4_jw_kint(w, "lessons_open", (int64_t)lessons_open);
    m4_jw_kint(w, "people", (int64_t)people);
    m4_jw_kint(w, "sockets", (int64_t)pages_count());
    m4_jw_kint(w, "connections", (int64_t)server_connections(app.server));
    m4_jw_kint(w, "loop_lag_ms", loop_lag_ms(app.loop));
    m4_jw_kint(w, "policy_asked", (int64_t)asked);
    m4_jw_kint(w, "policy_refused", (int64_t)refused);
    m4_jw_key(w, "database");
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "state",
               db_is_up(app.db) && writer_is_up(app.writer) && answered ? "up" : "down");
    m4_jw_key(w, "commit_ms_p95");
    m4_jw_real(w, (double)writer_commit_us(app.writer) / 1000);
    m4_jw_kint(w, "queue", (int64_t)writer_queue(app.writer));
    m4_jw_kint(w, "schema", app.schema_version);
    m4_jw_close(w, '}');
    m4_jw_close(w, '}');
}

bool health_answer(struct request *r)
{
    if (!strcmp(r->path, "/livez")) {
        reply_static(r, 200, "text/plain", "alive\n", 6);
        return true;
    }
    if (!strcmp(r->path, "/readyz")) {
        const char *text = is_ready()                  ? "ready\n"
                           : app.draining              ? "stopping\n"
                           : !db_is_up(app.db)         ? "the database does not answer\n"
                           : !writer_is_up(app.writer) ? "the writer has no database\n"
                                                       : "the database has an older schema\n";
        reply_static(r, is_ready() ? 200 : 503, "text/plain", text, strlen(text));
        return true;
    }
    if (strcmp(r->path, "/health") != 0)
        return false;
    m4_autobuf struct m4_buf b = M4_BUF(16 * 1024);
    struct m4_jw w = M4_JW(&b);
    write_health(&w);
    reply(r, 200, "application/json", b.data, b.len);
    return true;
}
