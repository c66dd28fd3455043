/* link.h - one PostgreSQL connection on the event loop, in pipeline mode
 *
 * Never blocks: connects, prepares, sends and receives as the loop turns. A lost
 * connection fails what was under way (result NULL: its outcome is not known) and
 * is made again after 0.2, 0.4 ... 5 s. Belongs to its loop.
 */
#ifndef M4_DAEMON_STORE_LINK_H
#define M4_DAEMON_STORE_LINK_H

#include <libpq-fe.h>

#include "daemon/net/loop.h"
#include "lib/pg.h"

struct link;

/* One statement, prepared once per connection. Static; `id` is given at first use. */
struct stmt {
    const char *sql;
    int params;
    int id;
};

enum { LINK_STATEMENTS = 128, LINK_PARAMS = 16 };

/* A statement's answer: its rows, or NULL when the connection was lost. state is the
 * SQLSTATE of an error ("" when lost), NULL when it went well. The result is cleared
 * afterwards. */
typedef void link_cb(void *data, const PGresult *result, const char *sqlstate);

struct link *link_new(struct loop *loop, const char *conninfo, const char *name,
                      void (*on_up)(void *data, bool up), void *data);
void link_free(struct link *link);

bool link_is_up(const struct link *link);
size_t link_pending(const struct link *link);

struct param {
    const char *value; /* NULL: SQL NULL */
    int len;           /* of a binary one */
    bool binary;
};

/* Sends one statement; only while the link is up. With `sync` the statements since the
 * last sync are one transaction, durable when their callbacks are called. */
void link_send(struct link *link, struct stmt *stmt, const struct param *params, bool sync,
               link_cb *cb, void *data);

#endif
