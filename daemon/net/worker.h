/* worker.h - two threads for what would stop the loop: password hashes, compression
 *
 * A job runs once on a worker, then its done() is called on the loop. At most
 * WORKER_QUEUE wait; one more is refused, and the caller says "busy".
 */
#ifndef M4_DAEMON_NET_WORKER_H
#define M4_DAEMON_NET_WORKER_H

#include "daemon/net/loop.h"

enum { WORKERS = 2, WORKER_QUEUE = 512 };

struct job {
    struct post post; /* first: how it comes back */
    struct job *next;
    void (*run)(struct job *job);  /* on a worker: touches nothing but the job */
    void (*done)(struct job *job); /* on the loop; frees the job */
};

struct workers;

struct workers *workers_new(struct loop *loop);

/* Waits for what runs; what still waits is dropped with done() not called. */
void workers_free(struct workers *workers);

/* False when the queue is full: the job stays the caller's. */
M4_MUST_CHECK bool workers_run(struct workers *workers, struct job *job);

size_t workers_queue(struct workers *workers);

#endif
