/* conn.h - the connections: opening, joining, reading and writing
 *
 * One thread, one epoll set. A connection that fails is closed and counted; it is opened
 * again only by timetable_open_all().
 */
#ifndef M4_BENCH_WSFAN_CONN_H
#define M4_BENCH_WSFAN_CONN_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/epoll.h>

#include "tests/bench/wsfan/hist.h"
#include "tests/bench/wsfan/tool.h"

enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_TLS, CONN_HTTP, CONN_JOIN, CONN_READY };

struct seen; /* marker.h */

struct conn {
    int fd, room, client, step;
    enum conn_state state;
    bool want_out;
    bool counted; /* it was there when the phase began */
    uint64_t connect_ns;
    uint32_t seq, base; /* next sequence number; its value when the phase began */
    struct buf in, out, fragments;
    struct seen *seen; /* one per sender of its room */
    uint64_t *when_ns; /* by seq - base: when it was to be sent (--ack-field) */
    uint32_t when_cap, acked;
    char accept[32];
    SSL *ssl;
};

struct conns {
    struct conn *all;
    int count, opening, ready;
    int epoll;
    uint64_t failed;     /* could not be opened */
    struct hist connect; /* connect() -> the upgrade's answer */
    char first_error[256];
};

extern struct conns conns;

/* Makes rooms x clients connections, all closed. */
void conn_prepare(void);

void conn_open(struct conn *c);
void conn_event(struct conn *c, uint32_t events);

/* Sends what was appended to ->out, now or when there is room. */
void conn_flush(struct conn *c);
void conn_fail(struct conn *c, const char *why);

/* Renders the template and sends it as one frame. */
void conn_send(struct conn *c, const char *text, bool binary, uint64_t when_ns);

/* Its number among all: room x clients + client. */
size_t conn_uid(const struct conn *c);

#endif
