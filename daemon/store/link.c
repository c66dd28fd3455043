#include "daemon/store/link.h"

#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"

enum {
    CONNECT_MS = 5000,
    ANSWER_MS = 6000, /* above the server's own statement_timeout */
    FIRST_RETRY_MS = 200,
    LAST_RETRY_MS = 5000
};

/* What waits for an answer, in the order sent. */
struct waiting {
    struct waiting *next;
    link_cb *cb; /* NULL: a prepare, or a sync */
    void *data;
    bool is_sync;
    int prepares;     /* id of the statement a prepare is for */
    PGresult *result; /* kept until its transaction is through */
    char sqlstate[6];
};

struct link {
    struct loop *loop;
    char *conninfo;
    const char *name;
    PGconn *conn;
    struct watch *watch;
    struct timer timer; /* connecting: its limit; up: the oldest answer's; down: next try */
    bool up, connecting, told_down;
    int64_t retry_ms;
    bool prepared[LINK_STATEMENTS];
    struct waiting *first, **last;
    struct waiting *done; /* first that has a result, up to the one being answered */
    size_t pending;
    void (*on_up)(void *data, bool up);
    void *data;
};

static void connect_now(struct link *l);
static void on_ready(void *data);

static void drop_connection(struct link *l)
{
    watch_free(M4_TAKE(l->watch));
    PQfinish(M4_TAKE(l->conn));
    l->connecting = false;
}

/* Answers everything under way with "not known". */
static void fail_waiting(struct link *l)
{
    struct waiting *w = l->first;
    l->first = l->done = NULL;
    l->last = &l->first;
    l->done = NULL;
    l->pending = 0;
    while (w) {
        struct waiting *next = w->next;
        PQclear(w->result);
        if (w->cb)
            w->cb(w->data, NULL, "");
        free(w);
        w = next;
    }
}

static void lose(struct link *l, const char *why)
{
    bool was_up = l->up;
    if (!l->told_down) {
        char text[200];
        snprintf(text, sizeof(text), "%s", why);
        text[strcspn(text, "\n")] = '\0';
        log_warn("db_connection", M4_S("link", l->name), M4_S("state", "down"), M4_S("why", text));
        l->told_down = true;
    }
    l->up = false;
    drop_connection(l);
    timer_set(l->loop, &l->timer, l->retry_ms);
    l->retry_ms = l->retry_ms * 2 > LAST_RETRY_MS ? LAST_RETRY_MS : l->retry_ms * 2;
    if (was_up) {
        l->on_up(l->data, false);
        fail_waiting(l);
    }
}

/* Anew at every step of connecting: libpq tries the host's next address on another socket,
 * which usually gets the number of the one it closed. */
static void watch_socket(struct link *l)
{
    watch_free(l->watch);
    l->watch = watch_new(l->loop, PQsocket(l->conn), on_ready, l);
}

static void poll_connect(struct link *l)
{
    PostgresPollingStatusType state = PQconnectPoll(l->conn);
    if (state == PGRES_POLLING_FAILED) {
        lose(l, PQerrorMessage(l->conn));
        return;
    }
    watch_socket(l);
    if (!l->watch) {
        lose(l, "no descriptor left");
        return;
    }
    if (state == PGRES_POLLING_WRITING)
        watch_write(l->watch, on_ready);
    if (state != PGRES_POLLING_OK)
        return;
    l->connecting = false;
    if (PQsetnonblocking(l->conn, 1) < 0 || PQenterPipelineMode(l->conn) != 1) {
        lose(l, "cannot enter pipeline mode");
        return;
    }
    memset(l->prepared, 0, sizeof(l->prepared));
    l->up = true;
    l->retry_ms = FIRST_RETRY_MS;
    timer_clear(l->loop, &l->timer);
    if (l->told_down)
        log_info("db_connection", M4_S("link", l->name), M4_S("state", "up"));
    l->told_down = false;
    l->on_up(l->data, true);
}

static void flush_out(struct link *l);

static void on_can_write(void *data)
{
    struct link *l = data;
    if (l->up)
        flush_out(l);
    else if (l->connecting)
        poll_connect(l);
}

static void flush_out(struct link *l)
{
    int rc = PQflush(l->conn);
    if (rc < 0)
        lose(l, PQerrorMessage(l->conn));
    else if (rc > 0)
        watch_write(l->watch, on_can_write);
}

/* The transaction is through: its answers go out, in order. They are off the list before the
 * first callback, which may send, and so find that the connection is lost. */
static void answer_until(struct link *l, struct waiting *sync, bool good)
{
    struct waiting *w = l->first;
    l->first = sync->next;
    if (!l->first)
        l->last = &l->first;
    sync->next = NULL;
    for (const struct waiting *each = w; each; each = each->next)
        l->pending--;
    while (w) {
        struct waiting *next = w->next;
        if (w->cb)
            w->cb(w->data, w->result, w->sqlstate[0] ? w->sqlstate : good ? NULL : "25P02");
        PQclear(w->result);
        free(w);
        w = next;
    }
}

static void keep_result(struct link *l, struct waiting *w, PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    if (status == PGRES_FATAL_ERROR) {
        const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
        snprintf(w->sqlstate, sizeof(w->sqlstate), "%s", state ? state : "XX000");
        const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
        if (m4_pg_class(w->sqlstate) == M4_PG_FAULT)
            log_error("db_statement", M4_S("sqlstate", w->sqlstate),
                      M4_S("text", text ? text : ""));
    } else if (status == PGRES_PIPELINE_ABORTED) {
        snprintf(w->sqlstate, sizeof(w->sqlstate), "25P02");
    }
    if (w->sqlstate[0] && w->prepares)
        l->prepared[w->prepares] = false;
    PQclear(w->result);
    w->result = res;
}

/* Takes what has arrived. libpq gives each statement's results, then NULL, then the next. */
static void take_results(struct link *l)
{
    struct waiting *w = l->done ? l->done : l->first;
    while (w && !PQisBusy(l->conn)) {
        PGresult *res = PQgetResult(l->conn);
        if (!res) {
            if (w->is_sync || (!w->result && !w->sqlstate[0]))
                break;
            w = w->next;
            l->done = w;
            continue;
        }
        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            bool good = true;
            for (struct waiting *each = l->first; each != w; each = each->next)
                good = good && !each->sqlstate[0];
            l->done = NULL;
            answer_until(l, w, good);
            if (!l->up)
                return;
            w = l->first;
            continue;
        }
        keep_result(l, w, res);
    }
    if (PQstatus(l->conn) == CONNECTION_BAD) {
        lose(l, PQerrorMessage(l->conn));
        return;
    }
    if (l->first)
        timer_set(l->loop, &l->timer, ANSWER_MS);
    else
        timer_clear(l->loop, &l->timer);
}

static void on_ready(void *data)
{
    struct link *l = data;
    if (l->connecting) {
        poll_connect(l);
        return;
    }
    if (!l->up)
        return;
    if (!PQconsumeInput(l->conn)) {
        lose(l, PQerrorMessage(l->conn));
        return;
    }
    flush_out(l);
    if (l->up)
        take_results(l);
}

static void on_timer(struct timer *t)
{
    struct link *l = M4_OBJECT_OF(t, struct link, timer);
    if (l->up)
        lose(l, "no answer within 6 s");
    else if (l->connecting)
        lose(l, "cannot connect within 5 s");
    else
        connect_now(l);
}

static void connect_now(struct link *l)
{
    const char *names[] = {"dbname", "application_name", "client_encoding", "options", NULL};
    const char *values[] = {l->conninfo, l->name, "UTF8",
                            "-c statement_timeout=5000 -c lock_timeout=2000 -c timezone=UTC "
                            "-c idle_in_transaction_session_timeout=10000",
                            NULL};
    l->conn = PQconnectStartParams(names, values, 1);
    if (!l->conn || PQstatus(l->conn) == CONNECTION_BAD) {
        lose(l, l->conn ? PQerrorMessage(l->conn) : "no memory");
        return;
    }
    l->connecting = true;
    timer_set(l->loop, &l->timer, CONNECT_MS);
    watch_socket(l);
    if (l->watch)
        watch_write(l->watch, on_can_write);
    else
        lose(l, "no descriptor left");
}

struct link *link_new(struct loop *loop, const char *conninfo, const char *name,
                      void (*on_up)(void *data, bool up), void *data)
{
    struct link *l = calloc(1, sizeof(*l));
    if (!l)
        abort();
    l->loop = loop;
    l->conninfo = strdup(conninfo);
    l->name = name;
    l->last = &l->first;
    l->timer.on_fire = on_timer;
    l->retry_ms = FIRST_RETRY_MS;
    l->on_up = on_up;
    l->data = data;
    timer_set(loop, &l->timer, 0);
    return l;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    timer_clear(l->loop, &l->timer);
    drop_connection(l);
    l->up = false;
    fail_waiting(l);
    free(l->conninfo);
    free(l);
}

bool link_is_up(const struct link *l)
{
    return l->up;
}

size_t link_pending(const struct link *l)
{
    return l->pending;
}

static struct waiting *enqueue(struct link *l, link_cb *cb, void *data, bool is_sync)
{
    struct waiting *w = calloc(1, sizeof(*w));
    if (!w)
        abort();
    *w = (struct waiting){.cb = cb, .data = data, .is_sync = is_sync};
    *l->last = w;
    l->last = &w->next;
    if (l->pending++ == 0)
        timer_set(l->loop, &l->timer, ANSWER_MS);
    return w;
}

static void statement_name(const struct stmt *s, char *out, size_t size)
{
    snprintf(out, size, "s%d", s->id);
}

void link_send(struct link *l, struct stmt *s, const struct param *params, bool sync, link_cb *cb,
               void *data)
{
    static int next_id;
    if (!s->id)
        s->id = ++next_id;
    if (s->id >= LINK_STATEMENTS || s->params > LINK_PARAMS)
        abort(); /* a statement more than the tables hold: a mistake of ours */
    char name[16];
    statement_name(s, name, sizeof(name));
    if (!l->prepared[s->id]) {
        PQsendPrepare(l->conn, name, s->sql, s->params, NULL);
        enqueue(l, NULL, NULL, false)->prepares = s->id;
        l->prepared[s->id] = true;
    }
    const char *values[LINK_PARAMS];
    int lengths[LINK_PARAMS], formats[LINK_PARAMS];
    for (int i = 0; i < s->params; i++) {
        values[i] = params[i].value;
        lengths[i] = params[i].len;
        formats[i] = params[i].binary;
    }
    PQsendQueryPrepared(l->conn, name, s->params, values, lengths, formats, 0);
    enqueue(l, cb, data, false);
    if (sync) {
        PQpipelineSync(l->conn);
        enqueue(l, NULL, NULL, true);
        flush_out(l);
    }
}
