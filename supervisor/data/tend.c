#include "supervisor/data/tend.h"

#include <errno.h>

#include "lib/json.h"
#include "supervisor/data/migrate.h"

enum { CONNECT_S = 10 };

static int finish(PGconn *conn, int ran, struct m4_buf *answer, struct m4_err *err)
{
    int64_t schema, bytes;
    int rc = migrate_measure(conn, &schema, &bytes, err);
    if (rc < 0)
        return rc;
    struct m4_jw w = M4_JW(answer);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "schema", schema);
    m4_jw_kint(&w, "bytes", bytes);
    m4_jw_kint(&w, "ran", ran);
    m4_jw_close(&w, '}');
    return 0;
}

static int tell(int rc, struct m4_buf *answer, const struct m4_err *err)
{
    if (rc >= 0)
        return TEND_DONE;
    m4_buf_clear(answer);
    m4_buf_str(answer, err->text);
    return rc == -EAGAIN ? TEND_LATER : TEND_REFUSED;
}

static PGconn *connect_as_owner(const struct m4_settings *s, struct m4_err *err)
{
    char url[PATH_MAX + 64];
    return m4_pg_open(m4_settings_database(s, "m4sh", url), CONNECT_S, err);
}

int tend_migrate(const void *arg, struct m4_buf *answer)
{
    const struct tend *t = arg;
    struct m4_err err = {0};
    m4_automigrations struct migrations m = {0};
    int rc = migrations_read(t->settings->migration_dir, &m, &err);
    if (rc < 0)
        return tell(rc, answer, &err);
    m4_autopg PGconn *conn = connect_as_owner(t->settings, &err);
    if (!conn)
        return tell(-EAGAIN, answer, &err);
    rc = migrate(conn, &m, t->target, &err);
    if (rc >= 0)
        rc = finish(conn, rc, answer, &err);
    return tell(rc, answer, &err);
}

int tend_hourly(const void *arg, struct m4_buf *answer)
{
    const struct tend *t = arg;
    struct m4_err err = {0};
    m4_autopg PGconn *conn = connect_as_owner(t->settings, &err);
    if (!conn)
        return tell(-EAGAIN, answer, &err);
    int rc = migrate_open_month(conn, &err);
    if (rc == 0)
        rc = finish(conn, 0, answer, &err);
    return tell(rc, answer, &err);
}
