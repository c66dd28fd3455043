/* pg.h - PostgreSQL over libpq, with the class of each error kept
 *
 * For programs that may wait (supervisor, tests). m4shd never waits: it has its
 * own link on the event loop, and shares the classes.
 */
#ifndef M4_LIB_PG_H
#define M4_LIB_PG_H

#include <libpq-fe.h>

#include "lib/err.h"

/* What a caller can do about an error, from its SQLSTATE (PostgreSQL appendix A). */
enum m4_pg_class {
    M4_PG_FINE,
    M4_PG_LOST,     /* no server, or it is starting or stopping: try again later */
    M4_PG_BUSY,     /* lock, deadlock, timeout, serialisation: try again now */
    M4_PG_CONFLICT, /* unique, foreign key, check: the data says no */
    M4_PG_INVALID,  /* a value out of range or malformed */
    M4_PG_FULL,     /* disk or memory */
    M4_PG_FAULT     /* ours: syntax, rights, corruption */
};

/* Class of a SQLSTATE; "" is a lost connection. */
enum m4_pg_class m4_pg_class(const char *sqlstate);

/* Opens a connection, at most timeout_s seconds. NULL with err filled (-> sqlstate ""). */
PGconn *m4_pg_open(const char *url, int timeout_s, struct m4_err *err);

/* Runs one statement with text parameters. Returns the result, to be given to
 * PQclear(), or NULL with err->sqlstate and text filled. */
PGresult *m4_pg_run(PGconn *conn, const char *sql, int count, const char *const *values,
                    struct m4_err *err);

/* Runs any number of statements without parameters or result. 0 or -EIO. */
M4_MUST_CHECK int m4_pg_exec(PGconn *conn, const char *sql, struct m4_err *err);

static inline void m4_pg_closep_(PGconn **conn)
{
    PQfinish(*conn);
}
static inline void m4_pg_clearp_(PGresult **result)
{
    PQclear(*result);
}
#define m4_autopg __attribute__((cleanup(m4_pg_closep_)))
#define m4_autores __attribute__((cleanup(m4_pg_clearp_)))

#endif
