#include "supervisor/care/loop.h"

#include <errno.h>

#include "lib/clock.h"

struct loop {
    int epoll_fd;
    bool quit;
    struct loop_timer *timers; /* soonest first */
};

struct loop *loop_new(struct m4_err *err)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    if (!loop) {
        m4_fail(err, ENOMEM, "no memory for the event loop");
        return NULL;
    }
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        m4_fail(err, errno, "cannot make the event loop: %m");
        loop_free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop && loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    free(loop);
}

int loop_watch(struct loop *loop, struct loop_source *source, uint32_t events, struct m4_err *err)
{
    struct epoll_event e = {.events = events, .data.ptr = source};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &e) == 0 ||
        (errno == EEXIST && epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &e) == 0))
        return 0;
    return m4_fail(err, errno, "cannot watch a descriptor: %m");
}

void loop_unwatch(struct loop *loop, struct loop_source *source)
{
    if (source->fd >= 0)
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    source->fd = -1;
}

void loop_unset(struct loop *loop, struct loop_timer *timer)
{
    for (struct loop_timer **at = &loop->timers; *at; at = &(*at)->next)
        if (*at == timer) {
            *at = timer->next;
            break;
        }
    timer->at_ms = 0;
}

void loop_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ms)
{
    loop_unset(loop, timer);
    timer->at_ms = m4_mono_ms() + (delay_ms > 0 ? delay_ms : 0);
    struct loop_timer **at = &loop->timers;
    while (*at && (*at)->at_ms <= timer->at_ms)
        at = &(*at)->next;
    timer->next = *at;
    *at = timer;
}

void loop_quit(struct loop *loop)
{
    loop->quit = true;
}

static int until_next(const struct loop *loop)
{
    if (!loop->timers)
        return -1;
    int64_t left = loop->timers->at_ms - m4_mono_ms();
    return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

int loop_run(struct loop *loop, struct m4_err *err)
{
    while (!loop->quit) {
        struct epoll_event e;
        int n = epoll_wait(loop->epoll_fd, &e, 1, until_next(loop));
        if (n < 0 && errno != EINTR)
            return m4_fail(err, errno, "the event loop failed: %m");
        if (n > 0) {
            const struct loop_source *source = e.data.ptr;
            source->on_event(source->arg, e.events);
        }
        struct loop_timer *timer = loop->timers;
        if (timer && timer->at_ms <= m4_mono_ms()) {
            loop_unset(loop, timer);
            timer->on_time(timer->arg);
        }
    }
    return 0;
}
