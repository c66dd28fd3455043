#include "supervisor/data/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/args.h"
#include "lib/log.h"

/* Any two supervisors of one database must ask for the same lock: "m4sh", "migr". */
#define LOCK_SQL                                                                                   \
    "SET statement_timeout = '20s'; SELECT pg_advisory_lock(1831105384, 1835624306); "             \
    "RESET statement_timeout"

static const char table_sql[] = "SET client_min_messages = warning;"
                                "CREATE TABLE IF NOT EXISTS schema_migration ("
                                " version int PRIMARY KEY CHECK (version > 0),"
                                " name text NOT NULL,"
                                " sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),"
                                " applied_at timestamptz NOT NULL DEFAULT now());"
                                "DO $$ BEGIN IF current_user <> 'm4shd' AND EXISTS"
                                " (SELECT FROM pg_roles WHERE rolname = 'm4shd') THEN"
                                " REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM m4shd;"
                                " END IF; END $$";

/* The code that says whether to try again, in place of libpq's one for all. */
static int judge(const struct m4_err *err, int rc)
{
    enum m4_pg_class class = err ? m4_pg_class(err->sqlstate) : M4_PG_FAULT;
    return rc == 0 ? 0 : class == M4_PG_LOST || class == M4_PG_BUSY ? -EAGAIN : -EINVAL;
}

/* --- what the database has ----------------------------------------------------------------------
 */

static int check_row(const struct migrations *m, PGresult *res, int row, struct m4_err *err)
{
    const char *version = PQgetvalue(res, row, 0), *name = PQgetvalue(res, row, 1);
    const char *sha256 = PQgetvalue(res, row, 2), *at = PQgetvalue(res, row, 3);
    int64_t number;
    int rc = m4_number(version, 1, INT32_MAX, &number, err);
    if (rc < 0)
        return rc;
    if (number > m->count)
        return m4_fail(err, EINVAL,
                       "the database is newer than this release: it has migration %s (%s), this "
                       "release ends at %d; install the newer release again",
                       version, name, m->count);
    if (number != row + 1)
        return m4_fail(err, EINVAL, "the database has migration %s (%s) but not %d", version, name,
                       row + 1);
    const struct migration *file = &m->list[number - 1];
    if (strcmp(file->name, name) != 0)
        return m4_fail(err, EINVAL,
                       "the file of migration \"%s\", applied %s, is missing: \"%s\" "
                       "stands in its place",
                       name, at, file->name);
    if (strcmp(file->sha256, sha256) != 0)
        return m4_fail(err, EINVAL, "\"%s.up.sql\" was changed after it was applied (%s)", name,
                       at);
    return 0;
}

/* How many migrations the database has, all checked against the files. */
static int check_applied(PGconn *conn, const struct migrations *m, struct m4_err *err)
{
    m4_autores PGresult *res = m4_pg_run(conn,
                                         "SELECT version, name, sha256, "
                                         "to_char(applied_at, 'YYYY-MM-DD HH24:MI') "
                                         "FROM schema_migration ORDER BY version",
                                         0, NULL, err);
    if (!res)
        return judge(err, -EIO);
    int rows = PQntuples(res), rc = 0;
    if (rows > 0) /* the newest first: "newer than this release" explains most */
        rc = check_row(m, res, rows - 1, err);
    for (int row = 0; rc == 0 && row < rows; row++)
        rc = check_row(m, res, row, err);
    return rc < 0 ? rc : rows;
}

/* --- one step -----------------------------------------------------------------------------------
 */

static int remember(PGconn *conn, const struct migration *m, bool up, struct m4_err *err)
{
    char version[12];
    snprintf(version, sizeof(version), "%d", m->version);
    const char *values[] = {version, m->name, m->sha256};
    m4_autores PGresult *res =
        up ? m4_pg_run(conn, "INSERT INTO schema_migration VALUES ($1, $2, $3)", 3, values, err)
           : m4_pg_run(conn, "DELETE FROM schema_migration WHERE version = $1", 1, values, err);
    return res ? 0 : -EIO;
}

static int step(PGconn *conn, const struct migration *m, bool up, struct m4_err *err)
{
    int rc = m4_pg_exec(
        conn, "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '25s'", err);
    if (rc == 0)
        rc = m4_pg_exec(conn, up ? m->up : m->down, err);
    if (rc == 0 && PQtransactionStatus(conn) != PQTRANS_INTRANS)
        rc = m4_fail(err, EINVAL, "the file ends its own transaction; COMMIT is the supervisor's");
    if (rc == 0)
        rc = remember(conn, m, up, err);
    if (rc == 0)
        rc = m4_pg_exec(conn, "COMMIT", err);
    if (rc == 0)
        return 0;
    if (PQtransactionStatus(conn) != PQTRANS_IDLE && m4_pg_exec(conn, "ROLLBACK", NULL) < 0)
        log_warn("migration_rollback_left", M4_S("name", m->name)); /* the server does it */
    /* What took longer than statement_timeout once does so again: a person must look. */
    bool final = err && (err->code == EINVAL || !strcmp(err->sqlstate, "57014"));
    rc = final ? -EINVAL : judge(err, rc);
    return m4_wrap(err, rc, "migration %s (%s)", m->name, up ? "up" : "down");
}

int migrate_open_month(PGconn *conn, struct m4_err *err)
{
    int rc = m4_pg_exec(conn,
                        "DO $$ BEGIN IF to_regprocedure('open_month(date)') IS NOT NULL THEN "
                        "SET LOCAL lock_timeout = '2s'; PERFORM open_month(current_date); "
                        "END IF; END $$",
                        err);
    return rc < 0 ? m4_wrap(err, judge(err, rc), "the month's id range was not opened") : 0;
}

int migrate(PGconn *conn, const struct migrations *m, int target, struct m4_err *err)
{
    if (target == MIGRATE_LATEST)
        target = m->count;
    if (target < 0 || target > m->count)
        return m4_fail(err, EINVAL, "there is no migration %d; the files end at %d", target,
                       m->count);
    int rc = m4_pg_exec(conn, LOCK_SQL, err);
    if (rc < 0)
        return m4_wrap(err, judge(err, rc), "another supervisor may be migrating this database");
    rc = m4_pg_exec(conn, table_sql, err);
    if (rc < 0)
        return judge(err, rc);
    int have = check_applied(conn, m, err), ran = 0;
    if (have < 0)
        return have;
    for (; have < target; have++, ran++) {
        rc = step(conn, &m->list[have], true, err);
        if (rc < 0)
            return rc;
        log_info("migrated", M4_S("name", m->list[have].name));
    }
    for (; have > target; have--, ran++) {
        rc = step(conn, &m->list[have - 1], false, err);
        if (rc < 0)
            return rc;
        log_info("migrated_down", M4_S("name", m->list[have - 1].name));
    }
    rc = migrate_open_month(conn, err);
    return rc < 0 ? rc : ran;
}

int migrate_measure(PGconn *conn, int64_t *ret_schema, int64_t *ret_bytes, struct m4_err *err)
{
    m4_autores PGresult *res =
        m4_pg_run(conn,
                  "SELECT coalesce(max(version), 0), pg_database_size(current_database()) "
                  "FROM schema_migration",
                  0, NULL, err);
    if (!res)
        return judge(err, -EIO);
    int rc = m4_number(PQgetvalue(res, 0, 0), 0, INT32_MAX, ret_schema, err);
    return rc < 0 ? rc : m4_number(PQgetvalue(res, 0, 1), 0, INT64_MAX, ret_bytes, err);
}
