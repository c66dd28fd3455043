#include "tools/ws_client.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/secret.h"
#include "lib/wsframe.h"

enum { REQUEST_BYTES = 2 * 1024 * 1024, GOODBYE_MS = 200 };

struct ws_client {
    struct tls_client *tls;
    struct m4_ws frames;
    struct m4_buf in; /* came, not yet eaten */
    size_t eaten;     /* of in: the event handed out last stands there */
};

/* --- HTTP ------------------------------------------------------------------------------------ */

/* "host:port" as Host and Origin have it. */
static void write_authority(struct m4_buf *out, const struct tls_target *t)
{
    bool v6 = strchr(t->host, ':') != NULL;
    m4_buf_fmt(out, "%s%s%s", v6 ? "[" : "", t->host, v6 ? "]" : "");
    if (t->port != 443)
        m4_buf_fmt(out, ":%d", t->port);
}

static void write_head(struct m4_buf *out, const struct tls_target *t, const char *method,
                       const char *path, const char *cookie)
{
    m4_buf_fmt(out, "%s %s HTTP/1.1\r\nHost: ", method, path);
    write_authority(out, t);
    m4_buf_str(out, "\r\nOrigin: https://");
    write_authority(out, t);
    m4_buf_str(out, "\r\n");
    if (cookie)
        m4_buf_fmt(out, "Cookie: %s\r\n", cookie);
}

static int read_answer(struct tls_client *tls, int64_t deadline_ms,
                       struct m4_http_answer *ret_answer, struct m4_err *err)
{
    m4_autobuf struct m4_buf in = M4_BUF(M4_HTTP_HEAD + M4_HTTP_BODY);
    for (;;) {
        ssize_t n = tls_client_receive(tls, &in, deadline_ms, err);
        if (n < 0)
            return (int)n;
        int rc = m4_http_parse(in.data ? in.data : "", in.len, n == 0, ret_answer, err);
        if (rc != 0)
            return rc < 0 ? rc : 0;
    }
}

int ws_client_ask(const struct tls_target *target, const char *method, const char *path,
                  const char *cookie, const struct m4_buf *body, int64_t deadline_ms,
                  struct m4_http_answer *ret_answer, struct m4_err *err)
{
    m4_autobuf struct m4_buf out = M4_BUF(REQUEST_BYTES);
    struct tls_client *tls;
    write_head(&out, target, method, path, cookie);
    m4_buf_str(&out, "Connection: close\r\n");
    if (body)
        m4_buf_fmt(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body->len);
    m4_buf_str(&out, "\r\n");
    if (body)
        m4_buf_add(&out, body->data, body->len);
    if (out.failed || (body && body->failed))
        return m4_fail(err, EFBIG, "the request is too long");
    int rc = tls_client_open(target, deadline_ms, &tls, err);
    if (rc < 0)
        return rc;
    rc = tls_client_send(tls, out.data, out.len, deadline_ms, err);
    if (rc == 0)
        rc = read_answer(tls, deadline_ms, ret_answer, err);
    tls_client_free(tls);
    return rc < 0 ? m4_wrap(err, rc, "%s %s", method, path) : 0;
}

/* --- the upgrade ----------------------------------------------------------------------------- */

/* Length of the head in `in` with its empty line, 0 while it is not whole. */
static size_t head_length(const struct m4_buf *in)
{
    const char *end = in->len ? memmem(in->data, in->len, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - in->data) + 4 : 0;
}

/* The server must have switched, and proved that it read our key. */
static int check_switch(const struct m4_buf *in, size_t head, const char *key, struct m4_err *err)
{
    struct m4_http_answer answer = {.head = strndup(in->data, head)};
    char accept[32], wanted[32] = "";
    if (!answer.head)
        return m4_fail(err, ENOMEM, "cannot read the answer: %m");
    m4_ws_accept(key, strlen(key), wanted);
    int rc = 0;
    if (strncmp(answer.head, "HTTP/1.1 101", 12) != 0)
        rc = m4_fail(err, EPROTO, "the socket was refused: %.*s", (int)strcspn(answer.head, "\r"),
                     answer.head);
    else if (!m4_http_header(&answer, "Sec-WebSocket-Accept", accept, sizeof(accept)) ||
             strcmp(accept, wanted) != 0)
        rc = m4_fail(err, EPROTO, "the server did not prove that it read the key");
    free(answer.head);
    return rc;
}

static int upgrade(struct ws_client *c, const struct tls_target *target, const char *path,
                   const char *cookie, int64_t deadline_ms, struct m4_err *err)
{
    m4_autobuf struct m4_buf out = M4_BUF(REQUEST_BYTES);
    uint8_t random[16];
    char key[32];
    m4_random(random, sizeof(random));
    m4_base64(random, sizeof(random), key);
    write_head(&out, target, "GET", path, cookie);
    m4_buf_fmt(&out,
               "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: %s\r\n\r\n",
               key);
    if (out.failed)
        return m4_fail(err, EFBIG, "the request is too long");
    int rc = tls_client_send(c->tls, out.data, out.len, deadline_ms, err);
    while (rc == 0 && !head_length(&c->in)) {
        ssize_t n = tls_client_receive(c->tls, &c->in, deadline_ms, err);
        if (n < 0)
            return (int)n;
        if (n == 0 || c->in.len > M4_HTTP_HEAD)
            return m4_fail(err, EPROTO, "the server did not answer the upgrade");
    }
    if (rc == 0)
        rc = check_switch(&c->in, head_length(&c->in), key, err);
    if (rc == 0)
        m4_buf_cut(&c->in, head_length(&c->in));
    return rc;
}

int ws_client_open(const struct tls_target *target, const char *path, const char *cookie,
                   int64_t deadline_ms, struct ws_client **ret_client, struct m4_err *err)
{
    struct ws_client *c = calloc(1, sizeof(*c));
    if (!c)
        return m4_fail(err, ENOMEM, "cannot connect: %m");
    c->in = M4_BUF(WS_CLIENT_BYTES + 64);
    m4_ws_init(&c->frames, false, WS_CLIENT_BYTES);
    int rc = tls_client_open(target, deadline_ms, &c->tls, err);
    if (rc == 0)
        rc = upgrade(c, target, path, cookie, deadline_ms, err);
    if (rc < 0) {
        ws_client_drop(c);
        return rc;
    }
    *ret_client = c;
    return 0;
}

void ws_client_drop(struct ws_client *c)
{
    if (!c)
        return;
    tls_client_drop(c->tls);
    m4_ws_done(&c->frames);
    m4_buf_done(&c->in);
    free(c);
}

/* --- frames ---------------------------------------------------------------------------------- */

static int send_frame(struct ws_client *c, enum m4_ws_op op, const char *data, size_t len,
                      int64_t deadline_ms, struct m4_err *err)
{
    m4_autobuf struct m4_buf out = M4_BUF(len + 64);
    uint8_t mask[4], header[14];
    m4_random(mask, sizeof(mask));
    size_t header_len = m4_ws_header(header, op, len, mask);
    m4_buf_add(&out, header, header_len);
    m4_buf_add(&out, data, len);
    if (out.failed)
        return m4_fail(err, ENOMEM, "cannot send: %m");
    m4_ws_mask(out.data + header_len, len, mask);
    return tls_client_send(c->tls, out.data, out.len, deadline_ms, err);
}

void ws_client_free(struct ws_client *c)
{
    if (!c)
        return;
    static const char going[2] = {1001 >> 8, (char)(1001 & 0xff)};
    if (send_frame(c, M4_WS_CLOSE, going, sizeof(going), m4_mono_ms() + GOODBYE_MS, NULL) == 0) {
        tls_client_free(c->tls);
        c->tls = NULL;
    }
    ws_client_drop(c);
}

int ws_client_send(struct ws_client *c, const char *text, size_t len, int64_t deadline_ms,
                   struct m4_err *err)
{
    int rc = send_frame(c, M4_WS_TEXT, text, len, deadline_ms, err);
    return rc < 0 ? m4_wrap(err, rc, "a message was not sent") : 0;
}

/* What an event means here: 1 a text, 0 go on, or an error. */
static int take_event(struct ws_client *c, const struct m4_ws_event *e, int64_t deadline_ms,
                      struct m4_err *err)
{
    switch (e->op) {
    case M4_WS_TEXT:
        return 1;
    case M4_WS_PING:
        return send_frame(c, M4_WS_PONG, e->data, e->len, deadline_ms, err);
    case M4_WS_PONG:
        return 0;
    case M4_WS_CLOSE:
        return m4_fail(err, ECONNRESET, "the server closed the socket with %d", e->code);
    default:
        return m4_fail(err, EPROTO, "the server sent a binary message");
    }
}

int ws_client_next(struct ws_client *c, const char **ret_text, size_t *ret_len, int64_t deadline_ms,
                   struct m4_err *err)
{
    for (;;) {
        struct m4_ws_event event;
        size_t used = 0;
        m4_buf_cut(&c->in, c->eaten);
        c->eaten = 0;
        int got = c->in.len ? m4_ws_next(&c->frames, c->in.data, c->in.len, &used, &event) : 0;
        c->eaten = used;
        if (got < 0)
            return m4_fail(err, EPROTO, "the server broke the WebSocket protocol (%d)",
                           c->frames.refused);
        if (got == 1) {
            int rc = take_event(c, &event, deadline_ms, err);
            if (rc == 1) {
                *ret_text = event.data;
                *ret_len = event.len;
                return 0;
            }
            if (rc < 0)
                return rc;
            continue;
        }
        m4_buf_cut(&c->in, c->eaten);
        c->eaten = 0;
        ssize_t n = tls_client_receive(c->tls, &c->in, deadline_ms, err);
        if (n < 0)
            return (int)n;
        if (n == 0)
            return m4_fail(err, ECONNRESET, "the server closed the connection");
    }
}
