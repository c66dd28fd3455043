#include "supervisor/box.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "lib/clock.h"
#include "lib/json.h"
#include "supervisor/care/child.h"
#include "supervisor/care/job.h"
#include "supervisor/care/leftover.h"
#include "supervisor/care/preflight.h"
#include "supervisor/care/spawn.h"
#include "supervisor/data/cluster.h"
#include "supervisor/data/leaf.h"
#include "supervisor/data/tend.h"
#include "supervisor/orders/orders.h"

enum {
    PROBE_MS = 2000,
    HOUR_MS = 3600 * 1000,
    DAY_MS = 24 * HOUR_MS,
    MIGRATE_BUDGET_MS = 30 * 60 * 1000,
    TEND_BUDGET_MS = 60 * 1000,
    TRY_LATER_MS = 1000
};

struct box {
    const struct box_plan *plan;
    const struct m4_settings *settings;
    struct loop *loop;
    struct events *events;
    struct child postgresql, m4shd;
    struct job job;
    bool migrating; /* the job is the migrations, not the hourly work */
    struct tend tend;
    struct leaf leaf;
    struct control *control;
    struct orders_hooks hooks;
    struct loop_source signals;
    struct loop_timer hourly, daily, later;
    bool prepared, was_ready, stopping, told_later;
    int64_t since_us, schema, bytes;
    char url[PATH_MAX + 64]; /* of the probe */
    char socket[PATH_MAX];   /* m4shd's */
    char home_env[PATH_MAX + 16];
    int rc; /* what the box ends with */
    struct m4_err err;
};

/* --- the two kinds of children -------------------------------------------------------------------
 */

static int start_postgresql(void *arg, pid_t *ret_pid, int *ret_pidfd, struct m4_err *err)
{
    const struct box *b = arg;
    return cluster_start(b->settings, b->plan->account, b->plan->programs, ret_pid, ret_pidfd, err);
}

static void ask_postgresql(void *arg, struct probe *p)
{
    const struct box *b = arg;
    probe_postgres(p, b->url, PROBE_MS);
}

static int start_m4shd(void *arg, pid_t *ret_pid, int *ret_pidfd, struct m4_err *err)
{
    const struct box *b = arg;
    const char *const argv[] = {b->plan->m4shd, NULL}, *const env[] = {b->home_env, NULL};
    struct spawn_plan plan = {.argv = argv,
                              .env = env,
                              .account = b->plan->account,
                              .in_fd = -1,
                              .out_fd = STDERR_FILENO,
                              .err_fd = -1};
    return spawn_start(&plan, ret_pid, ret_pidfd, err);
}

static void ask_m4shd_ready(void *arg, struct probe *p)
{
    const struct box *b = arg;
    probe_http(p, b->socket, "/readyz", PROBE_MS);
}

static void ask_m4shd_alive(void *arg, struct probe *p)
{
    const struct box *b = arg;
    probe_http(p, b->socket, "/livez", PROBE_MS);
}

/* PostgreSQL may take minutes to recover after a power cut: silence is no reason to kill it. */
static const struct child_kind postgresql_kind = {
    .name = "postgresql",
    .start = start_postgresql,
    .ask_ready = ask_postgresql,
    .stop_signal = SIGINT,
    .force_signal = SIGQUIT,
    .watch_ms = 10 * 1000,
};
static const struct child_kind m4shd_kind = {
    .name = "m4shd",
    .start = start_m4shd,
    .ask_ready = ask_m4shd_ready,
    .ask_alive = ask_m4shd_alive,
    .stop_signal = SIGTERM,
    .force_signal = SIGKILL,
    .first_answer_ms = 15 * 1000,
    .watch_ms = 2000,
};

/* --- stopping
 * ------------------------------------------------------------------------------------- */

static void stop_next(struct box *b)
{
    if (b->m4shd.state != CHILD_STOPPED) {
        if (b->m4shd.state != CHILD_STOPPING || b->m4shd.want_up)
            child_down(&b->m4shd, BOX_DRAIN_MS);
    } else if (b->postgresql.state != CHILD_STOPPED) {
        if (b->postgresql.state != CHILD_STOPPING || b->postgresql.want_up)
            child_down(&b->postgresql, BOX_FAST_MS);
    } else {
        loop_quit(b->loop);
    }
}

static void stop(struct box *b)
{
    if (b->stopping)
        return;
    b->stopping = true;
    job_cancel(&b->job);
    loop_unset(b->loop, &b->later);
    loop_unset(b->loop, &b->hourly);
    loop_unset(b->loop, &b->daily);
    stop_next(b);
}

/* Nothing can be served: says why, stops in order, and ends with that. */
static void give_up(struct box *b, const char *why)
{
    events_add(b->events, M4_ERROR, "gave_up", "%s", why);
    b->rc = m4_fail(&b->err, EINVAL, "%s", why);
    stop(b);
}

/* --- the database's work
 * --------------------------------------------------------------------------- */

static void start_job(struct box *b, bool migrating)
{
    struct m4_err err = {0};
    b->migrating = migrating;
    int rc = job_start(&b->job, migrating ? tend_migrate : tend_hourly, &b->tend,
                       migrating ? MIGRATE_BUDGET_MS : TEND_BUDGET_MS, &err);
    if (rc < 0 && migrating)
        loop_set(b->loop, &b->later, TRY_LATER_MS);
    if (rc < 0 && rc != -EBUSY)
        events_add(b->events, M4_ERROR, "helper_failed", "%s", err.text);
}

static void take_figures(struct box *b, const char *answer)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (m4_json_parse(answer, strlen(answer), 0, &doc, NULL) < 0)
        return;
    b->schema = m4_json_number(m4_doc_root(doc), "schema", -1);
    b->bytes = m4_json_number(m4_doc_root(doc), "bytes", -1);
    int64_t ran = m4_json_number(m4_doc_root(doc), "ran", 0);
    if (ran > 0)
        events_add(b->events, M4_INFO, "database_migrated",
                   "the database was brought to version %d in %d steps", (int)b->schema, (int)ran);
}

static void on_migrated(struct box *b, int code, const char *answer)
{
    if (code == TEND_DONE) {
        b->prepared = true;
        take_figures(b, answer);
        if (b->plan->migrate_only)
            stop(b);
        else
            child_up(&b->m4shd);
    } else if (code == TEND_LATER) {
        if (!b->told_later)
            events_add(b->events, M4_WARN, "database_away", "the migrations had to wait: %s",
                       answer);
        b->told_later = true;
        loop_set(b->loop, &b->later, TRY_LATER_MS);
    } else {
        give_up(b, code == TEND_REFUSED ? answer : "the migrations were cut off");
    }
}

static void on_job(void *arg, int code, const char *answer)
{
    struct box *b = arg;
    if (b->migrating)
        on_migrated(b, code, answer);
    else if (code == TEND_DONE)
        take_figures(b, answer);
    else
        events_add(b->events, M4_WARN, "hourly_failed", "the hourly work was not done: %s", answer);
}

static void on_later(void *arg)
{
    struct box *b = arg;
    if (!b->prepared && (!b->plan->programs || b->postgresql.state == CHILD_READY))
        start_job(b, true);
}

static void on_hour(void *arg)
{
    struct box *b = arg;
    loop_set(b->loop, &b->hourly, HOUR_MS);
    if (b->prepared)
        start_job(b, false);
}

static void on_day(void *arg)
{
    struct box *b = arg;
    struct m4_err err = {0};
    loop_set(b->loop, &b->daily, DAY_MS);
    if (leaf_care(b->settings, b->plan->account, &b->leaf, &err) < 0) {
        events_add(b->events, M4_ERROR, "certificate_failed", "%s", err.text);
    } else if (b->leaf.renewed) {
        events_add(b->events, M4_INFO, "certificate_renewed",
                   "the certificate was made anew, because %s", b->leaf.cause);
        child_signal(&b->m4shd, SIGHUP);
    }
}

/* --- children change
 * -------------------------------------------------------------------------------- */

static bool is_ours(pid_t pid, void *arg)
{
    const struct box *b = arg;
    return pid == b->postgresql.pid || pid == b->m4shd.pid || pid == b->job.pid;
}

static void note_children(struct box *b)
{
    struct m4_err err = {0};
    const struct leftover_child list[] = {{"m4shd", b->m4shd.pid, SIGTERM},
                                          {"postgresql", b->postgresql.pid, SIGINT}};
    if (leftover_note(b->settings, list, M4_COUNT(list), &err) < 0)
        events_add(b->events, M4_WARN, "note_failed", "%s", err.text);
}

static void on_change(void *arg, struct child *c)
{
    struct box *b = arg;
    spawn_reap_orphans(is_ours, b);
    note_children(b);
    if (b->stopping) {
        stop_next(b);
        return;
    }
    if (c == &b->postgresql && c->state == CHILD_READY && !b->prepared)
        start_job(b, true);
    /* "restart all": m4shd has gone first, and comes back after the migrations. */
    if (c == &b->m4shd && c->state == CHILD_STOPPED)
        child_restart(&b->postgresql, BOX_RESTART_MS);
}

/* --- orders
 * ------------------------------------------------------------------------------------------- */

static const char *state_of(struct box *b)
{
    bool serves = b->m4shd.serves && (!b->plan->programs || b->postgresql.serves);
    b->was_ready = b->was_ready || serves;
    return b->stopping ? "stopping" : serves ? "ready" : b->was_ready ? "degraded" : "starting";
}

static void on_status(void *arg, struct status *s)
{
    struct box *b = arg;
    *s = (struct status){.state = state_of(b),
                         .since_us = b->since_us,
                         .settings = b->settings,
                         .private_database = b->plan->programs != NULL,
                         .schema = b->schema,
                         .database_bytes = b->bytes,
                         .free_bytes = -1,
                         .total_bytes = -1,
                         .days_left = b->leaf.days_left,
                         .fingerprint = b->leaf.fingerprint,
                         .events = b->events};
    if (b->plan->programs)
        s->child[s->children++] = &b->postgresql;
    s->child[s->children++] = &b->m4shd;
    int64_t free_bytes, total_bytes;
    if (preflight_space(b->settings->home, &free_bytes, &total_bytes, NULL) == 0) {
        s->free_bytes = free_bytes;
        s->total_bytes = total_bytes;
    }
}

static void on_stop(void *arg)
{
    struct box *b = arg;
    events_add(b->events, M4_INFO, "stop_ordered", "the box was told to stop");
    stop(b);
}

static int on_restart(void *arg, enum orders_target target, struct m4_err *err)
{
    struct box *b = arg;
    if (b->stopping || b->job.pid)
        return m4_fail(err, EBUSY, b->stopping ? "the box stops" : "the database is being tended");
    if (target == ORDERS_POSTGRESQL && !b->plan->programs)
        return m4_fail(err, ENOTSUP,
                       "the database is not the box's own: M4SH_DATABASE_URL names it");
    if (target == ORDERS_M4SHD && !b->prepared)
        return m4_fail(err, EBUSY, "the database is not ready yet");
    static const char *const names[] = {"m4shd", "postgresql", "all of the box"};
    events_add(b->events, M4_INFO, "restart_ordered", "%s was restarted by order", names[target]);
    if (target == ORDERS_POSTGRESQL) {
        child_restart(&b->postgresql, BOX_RESTART_MS);
    } else if (target == ORDERS_M4SHD || !b->plan->programs) {
        child_restart(&b->m4shd, BOX_DRAIN_MS);
    } else {
        child_forgive(&b->m4shd);
        b->prepared = b->was_ready = false;
        if (b->m4shd.state == CHILD_STOPPED)
            child_restart(&b->postgresql, BOX_RESTART_MS);
        else
            child_down(&b->m4shd, BOX_DRAIN_MS);
    }
    return 0;
}

static void on_signal(void *arg, uint32_t events)
{
    struct box *b = arg;
    struct signalfd_siginfo si;
    (void)events;
    while (read(b->signals.fd, &si, sizeof(si)) == sizeof(si)) {
        if (si.ssi_signo == SIGCHLD)
            spawn_reap_orphans(is_ours, b);
        else if (si.ssi_signo == SIGHUP)
            on_day(b);
        else
            stop(b);
    }
}

/* --- the whole
 * ---------------------------------------------------------------------------------------- */

/* main.c has blocked them, and took only the first two so far. */
static int take_signals(struct box *b, struct m4_err *err)
{
    static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < M4_COUNT(taken); i++)
        sigaddset(&set, taken[i]);
    if (signalfd(b->plan->signal_fd, &set, 0) < 0)
        return m4_fail(err, errno, "cannot take signals: %m");
    b->signals = (struct loop_source){b->plan->signal_fd, on_signal, b};
    return loop_watch(b->loop, &b->signals, EPOLLIN, err);
}

static int begin(struct box *b, struct m4_err *err)
{
    int rc = leaf_care(b->settings, b->plan->account, &b->leaf, err);
    if (rc < 0)
        return rc;
    if (b->leaf.renewed)
        events_add(b->events, M4_INFO, "certificate_renewed",
                   "the certificate was made anew, because %s", b->leaf.cause);
    rc = take_signals(b, err);
    if (rc == 0)
        rc = control_open(b->settings, b->plan->account, b->loop, orders_carry_out, &b->hooks,
                          &b->control, err);
    if (rc < 0)
        return rc;
    loop_set(b->loop, &b->hourly, HOUR_MS);
    loop_set(b->loop, &b->daily, DAY_MS);
    if (b->plan->programs)
        child_up(&b->postgresql);
    else
        start_job(b, true);
    return 0;
}

static void fill(struct box *b, const struct box_plan *plan)
{
    *b = (struct box){.plan = plan,
                      .settings = plan->settings,
                      .events = plan->events,
                      .tend = {plan->settings, plan->target},
                      .since_us = m4_wall_us(),
                      .schema = -1,
                      .bytes = -1,
                      .hooks = {on_status, on_stop, on_restart, b},
                      .signals = {.fd = -1},
                      .hourly = {.on_time = on_hour, .arg = b},
                      .daily = {.on_time = on_day, .arg = b},
                      .later = {.on_time = on_later, .arg = b}};
    m4_settings_database(b->settings, "m4shd", b->url);
    m4_settings_path(b->settings, "run/m4shd.sock", b->socket);
    snprintf(b->home_env, sizeof(b->home_env), "M4SH_HOME=%s", b->settings->home);
}

int box_run(const struct box_plan *plan, struct m4_err *err)
{
    struct box *b = malloc(sizeof(*b));
    if (!b)
        return m4_fail(err, ENOMEM, "no memory for the box");
    fill(b, plan);
    b->loop = loop_new(err);
    if (!b->loop) {
        free(b);
        return -ENOMEM;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    child_init(&b->postgresql, &postgresql_kind, b, b->loop, b->events, on_change, b);
    child_init(&b->m4shd, &m4shd_kind, b, b->loop, b->events, on_change, b);
    job_init(&b->job, b->loop, plan->account, on_job, b);
    int rc = begin(b, err);
    if (rc == 0)
        rc = loop_run(b->loop, err);
    if (rc == 0 && b->rc < 0) {
        rc = b->rc;
        if (err)
            *err = b->err;
    }
    control_close(b->control);
    job_cancel(&b->job);
    loop_free(b->loop);
    free(b);
    return rc;
}
