/* probe.h - one question to a child, asked on the loop without waiting
 *
 * A probe stands inside the child it asks. One question at a time: asking again forgets the
 * one before. The answer always comes by callback, never from within probe_*().
 */
#ifndef M4_SUPERVISOR_CARE_PROBE_H
#define M4_SUPERVISOR_CARE_PROBE_H

#include <libpq-fe.h>

#include "lib/buf.h"
#include "supervisor/care/loop.h"

enum probe_verdict {
    PROBE_YES,   /* 200; SQL answered */
    PROBE_NO,    /* it answered, and is not ready: another status */
    PROBE_SILENT /* no connection, or no answer in time */
};

struct probe {
    struct loop *loop;
    struct loop_source source;
    struct loop_timer timer;
    PGconn *conn; /* a question to PostgreSQL */
    bool asked;   /* its SELECT is on the way */
    struct m4_buf in;
    enum probe_verdict verdict;
    char detail[160];
    void (*on_answer)(void *arg, enum probe_verdict verdict, const char *detail);
    void *arg;
};

void probe_init(struct probe *p, struct loop *loop,
                void (*on_answer)(void *arg, enum probe_verdict verdict, const char *detail),
                void *arg);

/* GET path over a unix socket; 200 is yes. */
void probe_http(struct probe *p, const char *socket_path, const char *path, int timeout_ms);

/* SELECT 1 over a connection of its own; only for unix sockets, where nothing waits for DNS. */
void probe_postgres(struct probe *p, const char *url, int timeout_ms);

/* Forgets the question; no answer will come. */
void probe_cancel(struct probe *p);

#endif
