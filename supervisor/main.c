/* m4sh-supervisor - the caretaker of the box
 *
 *     main.c     options, what must be so before the start, the order of a first start
 *     box.c      the running box: PostgreSQL, migrations, m4shd, in order; clock work
 *     orders/    the control socket: control (lines of JSON), orders (commands), status (how it is)
 *     data/      cluster (initdb, settings, start), migration (files), migrate (applied to a
 *                database), tend (that work in a helper), addresses, authority, leaf (TLS)
 *     care/      account (who runs what), home (directories, lock), preflight (ports, disk),
 *                spawn, child, probe, backoff, job, leftover, events, loop
 *
 * A floor uses what stands below it, down to lib; nothing calls upwards but through a callback
 * it was handed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "lib/args.h"
#include "lib/log.h"
#include "lib/settings.h"
#include "supervisor/box.h"
#include "supervisor/care/home.h"
#include "supervisor/care/leftover.h"
#include "supervisor/care/preflight.h"
#include "supervisor/data/cluster.h"
#include "supervisor/data/migrate.h"

extern char **environ;

struct choice {
    const char *home;
    bool migrate_only;
    int64_t target;
};

/* --- before anything is made -------------------------------------------------------------------
 */

/* The person's own PGHOST, PGOPTIONS ... are not meant for the box. */
static void forget_pg_variables(void)
{
    for (char **e = environ; *e;) {
        char name[64];
        size_t len = strcspn(*e, "=");
        if (strncmp(*e, "PG", 2) != 0 || len >= sizeof(name)) {
            e++;
            continue;
        }
        memcpy(name, *e, len);
        name[len] = '\0';
        unsetenv(name); /* moves the next one here */
    }
}

/* Blocks what box.c will take from the descriptor. Until then only the wish to stop makes it
 * readable, and ends the work of a first start. */
static int open_signals(struct m4_err *err)
{
    static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    sigset_t all, stop;
    sigemptyset(&all);
    sigemptyset(&stop);
    for (size_t i = 0; i < M4_COUNT(taken); i++)
        sigaddset(&all, taken[i]);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
        return m4_fail(err, errno, "cannot block signals: %m");
    int fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? m4_fail(err, errno, "cannot take signals: %m") : fd;
}

static int find_m4shd(char *buf, struct m4_err *err)
{
    ssize_t n = readlink("/proc/self/exe", buf, PATH_MAX - 1);
    if (n < 0)
        return m4_fail(err, errno, "cannot find my own program: %m");
    buf[n] = '\0';
    char *slash = strrchr(buf, '/');
    size_t room = PATH_MAX - (size_t)(slash - buf);
    if (snprintf(slash, room, "/m4shd") >= (int)room)
        return m4_fail(err, ENAMETOOLONG, "the path of m4shd is too long");
    return access(buf, X_OK) == 0 ? 0 : m4_fail(err, errno, "cannot run \"%s\": %m", buf);
}

/* Ports and room, while nothing is made yet. A full disk is no reason to keep a school that
 * has its data out of its lessons: then it is only told. */
static int check_ground(const struct m4_settings *s, bool first, bool serve, struct events *events,
                        struct m4_err *err)
{
    int rc = 0;
    if (serve)
        rc = preflight_port(s->bind, s->https_port, err);
    if (rc == 0 && serve)
        rc = preflight_port(s->bind, s->http_port, err);
    if (rc < 0)
        return rc;
    rc = preflight_disk(s->home, err);
    if (rc == -ENOSPC && !first) {
        events_add(events, M4_WARN, "disk_low", "%s", err->text);
        return 0;
    }
    return rc;
}

static int check_reach(const struct m4_settings *s, const struct account *a, const char *m4shd,
                       struct m4_err *err)
{
    const struct {
        const char *path;
        int mode;
    } need[] = {{m4shd, X_OK}, {s->migration_dir, R_OK | X_OK}, {s->schema_dir, R_OK | X_OK}};
    for (size_t i = 0; i < M4_COUNT(need); i++)
        if (*need[i].path && !account_can(a, need[i].path, need[i].mode))
            return m4_fail(err, EACCES, "the user \"%s\" cannot %s \"%s\"", a->name,
                           need[i].mode == X_OK ? "run" : "read", need[i].path);
    return 0;
}

/* --- the start -----------------------------------------------------------------------------------
 */

struct start {
    struct m4_settings settings;
    struct account account;
    char programs[PATH_MAX], m4shd[PATH_MAX];
    bool own_database;
    int signal_fd, lock_fd;
    struct events events;
};

/* Takes the home as it is, if it is one already, and looks at the machine. Makes nothing. */
static int look(struct start *st, const struct choice *choice, struct m4_err *err)
{
    struct m4_settings *s = &st->settings;
    int rc = home_check_name(s->home, err);
    if (rc == 0) {
        st->lock_fd = home_lock(s, false, err);
        rc = st->lock_fd < 0 && st->lock_fd != -ENOENT ? st->lock_fd : 0;
    }
    if (rc == 0 && st->lock_fd >= 0)
        rc = leftover_end(s, BOX_DRAIN_MS, &st->events, err);
    if (rc == 0)
        rc = check_ground(s, !cluster_exists(s) && st->own_database, !choice->migrate_only,
                          &st->events, err);
    if (rc == 0 && st->own_database)
        rc = cluster_find_programs(st->programs, err);
    if (rc == 0 && !choice->migrate_only)
        rc = find_m4shd(st->m4shd, err);
    return rc;
}

/* Makes what a first start makes: the user, the directories, the cluster. */
static int make(struct start *st, struct m4_err *err)
{
    struct m4_settings *s = &st->settings;
    int rc = account_make(&st->account, err);
    if (rc == 0)
        rc = check_reach(s, &st->account, st->m4shd, err);
    if (rc == 0)
        rc = home_make(s, &st->account, err);
    if (rc == 0 && st->lock_fd < 0) {
        st->lock_fd = home_lock(s, true, err);
        rc = st->lock_fd < 0 ? st->lock_fd : 0;
    }
    if (rc == 0 && st->own_database && !cluster_exists(s)) {
        log_info("making_cluster", M4_S("home", s->home), M4_S("programs", st->programs));
        rc = cluster_make(s, &st->account, st->programs, st->signal_fd, err);
        if (rc == 0)
            events_add(&st->events, M4_INFO, "cluster_made", "the private database was made");
    }
    return rc;
}

static int run(struct start *st, const struct choice *choice, struct m4_err *err)
{
    st->signal_fd = st->lock_fd = -1;
    int rc = m4_settings_load(&st->settings, choice->home, err);
    if (rc < 0)
        return rc;
    int level = m4_log_level_of(st->settings.log_level);
    if (level < 0)
        return m4_fail(err, EINVAL, "log_level is debug, info, warn or error, not \"%s\"",
                       st->settings.log_level);
    m4_log_level((enum m4_level)level);
    st->own_database = !*st->settings.database_url;
    st->signal_fd = open_signals(err);
    if (st->signal_fd < 0)
        return st->signal_fd;
    rc = look(st, choice, err);
    if (rc == 0)
        rc = make(st, err);
    if (rc < 0)
        return rc;
    struct box_plan plan = {.settings = &st->settings,
                            .account = &st->account,
                            .programs = st->own_database ? st->programs : NULL,
                            .m4shd = st->m4shd,
                            .signal_fd = st->signal_fd,
                            .migrate_only = choice->migrate_only,
                            .target = (int)choice->target,
                            .events = &st->events};
    return box_run(&plan, err);
}

int main(int argc, char **argv)
{
    struct choice choice = {.target = MIGRATE_LATEST};
    const struct m4_opt options[] = {
        {"home", 0, M4_OPT_TEXT, &choice.home, 0, 0, "DIR", "all state (default: M4SH_HOME)"},
        {"migrate-only", 0, M4_OPT_FLAG, &choice.migrate_only, 0, 0, NULL,
         "bring the database up to date, start no m4shd, end"},
        {"migrate-to", 0, M4_OPT_NUMBER, &choice.target, 0, MIGRATION_MOST, "N",
         "the same to version N, up or down; 0 is an empty database"},
        {0},
    };
    const struct m4_usage usage = {
        "m4sh-supervisor", "starts the box and looks after it", "", 0, 0, options};
    static struct start st;
    struct m4_err err = {0};
    char **words;
    int rc = m4_args(&usage, argc, argv, &words, &err);
    if (rc == -ECANCELED)
        return 0;
    if (rc < 0) {
        fprintf(stderr, "m4sh-supervisor: %s\n", err.text);
        return 2;
    }
    choice.migrate_only = choice.migrate_only || choice.target != MIGRATE_LATEST;
    umask(022);
    forget_pg_variables();
    rc = run(&st, &choice, &err);
    if (rc < 0)
        fprintf(stderr, "m4sh-supervisor: %s\n", err.text);
    return rc < 0 ? 1 : 0;
}
