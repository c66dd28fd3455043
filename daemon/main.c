/* main.c - m4shd, the classroom server: starts, stops, and shows the way in
 *
 * The floors, each using those below it only:
 *
 *     main.c        settings, signals, the order of starting and stopping
 *     api/routes    the table of addresses; the chain every request passes
 *     api/  room/   HTTP handlers by resource;  a lesson's live state, owned by the loop
 *     guard/        session, policy, schema gate, headers, throttles, passwords
 *     store/        PostgreSQL: link, group-commit writer, reader pool, statements
 *     net/          the only place that knows libh2o: loop, TLS, requests, sockets
 *     lib/          words that other programs use too
 *
 * A pen stroke comes in through net/socket, room/message, room/room_write, store/writer, and
 * goes out through room/room_out and net/socket (docs/architecture.md).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "daemon/api/call.h"
#include "daemon/api/health.h"
#include "daemon/api/join.h"
#include "daemon/api/routes.h"
#include "daemon/guard/gate.h"
#include "daemon/guard/headers.h"
#include "daemon/net/asset.h"
#include "daemon/net/server.h"
#include "daemon/net/tls.h"
#include "daemon/room/directory.h"
#include "daemon/room/message.h"
#include "daemon/room/page.h"
#include "daemon/store/writer.h"
#include "lib/args.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/log.h"

enum { DRAIN_MS = 5000, FDS_BESIDE = 64 };

struct app app;

/* --- requests ------------------------------------------------------------------------------------
 */

static void on_socket_session(struct request *r, struct session *session, bool lost)
{
    if (!request_alive(r))
        return;
    if (lost) {
        reply_header(r, "retry-after", "2");
        request_problem(r, 503, "database", "the database does not answer", NULL, NULL);
    } else if (!session || !session->user_id) {
        request_problem(r, 401, "sign_in", "nobody is signed in here", NULL, NULL);
    } else if (!conn_sign_in(r->conn)) {
        request_problem(r, 503, "busy", "too many connections from this address", NULL, NULL);
    } else {
        page_open(r, session, message_arrive);
    }
}

static void serve_lessons(struct request *r)
{
    headers_add(r);
    if (!headers_host_allowed(r)) {
        request_problem(r, 421, "host", "this box does not serve that name", NULL, NULL);
    } else if (!strcmp(r->path, "/ws/") || !strcmp(r->path, "/ws")) {
        if (headers_same_origin(r))
            session_find(app.sessions, r, on_socket_session);
        else
            request_problem(r, 403, "origin", "this came from a page of another site", NULL, NULL);
    } else if (!strncmp(r->path, "/api/", 5) || !strncmp(r->path, "/auth/", 6)) {
        routes_dispatch(r);
    } else if (!asset_answer(r)) {
        request_problem(r, 404, "not_found", "there is no such address", NULL, NULL);
    }
}

static void on_request(struct request *r)
{
    switch (r->conn->via) {
    case VIA_JOIN:
        join_answer(r);
        return;
    case VIA_LOCAL:
        if (!health_answer(r))
            serve_lessons(r);
        return;
    default:
        serve_lessons(r);
    }
}

/* --- signals -------------------------------------------------------------------------------------
 */

static void on_drained(void)
{
    loop_stop(app.loop);
}

static void stop(void)
{
    if (app.draining)
        return;
    app.draining = true;
    log_info("stopping", M4_N("sockets", pages_count()), M4_N("writes", writer_queue(app.writer)));
    server_drain(app.server, DRAIN_MS, on_drained);
}

static struct ssl_ctx_st *load_tls(struct m4_err *err)
{
    char chain[PATH_MAX], key[PATH_MAX];
    return tls_context(m4_settings_path(&app.settings, "tls/leaf.pem", chain),
                       m4_settings_path(&app.settings, "tls/leaf.key", key), err);
}

static void renew_tls(void)
{
    struct m4_err err;
    struct ssl_ctx_st *tls = load_tls(&err);
    if (tls) {
        server_renew_tls(app.server, tls);
        log_info("certificate_renewed");
    } else {
        log_error("certificate_not_renewed", M4_S("why", err.text));
    }
}

static int signal_fd = -1;

static void on_signal(void *data)
{
    (void)data;
    struct signalfd_siginfo info;
    while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP)
            renew_tls();
        else
            stop();
    }
}

static int catch_signals(struct m4_err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return signal_fd < 0 ? m4_fail(err, errno, "cannot watch signals: %m") : 0;
}

/* --- starting ------------------------------------------------------------------------------------
 */

static int load_session_key(struct m4_err *err)
{
    char path[PATH_MAX];
    char *data = NULL;
    size_t len = 0;
    int rc = m4_file_read(m4_settings_path(&app.settings, "tls/session.key", path), 64, &data, &len,
                          err);
    if (rc == 0 && len != sizeof(app.session_key))
        rc = m4_fail(err, EINVAL, "\"%s\" has %zu bytes, not 32", path, len);
    if (rc == 0)
        memcpy(app.session_key, data, sizeof(app.session_key));
    if (data)
        explicit_bzero(data, len);
    free(data);
    return rc;
}

/* Room for every connection that is allowed, and a little beside. */
static void raise_fd_limit(void)
{
    struct rlimit limit;
    rlim_t need = (rlim_t)app.settings.max_connections + FDS_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= need)
        return;
    if (limit.rlim_max < need && setrlimit(RLIMIT_NOFILE, &(struct rlimit){need, need}) == 0)
        return;
    limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < need) {
        app.settings.max_connections = (int64_t)limit.rlim_cur - FDS_BESIDE;
        log_warn("fewer_connections", M4_N("allowed", app.settings.max_connections),
                 M4_N("descriptors", limit.rlim_cur));
    }
}

static int load(const char *home, struct m4_err *err)
{
    char path[PATH_MAX];
    int rc = m4_settings_load(&app.settings, home, err);
    if (rc < 0)
        return rc;
    int level = m4_log_level_of(app.settings.log_level);
    if (level < 0)
        return m4_fail(err, EINVAL, "log_level is \"%s\", not debug, info, warn or error",
                       app.settings.log_level);
    m4_log_level((enum m4_level)level);
    raise_fd_limit();
    headers_init(&app.settings);
    if ((rc = gate_load(app.settings.schema_dir, err)) < 0)
        return rc;
    if ((rc = asset_load(app.settings.asset_dir, err)) < 0)
        return rc;
    if ((rc = load_session_key(err)) < 0)
        return rc;
    return join_load(m4_settings_path(&app.settings, "tls/ca.pem", path), err);
}

static int listen_everywhere(struct m4_err *err)
{
    char path[PATH_MAX];
    const struct m4_settings *s = &app.settings;
    struct ssl_ctx_st *tls = load_tls(err);
    if (!tls)
        return -EINVAL;
    int rc = server_listen_tcp(app.server, s->bind, (int)s->https_port, tls, err);
    if (rc == 0)
        rc = server_listen_tcp(app.server, s->bind, (int)s->http_port, NULL, err);
    if (rc == 0 && *s->measure_listen) {
        rc = server_listen_measure(app.server, s->measure_listen, err);
        if (rc == 0)
            log_warn("measure_listen", M4_S("at", s->measure_listen));
    }
    if (rc == 0)
        rc = server_listen_unix(app.server, m4_settings_path(s, "run/m4shd.sock", path), err);
    return rc;
}

static int start(struct m4_err *err)
{
    char url[PATH_MAX + 64];
    const struct m4_settings *s = &app.settings;
    app.started_us = m4_wall_us();
    app.loop = loop_new();
    app.workers = workers_new(app.loop);
    struct conn_limits limits = {s->max_connections, s->max_per_address,
                                 s->max_unsigned_per_address};
    app.server = server_new(app.loop, &limits, on_request);
    m4_settings_database(s, "m4shd", url);
    app.db = db_new(app.loop, url);
    app.writer = writer_new(app.loop, url, pages_calm);
    app.sessions = sessions_new(app.loop, app.db, app.session_key);
    app.directory = directory_new();
    health_watch();
    return listen_everywhere(err);
}

static void finish(void)
{
    health_unwatch();
    server_close(app.server);
    writer_free(app.writer);
    db_free(app.db);
    directory_free(app.directory);
    sessions_free(app.sessions);
    workers_free(app.workers);
    asset_done();
    gate_done();
    free(app.ca_pem);
}

int main(int argc, char **argv)
{
    const char *home = NULL;
    bool check = false;
    const struct m4_opt options[] = {
        {"home", 0, M4_OPT_TEXT, &home, 0, 0, "DIR", "where all state is (M4SH_HOME)"},
        {"check-config", 0, M4_OPT_FLAG, &check, 0, 0, NULL, "explain every setting, and stop"},
        {0},
    };
    const struct m4_usage usage = {"m4shd", "the classroom server of a M4SH Box", "", 0, 0,
                                   options};
    struct m4_err err;
    char **words;
    int rc = m4_args(&usage, argc, argv, &words, &err);
    if (rc == -ECANCELED)
        return 0;
    if (rc >= 0 && check) {
        rc = m4_settings_load(&app.settings, home, &err);
        if (rc == 0)
            m4_settings_explain(&app.settings, stdout);
        if (rc == 0)
            return 0;
    } else if (rc >= 0) {
        rc = catch_signals(&err);
    }
    if (rc >= 0)
        rc = load(home, &err);
    if (rc >= 0)
        rc = start(&err);
    if (rc < 0) {
        fprintf(stderr, "m4shd: %s\n", err.text);
        return 2;
    }
    struct watch *signals = watch_new(app.loop, signal_fd, on_signal, NULL);
    log_info("started", M4_S("version", m4_version), M4_S("bind", app.settings.bind),
             M4_N("https_port", app.settings.https_port));
    loop_run(app.loop);
    watch_free(signals);
    finish();
    log_info("stopped");
    return 0;
}
