#include "lib/unixsock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "lib/clock.h"

enum { CHUNK = 64 * 1024, RETRY_MS = 20 };

static int wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left = deadline_ms - m4_mono_ms();
        if (left <= 0)
            return -ETIMEDOUT;
        struct pollfd p = {.fd = fd, .events = events};
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
    }
}

/* A full listen queue answers EAGAIN, and poll() says nothing about when it has room. */
static bool worth_another_try(int code, int64_t deadline_ms)
{
    if (code != EAGAIN && code != EINTR)
        return false;
    if (m4_mono_ms() + RETRY_MS >= deadline_ms)
        return false;
    nanosleep(&(struct timespec){.tv_nsec = RETRY_MS * 1000000L}, NULL);
    return true;
}

/* What an administrator can do about it. */
static const char *advice(int code)
{
    switch (code) {
    case ENOENT:
        return "; no box runs in this home (--home names another)";
    case EACCES:
        return "; only root and the box's own user may";
    default:
        return "";
    }
}

int m4_unix_connect(const char *path, int64_t deadline_ms, struct m4_err *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(at.sun_path))
        return m4_fail(err, ENAMETOOLONG, "socket path \"%s\" is longer than %zu bytes", path,
                       sizeof(at.sun_path) - 1);
    memcpy(at.sun_path, path, strlen(path) + 1);
    m4_autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return m4_fail(err, errno, "cannot make a socket: %m");
    while (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        if (!worth_another_try(errno, deadline_ms))
            return m4_fail(err, errno, "cannot connect to \"%s\": %m%s", path, advice(errno));
    return M4_TAKE_FD(fd);
}

int m4_unix_send(int fd, const void *data, size_t len, int64_t deadline_ms, struct m4_err *err)
{
    const char *at = data;
    while (len) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n >= 0) {
            at += n;
            len -= (size_t)n;
            continue;
        }
        if (errno == EINTR)
            continue;
        int rc = errno == EAGAIN ? wait_for(fd, POLLOUT, deadline_ms) : -errno;
        if (rc < 0)
            return m4_fail(err, -rc, "cannot send: %m");
    }
    return 0;
}

ssize_t m4_unix_receive(int fd, struct m4_buf *b, int64_t deadline_ms, struct m4_err *err)
{
    size_t want = b->limit > b->len ? b->limit - b->len : 0;
    if (want > CHUNK)
        want = CHUNK;
    char *room = want ? m4_buf_room(b, want) : NULL;
    if (!room)
        return m4_fail(err, want ? ENOMEM : EFBIG, "the answer has more than %zu bytes", b->limit);
    for (;;) {
        ssize_t n = recv(fd, room, want, 0);
        if (n >= 0) {
            b->len += (size_t)n;
            b->data[b->len] = '\0';
            return n;
        }
        if (errno == EINTR)
            continue;
        int rc = errno == EAGAIN ? wait_for(fd, POLLIN, deadline_ms) : -errno;
        if (rc < 0)
            return m4_fail(err, -rc, "no answer: %m");
    }
}
