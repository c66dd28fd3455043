/* migrate.h - brings a database to a version, one transaction per migration
 *
 * schema_migration (version, name, sha256, applied_at) remembers. One migrates at a time (an
 * advisory lock on the same connection). Blocks: call it in a process of its own (care/job).
 */
#ifndef M4_SUPERVISOR_DATA_MIGRATE_H
#define M4_SUPERVISOR_DATA_MIGRATE_H

#include "lib/pg.h"
#include "supervisor/data/migration.h"

enum { MIGRATE_LATEST = -1 };

/* Goes up or down to `target`. Refuses, before anything is changed: a database newer than the
 * files, a file changed or missing since it was applied. Going up calls open_month() at the end,
 * where the database has it. Returns how many migrations ran, or -errno: -EAGAIN when the
 * database was lost or busy and a later try may do, -EINVAL when it needs a person. */
M4_MUST_CHECK int migrate(PGconn *conn, const struct migrations *m, int target, struct m4_err *err);

/* Opens the id range of this month (see 0004_board.up.sql). */
M4_MUST_CHECK int migrate_open_month(PGconn *conn, struct m4_err *err);

/* The newest version the database has, and its size. */
M4_MUST_CHECK int migrate_measure(PGconn *conn, int64_t *ret_schema, int64_t *ret_bytes,
                                  struct m4_err *err);

#endif
