#include "supervisor/care/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/secret.h"
#include "supervisor/care/spawn.h"

enum { STARTING_ASK_MS = 100, MISSES = 3, KILL_AFTER_FORCE_MS = 1000 };

const char *child_state_name(enum child_state state)
{
    static const char *const names[] = {"stopped",  "starting", "ready",
                                        "stopping", "backoff",  "degraded"};
    return names[state];
}

static void say(struct child *c, const char *text)
{
    snprintf(c->detail, sizeof(c->detail), "%s", text);
}

static void change(struct child *c, enum child_state state)
{
    c->state = state;
    c->since_us = m4_wall_us();
    c->serves = state == CHILD_READY;
    c->on_change(c->change_arg, c);
}

/* --- the end of a process ------------------------------------------------------------------------
 */

static void put_away(struct child *c)
{
    int pidfd = c->process.fd;
    loop_unwatch(c->loop, &c->process);
    if (pidfd >= 0)
        close(pidfd);
    c->pid = 0;
    probe_cancel(&c->probe);
    loop_unset(c->loop, &c->ask);
    loop_unset(c->loop, &c->force);
    loop_unset(c->loop, &c->kill);
}

/* It ended and nobody had asked it to. */
static void fell(struct child *c, const char *how)
{
    char lasted[24], wait[24];
    int64_t now = m4_mono_ms();
    bool was_looping = c->backoff.looping;
    int64_t delay = backoff_ended(&c->backoff, now, m4_random_below(1U << 31));
    c->restarts++;
    c->ended_ms = now;
    events_span(now - c->started_ms, lasted);
    events_span(delay, wait);
    events_add(c->events, M4_WARN, "child_ended",
               "%s %s after %s; the next start was set for %s later", c->kind->name, how, lasted,
               wait);
    if (c->backoff.looping && !was_looping)
        events_add(
            c->events, M4_ERROR, "crash_loop",
            "%s ended %d times within %d minutes; it was tried every %d minutes from then on",
            c->kind->name, BACKOFF_LOOP_ENDS, BACKOFF_LOOP_MS / 60000, BACKOFF_DEGRADED_MS / 60000);
    say(c, how);
    loop_set(c->loop, &c->again, delay);
    change(c, c->backoff.looping ? CHILD_DEGRADED : CHILD_BACKOFF);
}

static void launch(struct child *c);

static void on_process_end(void *arg, uint32_t events)
{
    struct child *c = arg;
    (void)events;
    spawn_signal(c->pid, c->process.fd, SIGKILL, true); /* whom it left behind in its group */
    int status = spawn_reap(c->process.fd);
    if (status < 0)
        return;
    put_away(c);
    char how[96];
    spawn_tell_status(status, how, sizeof(how));
    if (c->state != CHILD_STOPPING) {
        fell(c, c->killed_silent ? "did not answer any more and was killed" : how);
        return;
    }
    say(c, "");
    if (c->want_up)
        launch(c);
    else
        change(c, CHILD_STOPPED);
}

/* --- questions
 * ------------------------------------------------------------------------------------ */

static void ask_ready(struct child *c)
{
    c->asks_alive = false;
    c->kind->ask_ready(c->kind_arg, &c->probe);
}

static void on_ask(void *arg)
{
    struct child *c = arg;
    if (!c->kind->ask_alive) {
        ask_ready(c);
        return;
    }
    c->asks_alive = true;
    c->kind->ask_alive(c->kind_arg, &c->probe);
}

static void ask_again(struct child *c)
{
    bool often = c->state == CHILD_STARTING;
    loop_set(c->loop, &c->ask, often ? STARTING_ASK_MS : c->kind->watch_ms);
}

static void miss(struct child *c, const char *detail)
{
    int64_t now = m4_mono_ms();
    say(c, detail);
    c->serves = false;
    if (!c->answered && now - c->started_ms < c->kind->first_answer_ms)
        return;
    if (c->misses++ == 0)
        c->first_miss_ms = now;
    if (c->misses < MISSES || now - c->first_miss_ms < (MISSES - 1) * c->kind->watch_ms)
        return;
    c->killed_silent = true;
    spawn_signal(c->pid, c->process.fd, SIGKILL, true);
}

static void take_readiness(struct child *c, enum probe_verdict verdict, const char *detail)
{
    c->serves = c->state == CHILD_READY && verdict == PROBE_YES;
    say(c, detail);
    if (verdict != PROBE_YES || c->state != CHILD_STARTING)
        return;
    char span[24];
    c->ready_ms = m4_mono_ms();
    if (c->ended_ms)
        events_add(c->events, M4_INFO, "child_back", "%s was ready again after %s", c->kind->name,
                   events_span(c->ready_ms - c->ended_ms, span));
    else
        events_add(c->events, M4_INFO, "child_ready", "%s was ready after %s", c->kind->name,
                   events_span(c->ready_ms - c->started_ms, span));
    c->ended_ms = 0;
    change(c, CHILD_READY);
}

static void on_answer(void *arg, enum probe_verdict verdict, const char *detail)
{
    struct child *c = arg;
    if (c->state != CHILD_STARTING && c->state != CHILD_READY)
        return;
    if (c->asks_alive && verdict == PROBE_YES) {
        c->answered = true;
        c->misses = 0;
        ask_ready(c);
        return;
    }
    if (c->asks_alive)
        miss(c, detail);
    else
        take_readiness(c, verdict, detail);
    if (c->state == CHILD_READY && m4_mono_ms() - c->ready_ms >= BACKOFF_HEALTHY_MS)
        backoff_forget(&c->backoff);
    if (c->state == CHILD_STARTING || c->state == CHILD_READY)
        ask_again(c);
}

/* --- starting and stopping
 * ------------------------------------------------------------------------ */

static void launch(struct child *c)
{
    struct m4_err err = {0};
    c->started_ms = m4_mono_ms();
    c->answered = c->killed_silent = false;
    c->misses = 0;
    int rc = c->kind->start(c->kind_arg, &c->pid, &c->process.fd, &err);
    if (rc == 0)
        rc = loop_watch(c->loop, &c->process, EPOLLIN, &err);
    if (rc < 0) {
        if (c->pid)
            spawn_signal(c->pid, c->process.fd, SIGKILL, true);
        put_away(c);
        fell(c, err.text);
        return;
    }
    say(c, "");
    loop_set(c->loop, &c->ask, STARTING_ASK_MS);
    change(c, CHILD_STARTING);
}

static void on_again(void *arg)
{
    launch(arg);
}

static void on_kill(void *arg)
{
    struct child *c = arg;
    spawn_signal(c->pid, c->process.fd, SIGKILL, true);
}

static void on_force(void *arg)
{
    struct child *c = arg;
    events_add(c->events, M4_WARN, "child_forced", "%s did not end in time and was forced to",
               c->kind->name);
    spawn_signal(c->pid, c->process.fd, c->kind->force_signal, c->kind->force_signal == SIGKILL);
    loop_set(c->loop, &c->kill, KILL_AFTER_FORCE_MS);
}

void child_init(struct child *c, const struct child_kind *kind, void *kind_arg, struct loop *loop,
                struct events *events, void (*on_change)(void *arg, struct child *c),
                void *change_arg)
{
    *c = (struct child){.kind = kind,
                        .kind_arg = kind_arg,
                        .loop = loop,
                        .events = events,
                        .since_us = m4_wall_us(),
                        .process = {-1, on_process_end, c},
                        .ask = {.on_time = on_ask, .arg = c},
                        .force = {.on_time = on_force, .arg = c},
                        .again = {.on_time = on_again, .arg = c},
                        .kill = {.on_time = on_kill, .arg = c},
                        .on_change = on_change,
                        .change_arg = change_arg};
    probe_init(&c->probe, loop, on_answer, c);
}

void child_up(struct child *c)
{
    c->want_up = true;
    if (c->state == CHILD_STOPPED)
        launch(c);
}

static void end(struct child *c, int budget_ms)
{
    loop_unset(c->loop, &c->again);
    if (!c->pid) {
        say(c, "");
        c->ended_ms = 0;
        if (c->want_up)
            launch(c);
        else
            change(c, CHILD_STOPPED);
        return;
    }
    probe_cancel(&c->probe);
    loop_unset(c->loop, &c->ask);
    spawn_signal(c->pid, c->process.fd, c->kind->stop_signal, false);
    spawn_signal(c->pid, c->process.fd, SIGCONT, false); /* a frozen one could not end */
    loop_set(c->loop, &c->force, budget_ms);
    change(c, CHILD_STOPPING);
}

void child_down(struct child *c, int budget_ms)
{
    c->want_up = false;
    if (c->state != CHILD_STOPPED)
        end(c, budget_ms);
}

void child_forgive(struct child *c)
{
    backoff_forget(&c->backoff);
}

void child_restart(struct child *c, int budget_ms)
{
    c->want_up = true;
    child_forgive(c);
    if (c->state == CHILD_STOPPED)
        launch(c);
    else if (c->state != CHILD_STOPPING)
        end(c, budget_ms);
}

void child_signal(struct child *c, int signal)
{
    if (c->pid)
        spawn_signal(c->pid, c->process.fd, signal, false);
}
