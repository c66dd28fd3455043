/* child.h - one program the box runs, from start to stop
 *
 *              up                probe says yes
 *   STOPPED ---------> STARTING ----------------> READY
 *      ^                |  ^  |                     |
 *      |          ended |  |  | ended               | ended
 *      |                v  |  v                     v
 *      |             BACKOFF (soon)   DEGRADED (crash loop: in ten minutes)
 *      |
 *      +------ STOPPING <----- down, restart, from any
 *
 * A child that answers "not ready" is left alone: its database may be away, and killing it
 * heals nothing. A child that answers nothing at all, three times, is killed and started anew,
 * where its kind says so. Nothing here waits.
 */
#ifndef M4_SUPERVISOR_CARE_CHILD_H
#define M4_SUPERVISOR_CARE_CHILD_H

#include "supervisor/care/backoff.h"
#include "supervisor/care/events.h"
#include "supervisor/care/probe.h"

enum child_state {
    CHILD_STOPPED,
    CHILD_STARTING,
    CHILD_READY,
    CHILD_STOPPING,
    CHILD_BACKOFF,
    CHILD_DEGRADED
};

/* What one sort of child is. The functions get child->kind_arg. */
struct child_kind {
    const char *name;
    int (*start)(void *arg, pid_t *ret_pid, int *ret_pidfd, struct m4_err *err);
    void (*ask_ready)(void *arg, struct probe *p);
    void (*ask_alive)(void *arg, struct probe *p); /* NULL: silence is no reason to kill it */
    int stop_signal;                               /* asks it to end */
    int force_signal;    /* when its time is over; SIGKILL a second later */
    int first_answer_ms; /* silence is forgiven for so long after a start */
    int watch_ms;        /* between two questions while it is ready */
};

struct child {
    const struct child_kind *kind;
    void *kind_arg;
    struct loop *loop;
    struct events *events;
    enum child_state state;
    pid_t pid;        /* 0 while none runs */
    int64_t since_us; /* wall time of the last change of state */
    int restarts;     /* that nobody asked for */
    bool serves;      /* READY, and its last answer was yes */
    char detail[160]; /* why it is not, in words */

    struct loop_source process; /* its pidfd */
    struct loop_timer ask, force, again, kill;
    struct probe probe;
    struct backoff backoff;
    bool asks_alive, answered, want_up, killed_silent;
    int misses;
    int64_t first_miss_ms, started_ms, ready_ms, ended_ms;
    void (*on_change)(void *arg, struct child *c);
    void *change_arg;
};

/* on_change is called after each change of state, and may call child_up, _down, _restart. */
void child_init(struct child *c, const struct child_kind *kind, void *kind_arg, struct loop *loop,
                struct events *events, void (*on_change)(void *arg, struct child *c),
                void *change_arg);

void child_up(struct child *c);                     /* keep it running from now on */
void child_down(struct child *c, int budget_ms);    /* end it within the budget and leave it so */
void child_restart(struct child *c, int budget_ms); /* asked for by a person: no back-off */
void child_forgive(struct child *c); /* a person looks after it: its past ends do not count */

/* Sends a signal to its process, when there is one. */
void child_signal(struct child *c, int signal);

static inline bool child_runs(const struct child *c)
{
    return c->pid > 0;
}

const char *child_state_name(enum child_state state);

#endif
