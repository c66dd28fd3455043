/* loop.h - the supervisor's one event loop: descriptors and timers
 *
 * Sources and timers stand inside the objects they serve; the loop only links them. A
 * callback may watch, unwatch and free anything, itself included: the loop takes one event
 * at a time. Timers follow the monotonic clock. Not thread-safe, and nothing here has threads.
 */
#ifndef M4_SUPERVISOR_CARE_LOOP_H
#define M4_SUPERVISOR_CARE_LOOP_H

#include <sys/epoll.h>

#include "lib/err.h"

struct loop_source {
    int fd; /* -1 while not watched */
    void (*on_event)(void *arg, uint32_t events);
    void *arg;
};

struct loop_timer {
    int64_t at_ms; /* 0 while not set */
    void (*on_time)(void *arg);
    void *arg;
    struct loop_timer *next;
};

struct loop;

struct loop *loop_new(struct m4_err *err);
void loop_free(struct loop *loop);

/* Watches source->fd for `events` (EPOLLIN, ...); again with other events changes them. */
M4_MUST_CHECK int loop_watch(struct loop *loop, struct loop_source *source, uint32_t events,
                             struct m4_err *err);

/* Forgets it. The descriptor stays open and is the caller's; source->fd becomes -1. */
void loop_unwatch(struct loop *loop, struct loop_source *source);

/* Calls on_time once, after delay_ms; set again it moves. */
void loop_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ms);
void loop_unset(struct loop *loop, struct loop_timer *timer);

/* Runs until loop_quit(). 0, or -errno when the loop itself failed. */
M4_MUST_CHECK int loop_run(struct loop *loop, struct m4_err *err);
void loop_quit(struct loop *loop);

#endif
