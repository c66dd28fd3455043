#include "lib/http_unix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/unixsock.h"

void m4_http_answer_done(struct m4_http_answer *answer)
{
    free(answer->head);
    free(answer->body);
    *answer = (struct m4_http_answer){0};
}

/* --- the request ----------------------------------------------------------------------------- */

int m4_http_request(struct m4_buf *out, const char *method, const char *path,
                    const char *const *headers, const void *body, size_t len, struct m4_err *err)
{
    bool typed = false;
    if (!*method || strpbrk(method, " \r\n") || path[0] != '/' || strpbrk(path, " \r\n"))
        return m4_fail(err, EINVAL, "\"%s %s\" is no HTTP request", method, path);
    m4_buf_fmt(out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, path);
    for (; headers && *headers; headers++) {
        if (strpbrk(*headers, "\r\n") || !strchr(*headers, ':'))
            return m4_fail(err, EINVAL, "\"%s\" is no HTTP header", *headers);
        typed = typed || !strncasecmp(*headers, "content-type:", 13);
        m4_buf_fmt(out, "%s\r\n", *headers);
    }
    if (body && !typed)
        m4_buf_str(out, "Content-Type: application/json\r\n");
    if (body)
        m4_buf_fmt(out, "Content-Length: %zu\r\n", len);
    m4_buf_str(out, "\r\n");
    if (body)
        m4_buf_add(out, body, len);
    return out->failed ? m4_fail(err, ENOMEM, "the request does not fit in memory") : 0;
}

/* --- the answer ------------------------------------------------------------------------------ */

/* The value of a header in head, with its length; NULL when absent. */
static const char *find_header(const char *head, const char *name, size_t *ret_len)
{
    size_t name_len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, name_len) || line[name_len] != ':')
            continue;
        const char *value = line + name_len + 1;
        value += strspn(value, " \t");
        *ret_len = strcspn(value, "\r\n");
        return value;
    }
    return NULL;
}

bool m4_http_header(const struct m4_http_answer *answer, const char *name, char *buf, size_t size)
{
    size_t len;
    const char *value = answer->head ? find_header(answer->head, name, &len) : NULL;
    if (!value || !size)
        return false;
    if (len >= size)
        len = size - 1;
    memcpy(buf, value, len);
    buf[len] = '\0';
    return true;
}

static int read_status(const char *head)
{
    if (strncmp(head, "HTTP/1.", 7) || !head[7] || head[8] != ' ')
        return -1;
    const char *digit = head + 9;
    if (strspn(digit, "0123456789") != 3 || (digit[3] != ' ' && digit[3] != '\r'))
        return -1;
    return (digit[0] - '0') * 100 + (digit[1] - '0') * 10 + (digit[2] - '0');
}

static int cut_short(struct m4_err *err)
{
    return m4_fail(err, EPROTO, "the answer was cut short");
}

static int too_big(struct m4_err *err)
{
    return m4_fail(err, EFBIG, "the answer's body has more than %d bytes", M4_HTTP_BODY);
}

/* Length of a chunk, and how long its line is; 0 needs more, 1 has it. */
static int chunk_line(const char *at, size_t left, size_t *ret_size, size_t *ret_line,
                      struct m4_err *err)
{
    const char *end = memmem(at, left < 256 ? left : 256, "\r\n", 2);
    if (!end && left < 256)
        return 0;
    size_t digits = end ? strspn(at, "0123456789abcdefABCDEF") : 0;
    if (!digits || (at[digits] != '\r' && at[digits] != ';' && at[digits] != ' '))
        return m4_fail(err, EPROTO, "the answer has a chunk without a size");
    size_t size = digits > 8 ? SIZE_MAX : strtoul(at, NULL, 16);
    if (size > M4_HTTP_BODY)
        return too_big(err);
    *ret_size = size;
    *ret_line = (size_t)(end - at) + 2;
    return 1;
}

/* Walks the chunks, and joins them into body when that is not NULL. 1 at their end, 0 when
 * more is needed. */
static int walk_chunks(const char *text, size_t left, struct m4_buf *body, struct m4_err *err)
{
    for (size_t total = 0;;) {
        size_t size = 0, line = 0;
        int rc = chunk_line(text, left, &size, &line, err);
        if (rc <= 0)
            return rc;
        if (size == 0)
            return memmem(text + line - 2, left - line + 2, "\r\n\r\n", 4) ? 1 : 0;
        if (left - line < size + 2)
            return 0;
        total += size;
        if (total > M4_HTTP_BODY)
            return too_big(err);
        if (body)
            m4_buf_add(body, text + line, size);
        text += line + size + 2;
        left -= line + size + 2;
    }
}

/* Appends the whole body to `body`: 1; or 0 when more is needed. */
static int read_body(const char *head, int status, const char *text, size_t len, bool ended,
                     struct m4_buf *body, struct m4_err *err)
{
    size_t value_len;
    if (status == 204 || status == 304)
        return 1;
    const char *coding = find_header(head, "transfer-encoding", &value_len);
    if (coding && value_len == 7 && !strncasecmp(coding, "chunked", 7)) {
        int rc = walk_chunks(text, len, NULL, err);
        return rc == 1 ? walk_chunks(text, len, body, err) : rc;
    }
    const char *length = find_header(head, "content-length", &value_len);
    size_t want = len;
    if (length) {
        size_t digits = strspn(length, "0123456789");
        if (!digits || digits != value_len)
            return m4_fail(err, EPROTO, "the answer's length is \"%.*s\"", (int)value_len, length);
        want = digits > 9 ? SIZE_MAX : strtoul(length, NULL, 10);
    }
    if (want > M4_HTTP_BODY)
        return too_big(err);
    if (len < want || (!length && !ended))
        return 0;
    m4_buf_add(body, text, want);
    return 1;
}

int m4_http_parse(const char *text, size_t len, bool ended, struct m4_http_answer *ret_answer,
                  struct m4_err *err)
{
    const char *end;
    size_t head_len;
    int status;
    for (;; text += head_len, len -= head_len) {
        end = memmem(text, len, "\r\n\r\n", 4);
        if (!end && len > M4_HTTP_HEAD)
            return m4_fail(err, EFBIG, "the answer's head has more than %d bytes", M4_HTTP_HEAD);
        if (!end)
            return ended ? cut_short(err) : 0;
        head_len = (size_t)(end - text) + 4;
        status = read_status(text);
        if (status < 100)
            return m4_fail(err, EPROTO, "the answer is not HTTP/1.1");
        if (status >= 200)
            break;
    }
    m4_autofree char *head = strndup(text, head_len - 2);
    m4_autobuf struct m4_buf body = M4_BUF(M4_HTTP_BODY);
    if (!head)
        return m4_fail(err, ENOMEM, "the answer does not fit in memory");
    int rc = read_body(head, status, text + head_len, len - head_len, ended, &body, err);
    if (rc <= 0)
        return rc == 0 && ended ? cut_short(err) : rc;
    size_t body_len = body.len;
    char *taken = m4_buf_take(&body);
    if (!taken)
        return m4_fail(err, ENOMEM, "the answer does not fit in memory");
    *ret_answer = (struct m4_http_answer){status, M4_TAKE(head), taken, body_len};
    return 1;
}

/* --- both ------------------------------------------------------------------------------------ */

int m4_http_unix(const char *socket_path, const char *method, const char *path,
                 const char *const *headers, const void *body, size_t len, int timeout_ms,
                 struct m4_http_answer *ret_answer, struct m4_err *err)
{
    int64_t deadline = m4_mono_ms() + timeout_ms;
    m4_autobuf struct m4_buf out = M4_BUF(len + M4_HTTP_HEAD);
    m4_autobuf struct m4_buf in = M4_BUF(2 * (size_t)M4_HTTP_BODY);
    int rc = m4_http_request(&out, method, path, headers, body, len, err);
    if (rc < 0)
        return rc;
    m4_autoclose int fd = m4_unix_connect(socket_path, deadline, err);
    if (fd < 0)
        return fd;
    rc = m4_unix_send(fd, out.data, out.len, deadline, err);
    if (rc < 0 && rc != -EPIPE && rc != -ECONNRESET) /* it may have answered and closed early */
        return m4_wrap(err, rc, "%s %s", method, path);
    do {
        ssize_t n = m4_unix_receive(fd, &in, deadline, err);
        if (n < 0)
            return m4_wrap(err, (int)n, "%s %s", method, path);
        rc = m4_http_parse(in.data ? in.data : "", in.len, n == 0, ret_answer, err);
    } while (rc == 0);
    return rc < 0 ? m4_wrap(err, rc, "%s %s", method, path) : 0;
}
