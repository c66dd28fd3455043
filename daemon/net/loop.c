#include "daemon/net/loop.h"

#include <fcntl.h>

#include "daemon/net/h2o.h"
#include "lib/clock.h"

enum { LAG_SLOTS = 10 }; /* a second each */

struct loop {
    h2o_evloop_t *h2o;
    h2o_multithread_queue_t *queue;
    h2o_multithread_receiver_t receiver;
    struct timer **heap; /* heap[1] is due first */
    size_t timers, room;
    struct chore *chores, **last_chore;
    int64_t firing_ms; /* timers due by then are being fired; INT64_MIN: none are */
    bool stopping;
    int64_t lag[LAG_SLOTS];
    int64_t lag_second;
};

struct watch {
    h2o_socket_t *sock;
    watch_cb *on_read, *on_write;
    void *data;
};

_Static_assert(offsetof(struct post, link) == 0 &&
                   sizeof(((struct post *)0)->link) == sizeof(h2o_multithread_message_t),
               "a post begins as libh2o's message does");

static void on_posts(h2o_multithread_receiver_t *receiver, h2o_linklist_t *messages)
{
    (void)receiver;
    while (!h2o_linklist_is_empty(messages)) {
        struct post *p = (struct post *)messages->next;
        h2o_linklist_unlink(messages->next);
        p->on_arrive(p);
    }
}

struct loop *loop_new(void)
{
    struct loop *loop = h2o_mem_alloc(sizeof(*loop));
    *loop = (struct loop){.h2o = h2o_evloop_create(), .room = 64, .firing_ms = INT64_MIN};
    loop->heap = h2o_mem_alloc(loop->room * sizeof(*loop->heap));
    loop->last_chore = &loop->chores;
    loop->queue = h2o_multithread_create_queue(loop->h2o);
    h2o_multithread_register_receiver(loop->queue, &loop->receiver, on_posts);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    h2o_multithread_unregister_receiver(loop->queue, &loop->receiver);
    h2o_multithread_destroy_queue(loop->queue);
    h2o_evloop_run(loop->h2o, 0); /* lets closed sockets go */
    free(loop->queue);            /* which libh2o forgets */
    h2o_evloop_destroy(loop->h2o);
    free(loop->heap);
    free(loop);
}

h2o_evloop_t *loop_h2o(struct loop *loop)
{
    return loop->h2o;
}

void loop_post(struct loop *loop, struct post *post)
{
    post->link.next = post->link.prev = NULL;
    h2o_multithread_send_message(&loop->receiver, (h2o_multithread_message_t *)post);
}

/* --- timers: a binary heap, the earliest on top ---------------------------------------------- */

static void put_at(struct loop *loop, size_t place, struct timer *t)
{
    loop->heap[place] = t;
    t->place = place;
}

static void rise(struct loop *loop, struct timer *t)
{
    size_t at = t->place;
    for (; at > 1 && loop->heap[at / 2]->due_ms > t->due_ms; at /= 2)
        put_at(loop, at, loop->heap[at / 2]);
    put_at(loop, at, t);
}

static void sink(struct loop *loop, struct timer *t)
{
    size_t at = t->place;
    for (size_t down = at * 2; down <= loop->timers; at = down, down *= 2) {
        if (down < loop->timers && loop->heap[down + 1]->due_ms < loop->heap[down]->due_ms)
            down++;
        if (loop->heap[down]->due_ms >= t->due_ms)
            break;
        put_at(loop, at, loop->heap[down]);
    }
    put_at(loop, at, t);
}

void timer_clear(struct loop *loop, struct timer *t)
{
    if (!t->place)
        return;
    size_t place = t->place;
    struct timer *last = loop->heap[loop->timers--];
    t->place = 0;
    if (last == t)
        return;
    put_at(loop, place, last);
    rise(loop, last);
    sink(loop, last);
}

void timer_set(struct loop *loop, struct timer *t, int64_t delay_ms)
{
    t->due_ms = m4_mono_ms() + (delay_ms > 0 ? delay_ms : 0);
    /* One set for now while others fire waits for the next turn: no turn is endless. */
    if (t->due_ms <= loop->firing_ms)
        t->due_ms = loop->firing_ms + 1;
    if (!t->place) {
        if (loop->timers + 2 > loop->room) {
            loop->room *= 2;
            loop->heap = h2o_mem_realloc(loop->heap, loop->room * sizeof(*loop->heap));
        }
        put_at(loop, ++loop->timers, t);
    }
    rise(loop, t);
    sink(loop, t);
}

static void fire_due(struct loop *loop)
{
    loop->firing_ms = m4_mono_ms();
    while (loop->timers && loop->heap[1]->due_ms <= loop->firing_ms) {
        struct timer *t = loop->heap[1];
        timer_clear(loop, t);
        t->on_fire(t);
    }
    loop->firing_ms = INT64_MIN;
}

static int32_t wait_ms(const struct loop *loop)
{
    if (loop->chores)
        return 0;
    if (!loop->timers)
        return 1000;
    int64_t left = loop->heap[1]->due_ms - m4_mono_ms();
    return left < 0 ? 0 : left > 1000 ? 1000 : (int32_t)left;
}

/* --- after each turn ------------------------------------------------------------------------- */

void loop_chore(struct loop *loop, struct chore *chore)
{
    if (chore->queued)
        return;
    chore->queued = true;
    chore->next = NULL;
    *loop->last_chore = chore;
    loop->last_chore = &chore->next;
}

static void run_chores(struct loop *loop)
{
    struct chore *c = loop->chores;
    loop->chores = NULL;
    loop->last_chore = &loop->chores;
    while (c) {
        struct chore *next = c->next;
        c->queued = false;
        c->run(c);
        c = next;
    }
}

static void note_turn(struct loop *loop, int64_t busy_ms)
{
    int64_t second = m4_mono_ms() / 1000;
    for (; loop->lag_second < second; loop->lag_second++) {
        if (second - loop->lag_second > LAG_SLOTS)
            loop->lag_second = second - LAG_SLOTS;
        loop->lag[(loop->lag_second + 1) % LAG_SLOTS] = 0;
    }
    int64_t *slot = &loop->lag[second % LAG_SLOTS];
    if (busy_ms > *slot)
        *slot = busy_ms;
}

int64_t loop_lag_ms(const struct loop *loop)
{
    int64_t most = 0;
    for (size_t i = 0; i < LAG_SLOTS; i++)
        most = loop->lag[i] > most ? loop->lag[i] : most;
    return most;
}

void loop_run(struct loop *loop)
{
    while (!loop->stopping) {
        int32_t wait = wait_ms(loop);
        int64_t before = m4_mono_ms();
        h2o_evloop_run(loop->h2o, wait); /* -1 is EINTR: just another turn */
        fire_due(loop);
        run_chores(loop);
        int64_t took = m4_mono_ms() - before - wait;
        note_turn(loop, took > 0 ? took : 0);
    }
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

/* --- descriptors of others ------------------------------------------------------------------- */

static void on_readable(h2o_socket_t *sock, const char *err)
{
    (void)err; /* an error is there to be read by the owner */
    struct watch *w = sock->data;
    w->on_read(w->data);
}

static void on_writable(h2o_socket_t *sock, const char *err)
{
    (void)err;
    struct watch *w = sock->data;
    watch_cb *cb = w->on_write;
    w->on_write = NULL;
    if (cb)
        cb(w->data);
}

struct watch *watch_new(struct loop *loop, int fd, watch_cb *on_read, void *data)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* libpq closes its own while epoll still has it */
    if (own < 0)
        return NULL;
    struct watch *w = h2o_mem_alloc(sizeof(*w));
    *w = (struct watch){.on_read = on_read, .data = data};
    w->sock = h2o_evloop_socket_create(loop->h2o, own, H2O_SOCKET_FLAG_DONT_READ);
    w->sock->data = w;
    h2o_socket_read_start(w->sock, on_readable);
    return w;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    h2o_socket_read_stop(w->sock);
    h2o_socket_close(w->sock);
    free(w);
}

void watch_write(struct watch *w, watch_cb *on_write)
{
    bool asked = w->on_write != NULL;
    w->on_write = on_write;
    if (!asked && !h2o_socket_is_writing(w->sock))
        h2o_socket_notify_write(w->sock, on_writable);
}
