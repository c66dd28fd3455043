/* conn.h - who is connected, and how many there may be
 *
 * Every accepted connection stands here until it closes. Limits are per address:
 * so many that have not signed in, so many that have; a connection above the first
 * waits its turn (a school may sit behind one NAT), one above all limits is closed.
 * Belongs to the loop.
 */
#ifndef M4_DAEMON_NET_CONN_H
#define M4_DAEMON_NET_CONN_H

#include "daemon/net/loop.h"

enum via {
    VIA_TLS,    /* lessons */
    VIA_JOIN,   /* the join page */
    VIA_LOCAL,  /* the unix socket: the box's own tools */
    VIA_MEASURE /* lessons without TLS, on loopback alone (measure_listen) */
};

struct conn_limits {
    int64_t total;
    int64_t signed_in; /* per address */
    int64_t unsigned_; /* per address, being served */
};

struct conn_table;
struct address;

struct conn {
    struct conn_table *table;
    struct address *from; /* NULL for local ones */
    enum via via;
    bool signed_in;
    bool waiting;
    uid_t uid;                /* of a local peer */
    char address[46];         /* "192.168.1.7", "fe80::1", "local" */
    struct conn *next, *prev; /* in the address's line, while waiting */
    void *ready_data;         /* the listener's, for conn_cb */
    int64_t since_ms;
};

/* A connection whose turn has come. */
typedef void conn_cb(struct conn *conn);

struct conn_table *conn_table_new(const struct conn_limits *limits, conn_cb *on_turn);
void conn_table_free(struct conn_table *table);

/* Counts a new connection. NULL: refuse it. Else look at ->waiting: on_turn comes later. */
struct conn *conn_open(struct conn_table *table, enum via via, const char *address, uid_t uid);

/* The connection is gone (or was given up while waiting). */
void conn_close(struct conn *conn);

/* Somebody signed in over it. False when the address has too many such already. */
bool conn_sign_in(struct conn *conn);

/* Whether others wait in line at this address: then do not keep it alive for nothing. */
bool conn_is_wanted(const struct conn *conn);

/* One that came before `before_ms` and still waits, NULL when there is none. */
struct conn *conn_oldest_waiting(struct conn_table *table, int64_t before_ms);

size_t conn_count(const struct conn_table *table);
bool conn_is_full(const struct conn_table *table);

#endif
