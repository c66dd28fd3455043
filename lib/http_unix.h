/* http_unix.h - a small HTTP/1.1 client over a unix socket
 *
 * For the programs beside m4shd (supervisor, console, m4shctl), which speak to
 * run/m4shd.sock. One request per connection ("Connection: close"); bodies with a
 * length, in chunks, or to the end of the stream; interim answers (1xx) are passed
 * over. Limits: head 64 KiB, body M4_HTTP_BODY. The parser stands alone, so that an
 * event loop can feed it.
 */
#ifndef M4_LIB_HTTP_UNIX_H
#define M4_LIB_HTTP_UNIX_H

#include "lib/buf.h"
#include "lib/err.h"

enum { M4_HTTP_HEAD = 64 * 1024, M4_HTTP_BODY = 16 * 1024 * 1024 };

struct m4_http_answer {
    int status;
    char *head; /* status line and headers, NUL-terminated */
    char *body; /* NUL-terminated, never NULL in a filled answer */
    size_t len; /* bytes of the body */
};

void m4_http_answer_done(struct m4_http_answer *answer);
#define m4_autoanswer __attribute__((cleanup(m4_http_answer_done)))

/* Appends a request to `out`. `headers` is NULL or a NULL-ended list of lines without
 * their ends ("Accept: text/plain"); Host, Connection and, with a body, Content-Length
 * are set here, and Content-Type: application/json unless the list has one. A name or
 * value with a line end is refused: -EINVAL. */
M4_MUST_CHECK int m4_http_request(struct m4_buf *out, const char *method, const char *path,
                                  const char *const *headers, const void *body, size_t len,
                                  struct m4_err *err);

/* Reads an answer from text[0..len), all that came so far and followed by a NUL, as an m4_buf
 * has it; `ended` says that no more will come. Returns 1 with the answer filled, 0 when more is
 * needed, -EPROTO for what is not HTTP or was cut short, -EFBIG, -ENOMEM. */
M4_MUST_CHECK int m4_http_parse(const char *text, size_t len, bool ended,
                                struct m4_http_answer *ret_answer, struct m4_err *err);

/* Copies the value of header `name` (any case) into buf, cut to fit; false when absent. */
bool m4_http_header(const struct m4_http_answer *answer, const char *name, char *buf, size_t size);

/* Asks and waits, timeout_ms in all. Returns 0 and the answer, whatever its status, to be
 * given to m4_http_answer_done(); -ECONNREFUSED or -ENOENT when nobody listens,
 * -ETIMEDOUT, -EPROTO, -errno. */
M4_MUST_CHECK int m4_http_unix(const char *socket_path, const char *method, const char *path,
                               const char *const *headers, const void *body, size_t len,
                               int timeout_ms, struct m4_http_answer *ret_answer,
                               struct m4_err *err);

#endif
