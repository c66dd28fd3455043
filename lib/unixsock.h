/* unixsock.h - a unix socket with a deadline: connect, send all, receive some
 *
 * What the small clients (lib/http_unix, lib/ctl) share. The socket is non-blocking;
 * a call waits until its deadline, a moment of m4_mono_ms(). Safe in any thread.
 */
#ifndef M4_LIB_UNIXSOCK_H
#define M4_LIB_UNIXSOCK_H

#include "lib/buf.h"
#include "lib/err.h"

/* A connected, non-blocking, close-on-exec stream socket, yours to close; or -errno.
 * A listener whose queue is full is waited for until the deadline. */
M4_MUST_CHECK int m4_unix_connect(const char *path, int64_t deadline_ms, struct m4_err *err);

/* Sends all of it. 0, -ETIMEDOUT, -errno. */
M4_MUST_CHECK int m4_unix_send(int fd, const void *data, size_t len, int64_t deadline_ms,
                               struct m4_err *err);

/* Appends what has come to b, at most 64 KiB. Returns how many bytes, 0 at the end of
 * the stream, -ETIMEDOUT, -EFBIG above b's limit, or -errno. */
M4_MUST_CHECK ssize_t m4_unix_receive(int fd, struct m4_buf *b, int64_t deadline_ms,
                                      struct m4_err *err);

#endif
