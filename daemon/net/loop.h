/* loop.h - one thread's event loop: timers, watched descriptors, work after each turn
 *
 * Everything here is called on the loop's own thread, but for loop_post(). Timers
 * count monotonic milliseconds (libh2o's own follow the wall clock, so none of
 * ours are its).
 */
#ifndef M4_DAEMON_NET_LOOP_H
#define M4_DAEMON_NET_LOOP_H

#include "lib/base.h"

struct loop;
struct timer;
struct chore;
struct post;

typedef void timer_cb(struct timer *timer);
typedef void chore_cb(struct chore *chore);
typedef void post_cb(struct post *post);

/* Stands inside its owner; zeroed means not set. */
struct timer {
    timer_cb *on_fire;
    int64_t due_ms;
    size_t place; /* in the loop's heap, from 1; 0: not set */
};

/* Work to be done once at the end of this turn, however often it was asked for. */
struct chore {
    chore_cb *run;
    struct chore *next;
    bool queued;
};

/* A message from another thread; the receiver frees it. */
struct post {
    struct {
        void *next, *prev;
    } link; /* libh2o's */
    post_cb *on_arrive;
};

/* A descriptor of somebody else's (libpq, signalfd) watched by the loop. */
struct watch;
typedef void watch_cb(void *data);

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* nothing may be watched or set any more */

/* Turns until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Sets (or moves) a timer delay_ms from now. */
void timer_set(struct loop *loop, struct timer *timer, int64_t delay_ms);
void timer_clear(struct loop *loop, struct timer *timer);

void loop_chore(struct loop *loop, struct chore *chore);

/* Hands a message to the loop's thread; may be called from any thread. */
void loop_post(struct loop *loop, struct post *post);

/* Calls on_read whenever fd can be read. fd is duplicated: close yours when you like. */
struct watch *watch_new(struct loop *loop, int fd, watch_cb *on_read, void *data);
void watch_free(struct watch *watch);

/* Calls on_write once, when fd can be written. Asking again before that is fine. */
void watch_write(struct watch *watch, watch_cb *on_write);

/* Longest turn of the last ten seconds, in milliseconds: what others had to wait. */
int64_t loop_lag_ms(const struct loop *loop);

/* libh2o's loop, for net/ alone. */
struct st_h2o_evloop_t;
struct st_h2o_evloop_t *loop_h2o(struct loop *loop);

#endif
