#include "supervisor/data/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/file.h"
#include "supervisor/care/home.h"

enum { MAKE_BUDGET_MS = 120 * 1000, REMOVE_TRIES = 100 };

/* --- the programs ------------------------------------------------------------------------------
 */

static bool has_programs(const char *dir)
{
    char path[PATH_MAX];
    return m4_file_path(path, sizeof(path), dir, "initdb", NULL) == 0 && access(path, X_OK) == 0 &&
           m4_file_path(path, sizeof(path), dir, "postgres", NULL) == 0 && access(path, X_OK) == 0;
}

static int ask_pg_config(char *buf)
{
    FILE *f = popen("pg_config --bindir 2>/dev/null", "re");
    if (!f)
        return -ENOENT;
    bool got = fgets(buf, PATH_MAX, f) != NULL;
    pclose(f);
    if (!got)
        return -ENOENT;
    buf[strcspn(buf, "\n")] = '\0';
    return has_programs(buf) ? 0 : -ENOENT;
}

int cluster_find_programs(char *buf, struct m4_err *err)
{
    int newest = 0;
    DIR *dir = opendir("/usr/lib/postgresql");
    for (const struct dirent *e; dir && (e = readdir(dir));) {
        char *end, path[PATH_MAX];
        long version = strtol(e->d_name, &end, 10);
        if (*end || version < CLUSTER_OLDEST || version <= newest || version > 999)
            continue;
        snprintf(path, sizeof(path), "/usr/lib/postgresql/%ld/bin", version);
        if (has_programs(path)) {
            newest = (int)version;
            snprintf(buf, PATH_MAX, "%s", path);
        }
    }
    if (dir)
        closedir(dir);
    if (newest || ask_pg_config(buf) == 0)
        return 0;
    return m4_fail(err, ENOENT,
                   "there is no PostgreSQL %d or newer on this machine (package "
                   "postgresql-15), and M4SH_DATABASE_URL names none",
                   CLUSTER_OLDEST);
}

bool cluster_exists(const struct m4_settings *s)
{
    char path[PATH_MAX];
    return access(m4_settings_path(s, "pg/PG_VERSION", path), F_OK) == 0;
}

/* --- what the box decides -----------------------------------------------------------------------
 */

/* For a small PC that also runs m4shd: little memory of its own, commits that are on disk. */
static const char settings_text[] =
    "# Written by m4sh-supervisor at each start; changes here do not last.\n"
    "listen_addresses = ''\n"
    "port = 5432\n"
    "unix_socket_directories = '\"%s/run\"'\n"
    "unix_socket_permissions = 0770\n"
    "max_connections = 40\n"
    "superuser_reserved_connections = 3\n"
    "shared_buffers = 128MB\n"
    "effective_cache_size = 1GB\n"
    "work_mem = 8MB\n"
    "maintenance_work_mem = 64MB\n"
    "random_page_cost = 1.5\n"
    "fsync = on\n"
    "full_page_writes = on\n"
    "synchronous_commit = on\n"
    "max_wal_size = 512MB\n"
    "min_wal_size = 80MB\n"
    "checkpoint_completion_target = 0.9\n"
    "autovacuum_vacuum_insert_scale_factor = 0.1\n"
    "idle_in_transaction_session_timeout = 60s\n"
    "logging_collector = off\n"
    "log_destination = 'stderr'\n"
    "log_line_prefix = 'postgresql %%p '\n"
    "log_min_messages = warning\n"
    "log_checkpoints = off\n"
    "log_statement = 'none'\n"
    "log_min_error_statement = panic\n" /* a pupil's words stay out of the log */
    "log_parameter_max_length_on_error = 0\n"
    "lc_messages = 'C'\n"
    "timezone = 'UTC'\n"
    "log_timezone = 'UTC'\n";

static const char hba_text[] =
    "# Written by m4sh-supervisor: only the box's own users, by who they "
    "are in the system.\n"
    "local all all peer map=box\n";

static int write_in(const char *dir, const char *name, const char *text, const struct account *a,
                    struct m4_err *err)
{
    char path[PATH_MAX];
    int rc = m4_file_path(path, sizeof(path), dir, name, err);
    uid_t uid = a->drop ? a->uid : (uid_t)-1;
    gid_t gid = a->drop ? a->gid : (gid_t)-1;
    return rc < 0 ? rc : m4_file_write(path, text, strlen(text), 0600, uid, gid, err);
}

int cluster_configure(const struct m4_settings *s, const struct account *a, const char *dir,
                      struct m4_err *err)
{
    m4_autobuf struct m4_buf ident = M4_BUF(4096);
    m4_buf_fmt(&ident, "box \"%s\" postgres\nbox \"%s\" m4sh\nbox \"%s\" m4shd\n", a->name, a->name,
               a->name);
    if (a->drop)
        m4_buf_str(&ident, "box root m4shd\n");
    m4_autobuf struct m4_buf conf = M4_BUF(16384);
    m4_buf_fmt(&conf, settings_text, s->home);
    if (ident.failed || conf.failed)
        return m4_fail(err, ENOMEM, "no memory for PostgreSQL's settings");
    int rc = write_in(dir, "postgresql.conf", conf.data, a, err);
    if (rc == 0)
        rc = write_in(dir, "pg_hba.conf", hba_text, a, err);
    if (rc == 0)
        rc = write_in(dir, "pg_ident.conf", ident.data, a, err);
    return rc;
}

/* --- making it ----------------------------------------------------------------------------------
 */

/* In single-user mode a line is a statement. */
static const char roles_sql[] = "CREATE ROLE m4sh LOGIN;\n"
                                "CREATE ROLE m4shd LOGIN;\n"
                                "CREATE DATABASE m4sh OWNER m4sh TEMPLATE template0;\n"
                                "REVOKE ALL ON DATABASE m4sh FROM PUBLIC;\n"
                                "GRANT CONNECT ON DATABASE m4sh TO m4shd;\n";
#define GRANT_LATER "ALTER DEFAULT PRIVILEGES FOR ROLE m4sh "
static const char grants_sql[] =
    "ALTER SCHEMA public OWNER TO m4sh;\n"
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;\n"
    "GRANT USAGE ON SCHEMA public TO m4shd;\n" GRANT_LATER
    "REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;\n" GRANT_LATER
    "IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO m4shd;\n" GRANT_LATER
    "IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO m4shd;\n" GRANT_LATER
    "IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO m4shd;\n";

/* Runs one of PostgreSQL's programs to its end, quietly; its last words go into err. */
static int run_tool(const char *const *argv, const char *input, const struct account *a,
                    int stop_fd, struct m4_err *err)
{
    m4_autoclose int in_fd = memfd_create("sql", MFD_CLOEXEC);
    m4_autoclose int out_fd = memfd_create("words", MFD_CLOEXEC);
    if (in_fd < 0 || out_fd < 0 || write(in_fd, input, strlen(input)) < 0 ||
        lseek(in_fd, 0, SEEK_SET) < 0)
        return m4_fail(err, errno, "cannot speak to \"%s\": %m", argv[0]);
    static const char *const env[] = {"LC_ALL=C", "TZ=UTC", NULL};
    struct spawn_plan plan = {.argv = argv,
                              .env = env,
                              .account = a,
                              .dir = "/",
                              .in_fd = in_fd,
                              .out_fd = out_fd,
                              .err_fd = out_fd,
                              .dies_with_us = true};
    pid_t pid;
    m4_autoclose int pidfd = -1;
    int status, rc = spawn_start(&plan, &pid, &pidfd, err);
    if (rc < 0)
        return rc;
    rc = spawn_wait(pidfd, MAKE_BUDGET_MS, stop_fd, &status);
    if (rc < 0) {
        spawn_signal(pid, pidfd, SIGKILL, true);
        if (spawn_wait(pidfd, 5000, -1, &status) < 0)
            return m4_fail(err, EIO, "\"%s\" cannot be killed", argv[0]);
        return m4_fail(err, -rc, "\"%s\" was stopped: %m", argv[0]);
    }
    char words[256] = "";
    off_t end = lseek(out_fd, 0, SEEK_END);
    off_t from = end > (off_t)sizeof(words) - 1 ? end - ((off_t)sizeof(words) - 1) : 0;
    ssize_t n = pread(out_fd, words, sizeof(words) - 1, from);
    words[n > 0 ? n : 0] = '\0';
    if (status == 0 && !strstr(words, "ERROR:") && !strstr(words, "FATAL:"))
        return 0;
    char how[96];
    spawn_tell_status(status, how, sizeof(how));
    return m4_fail(err, EIO, "\"%s\" %s: %s", argv[0], how, words);
}

static int fill_new(const char *programs, const char *dir, const struct account *a, int stop_fd,
                    struct m4_err *err)
{
    char initdb[PATH_MAX], postgres[PATH_MAX];
    int rc = m4_file_path(initdb, sizeof(initdb), programs, "initdb", err);
    if (rc == 0)
        rc = m4_file_path(postgres, sizeof(postgres), programs, "postgres", err);
    if (rc < 0)
        return rc;
    const char *const init[] = {initdb,
                                "--pgdata",
                                dir,
                                "--username=postgres",
                                "--auth=peer",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                "--locale-provider=icu",
                                "--icu-locale=und",
                                "--data-checksums",
                                "--no-instructions",
                                NULL};
    const char *const roles[] = {postgres,   "--single", "-D", dir, "-c", "log_min_messages=error",
                                 "postgres", NULL};
    const char *const grants[] = {postgres, "--single", "-D", dir, "-c", "log_min_messages=error",
                                  "m4sh",   NULL};
    rc = run_tool(init, "", a, stop_fd, err);
    if (rc == 0)
        rc = run_tool(roles, roles_sql, a, stop_fd, err);
    if (rc == 0)
        rc = run_tool(grants, grants_sql, a, stop_fd, err);
    return rc;
}

static int make_dir(const char *path, const struct account *a, struct m4_err *err)
{
    if (mkdir(path, 0700) < 0 || (a->drop && chown(path, a->uid, a->gid) < 0))
        return m4_fail(err, errno, "cannot make \"%s\": %m", path);
    return 0;
}

/* Removes what a kill left of an earlier try. A helper of that initdb may still be writing there,
 * for the moment until it finds its initdb gone. */
static int remove_earlier(const char *aside, struct m4_err *err)
{
    int rc = home_remove_tree(aside, err);
    for (int tries = 0; rc == -ENOTEMPTY && tries < REMOVE_TRIES; tries++) {
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000000L}, NULL);
        rc = home_remove_tree(aside, err);
    }
    return rc;
}

int cluster_make(const struct m4_settings *s, const struct account *a, const char *programs,
                 int stop_fd, struct m4_err *err)
{
    char aside[PATH_MAX], dir[PATH_MAX];
    m4_settings_path(s, "pg.new", aside);
    m4_settings_path(s, "pg", dir);
    int rc = remove_earlier(aside, err);
    if (rc == 0)
        rc = make_dir(aside, a, err);
    if (rc == 0)
        rc = fill_new(programs, aside, a, stop_fd, err);
    if (rc == 0)
        rc = cluster_configure(s, a, aside, err);
    m4_autoclose int home_fd = open(s->home, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    if (rc == 0 &&
        (home_fd < 0 || syncfs(home_fd) < 0 || rename(aside, dir) < 0 || fsync(home_fd) < 0))
        rc = m4_fail(err, errno, "cannot put \"%s\" in its place: %m", dir);
    if (rc < 0 && remove_earlier(aside, NULL) < 0)
        return m4_wrap(err, rc, "the cluster was not made, and its beginning stays in \"%s\"",
                       aside);
    return rc < 0 ? m4_wrap(err, rc, "the cluster was not made") : 0;
}

/* --- running it ---------------------------------------------------------------------------------
 */

int cluster_start(const struct m4_settings *s, const struct account *a, const char *programs,
                  pid_t *ret_pid, int *ret_pidfd, struct m4_err *err)
{
    char dir[PATH_MAX], postgres[PATH_MAX];
    m4_settings_path(s, "pg", dir);
    int rc = m4_file_path(postgres, sizeof(postgres), programs, "postgres", err);
    if (rc == 0)
        rc = cluster_configure(s, a, dir, err);
    if (rc < 0)
        return rc;
    const char *const argv[] = {postgres, "-D", dir, NULL};
    static const char *const env[] = {"LC_ALL=C.UTF-8", "TZ=UTC", NULL};
    struct spawn_plan plan = {.argv = argv,
                              .env = env,
                              .account = a,
                              .dir = "/",
                              .in_fd = -1,
                              .out_fd = STDERR_FILENO,
                              .err_fd = -1};
    return spawn_start(&plan, ret_pid, ret_pidfd, err);
}
