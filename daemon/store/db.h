/* db.h - reading and small writes: a pool of links behind one bounded queue
 *
 * A query goes to the link with least to do, or waits; at most 1,000 wait, and
 * none longer than it takes to say "database": with no link up, or the queue full,
 * the answer comes at once and is "lost". Each query is a transaction of its own.
 */
#ifndef M4_DAEMON_STORE_DB_H
#define M4_DAEMON_STORE_DB_H

#include "daemon/store/link.h"

struct db;

enum { DB_LINKS = 2, DB_QUEUE = 1000, DB_TEXT_PARAMS = 12 };

struct db *db_new(struct loop *loop, const char *conninfo);
void db_free(struct db *db);

/* Runs a statement with text parameters (count of them is the statement's; NULL is SQL
 * NULL; copied). cb is called later, never from within. */
void db_query(struct db *db, struct stmt *stmt, const char *const *values, link_cb *cb, void *data);

/* Whether at least one link is up. */
bool db_is_up(const struct db *db);
size_t db_queue(const struct db *db);

/* A number as text, for parameters: buf[24]. */
const char *db_number(int64_t number, char *buf);

#endif
