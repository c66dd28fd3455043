#include "tests/bench/wsfan/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/wsfan/frame.h"
#include "tests/bench/wsfan/io.h"
#include "tests/bench/wsfan/marker.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tally.h"
#include "tests/bench/wsfan/template.h"
#include "tests/bench/wsfan/upgrade.h"
#include "tests/bench/wsfan/url.h"

enum { READ_BYTES = 256 << 10 };

struct conns conns;

void conn_prepare(void)
{
    conns.epoll = epoll_create1(EPOLL_CLOEXEC);
    conns.count = opt.rooms * opt.clients;
    conns.all = calloc((size_t)conns.count, sizeof(*conns.all));
    if (conns.epoll < 0 || !conns.all)
        tool_die("cannot prepare %d connections", conns.count);
    for (int i = 0; i < conns.count; i++) {
        struct conn *c = &conns.all[i];
        c->fd = -1;
        c->room = i / opt.clients;
        c->client = i % opt.clients;
        c->seen = calloc((size_t)opt.senders, sizeof(*c->seen));
        if (!c->seen)
            tool_die("out of memory");
    }
}

size_t conn_uid(const struct conn *c)
{
    return (size_t)c->room * (size_t)opt.clients + (size_t)c->client;
}

void conn_fail(struct conn *c, const char *why)
{
    if (!conns.first_error[0])
        snprintf(conns.first_error, sizeof(conns.first_error), "room %d client %d: %s", c->room,
                 c->client, why);
    if (c->state == CONN_READY) {
        conns.ready--;
        tally.c.disconnects++;
    } else {
        conns.opening--;
        conns.failed++;
    }
    io_close(c);
    c->state = CONN_CLOSED;
    c->in.len = c->out.len = c->fragments.len = 0;
}

static void want_out(struct conn *c, bool want)
{
    if (c->want_out == want)
        return;
    c->want_out = want;
    struct epoll_event e = {.events = EPOLLIN | (want ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(conns.epoll, EPOLL_CTL_MOD, c->fd, &e);
}

void conn_flush(struct conn *c)
{
    size_t done = 0;
    while (done < c->out.len) {
        ssize_t r = io_write(c, c->out.p + done, c->out.len - done);
        if (r < 0) {
            conn_fail(c, "cannot write");
            return;
        }
        if (r == 0)
            break;
        done += (size_t)r;
    }
    buf_drop(&c->out, done);
    want_out(c, c->out.len > 0);
}

void conn_send(struct conn *c, const char *text, bool binary, uint64_t when_ns)
{
    static struct buf scratch;
    scratch.len = 0;
    template_render(&scratch, text, c, when_ns);
    frame_put(&c->out, binary ? 2 : 1, scratch.p, scratch.len);
    conn_flush(c);
}

static void begin_to_join(struct conn *c)
{
    hist_add(&conns.connect, tool_now_ns() - c->connect_ns);
    c->state = CONN_JOIN;
    c->step = 0;
    frame_join(c);
}

/* What came goes through `in` only when a frame is not whole. */
static void readable(struct conn *c)
{
    static unsigned char shared[READ_BYTES];
    ssize_t r = io_read(c, shared, sizeof(shared));
    if (r < 0)
        conn_fail(c, "connection closed");
    if (r <= 0)
        return;
    uint64_t now = tool_now_ns();
    tally.c.bytes_in += (uint64_t)r;
    if (c->state != CONN_HTTP && c->in.len == 0) {
        size_t used = frame_take(c, shared, (size_t)r, now);
        if (c->state != CONN_CLOSED && used < (size_t)r)
            buf_add(&c->in, shared + used, (size_t)r - used);
        return;
    }
    buf_add(&c->in, shared, (size_t)r);
    if (c->state == CONN_HTTP) {
        if (!upgrade_answered(c))
            return;
        begin_to_join(c);
    }
    size_t used = frame_take(c, c->in.p, c->in.len, now);
    if (c->state == CONN_CLOSED)
        return;
    buf_drop(&c->in, used);
    if (c->in.len == 0)
        buf_free(&c->in);
}

void conn_open(struct conn *c)
{
    int on = 1;
    c->fd = socket(url.addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        tool_die("cannot make a socket: %s (is the limit of open files too low?)", strerror(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    c->connect_ns = tool_now_ns();
    c->state = CONN_CONNECTING;
    c->want_out = true;
    conns.opening++;
    if (connect(c->fd, (struct sockaddr *)&url.addr, url.addr_len) < 0 && errno != EINPROGRESS) {
        conn_fail(c, strerror(errno));
        return;
    }
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(conns.epoll, EPOLL_CTL_ADD, c->fd, &e);
}

static bool connected(struct conn *c)
{
    int failed = 0;
    socklen_t n = sizeof(failed);
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failed, &n);
    if (failed)
        conn_fail(c, strerror(failed));
    else
        c->state = CONN_TLS;
    return !failed;
}

void conn_event(struct conn *c, uint32_t events)
{
    if (c->state == CONN_CLOSED || (c->state == CONN_CONNECTING && !connected(c)))
        return;
    if (c->state == CONN_TLS) {
        bool out = false;
        int done = io_handshake(c, &out);
        if (done < 0)
            conn_fail(c, "TLS handshake failed");
        else if (done == 0)
            want_out(c, out);
        else
            upgrade_ask(c);
        return;
    }
    if (events & EPOLLOUT && c->state >= CONN_HTTP)
        conn_flush(c);
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP) && c->state >= CONN_HTTP) {
        readable(c);
        while (c->state != CONN_CLOSED && io_pending(c))
            readable(c);
    }
}
