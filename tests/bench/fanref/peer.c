#include "tests/bench/fanref/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/fanref/room.h"

enum { SMALLEST = 512, READ_BYTES = 16384 };

bool peer_coalesce;
int peer_epoll;
static struct peer *dirty;

static void grow(unsigned char **p, size_t *cap, size_t need)
{
    size_t c = *cap ? *cap : SMALLEST;
    while (c < need)
        c *= 2;
    if (c != *cap) {
        *p = realloc(*p, c);
        if (!*p)
            abort();
    }
    *cap = c;
}

struct peer *peer_new(int fd)
{
    struct peer *p = calloc(1, sizeof(*p));
    if (!p)
        abort();
    p->fd = fd;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = p};
    epoll_ctl(peer_epoll, EPOLL_CTL_ADD, fd, &e);
    return p;
}

void peer_close(struct peer *p)
{
    if (p->room)
        room_leave(p);
    close(p->fd);
    free(p->in);
    free(p->out);
    p->in = p->out = NULL;
    p->in_len = p->in_cap = p->out_len = p->out_cap = 0;
    p->fd = -1;
}

bool peer_read(struct peer *p)
{
    grow(&p->in, &p->in_cap, p->in_len + READ_BYTES);
    ssize_t n = recv(p->fd, p->in + p->in_len, p->in_cap - p->in_len - 1, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        peer_close(p);
    if (n <= 0)
        return false;
    p->in_len += (size_t)n;
    return true;
}

void peer_consume(struct peer *p, size_t n)
{
    if (n && n < p->in_len)
        memmove(p->in, p->in + n, p->in_len - n);
    p->in_len -= n;
    if (p->in_len == 0) { /* idle connections keep no buffer */
        free(p->in);
        p->in = NULL;
        p->in_cap = 0;
    }
}

void peer_flush(struct peer *p)
{
    size_t done = 0;
    while (p->fd >= 0 && done < p->out_len) {
        ssize_t r = send(p->fd, p->out + done, p->out_len - done, MSG_NOSIGNAL);
        if (r <= 0)
            break; /* full, or broken and about to be reported as readable */
        done += (size_t)r;
    }
    if (done)
        memmove(p->out, p->out + done, p->out_len - done);
    p->out_len -= done;
    if (p->fd >= 0 && p->waiting != (p->out_len > 0)) {
        p->waiting = p->out_len > 0;
        struct epoll_event e = {.events = EPOLLIN | (p->waiting ? EPOLLOUT : 0), .data.ptr = p};
        epoll_ctl(peer_epoll, EPOLL_CTL_MOD, p->fd, &e);
    }
}

void peer_put(struct peer *p, const unsigned char *data, size_t n)
{
    if (p->fd < 0)
        return;
    if (!peer_coalesce && p->out_len == 0) { /* the common case needs no copy */
        ssize_t r = send(p->fd, data, n, MSG_NOSIGNAL);
        if (r == (ssize_t)n)
            return;
        if (r > 0) {
            data += r;
            n -= (size_t)r;
        }
    }
    grow(&p->out, &p->out_cap, p->out_len + n);
    memcpy(p->out + p->out_len, data, n);
    p->out_len += n;
    if (!peer_coalesce) {
        peer_flush(p);
    } else if (!p->dirty) {
        p->dirty = true;
        p->next_dirty = dirty;
        dirty = p;
    }
}

void peer_flush_all(void)
{
    while (dirty) {
        struct peer *p = dirty;
        dirty = p->next_dirty;
        p->dirty = false;
        peer_flush(p);
    }
}
