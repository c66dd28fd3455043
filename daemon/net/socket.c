#include "daemon/net/socket.h"

#include <string.h>

#include "daemon/net/outbox.h"
#include "daemon/net/server_in.h"
#include "lib/clock.h"

enum {
    PING_AFTER_MS = 25000,
    DEAD_AFTER_MS = 60000,
    GOODBYE_MS = 3000, /* for the close frame to be written and echoed */
    WRITE_FRAMES = 64  /* in one writev */
};

struct socket {
    struct socket *next, **at; /* in the server's list */
    h2o_socket_t *sock;
    const struct socket_events *events;
    void *data;
    struct m4_ws ws;
    struct outbox outbox;
    struct chore flush_chore;
    struct timer idle_timer, resume_timer;
    int64_t heard_ms;
    uint16_t in_flight; /* frames of the outbox a plain write holds on to */
    bool tls, held, paused, pong_waits;
    bool closing; /* a close frame is queued: nothing else is */
    bool told;    /* on_close was called */
    bool heard_close;
    int why;
};

static void on_read(h2o_socket_t *sock, const char *err);
static void read_on(struct socket *s);

static void tell_owner(struct socket *s)
{
    if (s->told)
        return;
    s->told = true;
    s->events->on_close(s, s->why);
}

/* The end: nobody may use s after this. */
static void destroy(struct socket *s)
{
    struct loop *loop = the_server->loop;
    tell_owner(s);
    timer_clear(loop, &s->idle_timer);
    timer_clear(loop, &s->resume_timer);
    if (s->flush_chore.queued) { /* let it run once more, and free there */
        s->closing = true;
    }
    *s->at = s->next;
    if (s->next)
        s->next->at = s->at;
    the_server->socket_count--;
    h2o_socket_t *sock = M4_TAKE(s->sock);
    m4_ws_done(&s->ws);
    outbox_done(&s->outbox);
    h2o_socket_read_stop(sock);
    h2o_socket_close(sock);
    if (!s->flush_chore.queued)
        free(s);
}

static void on_written(h2o_socket_t *sock, const char *err)
{
    struct socket *s = sock->data;
    if (err) {
        s->why = s->why ? s->why : 1006;
        destroy(s);
        return;
    }
    outbox_drop(&s->outbox, s->in_flight);
    s->in_flight = 0;
    if (s->outbox.count)
        loop_chore(the_server->loop, &s->flush_chore); /* never write from here */
    else if (s->closing && s->heard_close)
        destroy(s);
    else if (!s->closing)
        s->events->on_drained(s);
}

/* One TLS record per write instead of one per frame; libh2o has encrypted all when it returns. */
static void write_joined(struct socket *s)
{
    static char joined[OUTBOX_BYTES + OUTBOX_FRAMES * 16];
    size_t len = 0, n = 0;
    for (; n < s->outbox.count; n++) {
        struct frame *f = outbox_at(&s->outbox, n);
        if (len + f->len > sizeof(joined))
            break;
        memcpy(joined + len, f->bytes, f->len);
        len += f->len;
    }
    h2o_iovec_t buf = h2o_iovec_init(joined, len);
    outbox_drop(&s->outbox, n);
    h2o_socket_write(s->sock, &buf, 1, on_written);
}

static void write_frames(struct socket *s)
{
    h2o_iovec_t bufs[WRITE_FRAMES];
    size_t n = 0;
    for (; n < s->outbox.count && n < WRITE_FRAMES; n++) {
        struct frame *f = outbox_at(&s->outbox, n);
        bufs[n] = h2o_iovec_init(f->bytes, f->len);
    }
    s->in_flight = (uint16_t)n;
    h2o_socket_write(s->sock, bufs, n, on_written);
}

static void flush(struct chore *chore)
{
    struct socket *s = M4_OBJECT_OF(chore, struct socket, flush_chore);
    if (!s->sock) { /* destroyed while this waited */
        free(s);
        return;
    }
    if (s->closing)
        tell_owner(s);
    if (!s->outbox.count || h2o_socket_is_writing(s->sock))
        return;
    s->pong_waits = false;
    if (s->tls)
        write_joined(s);
    else
        write_frames(s);
}

/* What was not begun to be written is not written. */
static void forget_unwritten(struct socket *s)
{
    struct outbox kept = {0};
    for (size_t i = 0; i < s->in_flight; i++)
        outbox_push(&kept, outbox_at(&s->outbox, i), false);
    outbox_done(&s->outbox);
    s->outbox = kept;
}

static void begin_close(struct socket *s, int code, const char *reason)
{
    if (s->closing)
        return;
    s->closing = true;
    s->why = code;
    if (code == M4_WS_TRY_LATER) /* too slow: it resyncs anyway */
        forget_unwritten(s);
    uint8_t payload[125] = {(uint8_t)(code >> 8), (uint8_t)code};
    size_t len = reason ? strnlen(reason, 100) : 0;
    memcpy(payload + 2, reason, len);
    struct frame *f = frame_new(M4_WS_CLOSE, payload, code == M4_WS_NO_CODE ? 0 : len + 2);
    if (outbox_push(&s->outbox, f, false) == OUTBOX_FULL) {
        forget_unwritten(s); /* why it is closed is worth more than what it was late for */
        outbox_push(&s->outbox, f, false);
    }
    frame_unref(f);
    loop_chore(the_server->loop, &s->flush_chore);
    timer_clear(the_server->loop, &s->resume_timer);
    timer_set(the_server->loop, &s->idle_timer, GOODBYE_MS);
    if (s->held || s->paused) { /* the peer's echo is still to be heard */
        s->held = s->paused = false;
        h2o_socket_read_start(s->sock, on_read);
    }
}

void socket_close(struct socket *s, int code, const char *reason)
{
    begin_close(s, code, reason ? reason : "");
}

bool socket_send(struct socket *s, struct frame *frame, bool is_volatile)
{
    if (s->closing || !s->sock)
        return false;
    switch (outbox_push(&s->outbox, frame, is_volatile)) {
    case OUTBOX_TAKEN:
        loop_chore(the_server->loop, &s->flush_chore);
        return true;
    case OUTBOX_DROPPED:
        return false;
    case OUTBOX_FULL:
        begin_close(s, M4_WS_TRY_LATER, "too slow: come back and resync");
        return false;
    }
    return false;
}

bool socket_say(struct socket *s, const char *text, size_t len)
{
    struct frame *f = frame_new(M4_WS_TEXT, text, len);
    bool taken = socket_send(s, f, false);
    frame_unref(f);
    return taken;
}

size_t socket_backlog(const struct socket *s)
{
    return s->outbox.bytes;
}

static void send_pong(struct socket *s, const char *data, size_t len)
{
    if (s->pong_waits || s->closing)
        return; /* one is enough: RFC 6455 section 5.5.3 */
    struct frame *f = frame_new(M4_WS_PONG, data, len);
    s->pong_waits = outbox_push(&s->outbox, f, true) == OUTBOX_TAKEN;
    frame_unref(f);
    loop_chore(the_server->loop, &s->flush_chore);
}

static void on_peer_close(struct socket *s, int code)
{
    s->heard_close = true;
    if (s->closing && !s->outbox.count && !h2o_socket_is_writing(s->sock)) {
        destroy(s);
        return;
    }
    begin_close(s, code, "");
}

/* One event of the peer's. False when s is gone. */
static bool handle(struct socket *s, const struct m4_ws_event *e)
{
    switch (e->op) {
    case M4_WS_TEXT:
        if (!s->closing)
            s->events->on_message(s, e->data, e->len);
        return true;
    case M4_WS_BINARY:
        begin_close(s, M4_WS_UNSUPPORTED, "text frames only");
        return true;
    case M4_WS_PING:
        send_pong(s, e->data, e->len);
        return true;
    case M4_WS_CLOSE: {
        bool gone = s->closing && !s->outbox.count && !h2o_socket_is_writing(s->sock);
        on_peer_close(s, e->code);
        return !gone;
    }
    default:
        return true;
    }
}

/* Deals with what was read, a bounded number of frames a turn: one flooder delays nobody. */
static void read_on(struct socket *s)
{
    for (int budget = SOCKET_FRAMES_PER_TURN; !s->held && !s->paused && s->sock->input->size;) {
        if (budget-- == 0) {
            s->paused = true;
            h2o_socket_read_stop(s->sock);
            timer_set(the_server->loop, &s->resume_timer, 0);
            return;
        }
        struct m4_ws_event e;
        size_t used;
        int rc = m4_ws_next(&s->ws, s->sock->input->bytes, s->sock->input->size, &used, &e);
        if (rc > 0 && !handle(s, &e))
            return;
        h2o_buffer_consume(&s->sock->input, used);
        if (rc < 0) {
            if (s->closing) {
                h2o_buffer_consume(&s->sock->input, s->sock->input->size);
                return;
            }
            begin_close(s, s->ws.refused, "protocol error");
            s->ws.refused = 0;
            return;
        }
        if (rc == 0)
            return;
    }
}

static void on_read(h2o_socket_t *sock, const char *err)
{
    struct socket *s = sock->data;
    if (err) {
        s->why = s->why ? s->why : 1006;
        destroy(s);
        return;
    }
    s->heard_ms = m4_mono_ms();
    read_on(s);
}

static void on_resume(struct timer *t)
{
    struct socket *s = M4_OBJECT_OF(t, struct socket, resume_timer);
    s->paused = false;
    if (s->held)
        return;
    s->heard_ms = m4_mono_ms(); /* nobody listened: that was not its silence */
    h2o_socket_read_start(s->sock, on_read);
    read_on(s);
}

void socket_pause(struct socket *s, int64_t ms)
{
    if (s->closing)
        return;
    s->paused = true;
    h2o_socket_read_stop(s->sock);
    timer_set(the_server->loop, &s->resume_timer, ms);
}

void socket_hold(struct socket *s)
{
    if (s->closing)
        return;
    s->held = true;
    h2o_socket_read_stop(s->sock);
}

void socket_resume(struct socket *s)
{
    if (!s->held)
        return;
    s->held = false;
    if (!s->paused)
        socket_pause(s, 0); /* not from within the caller's own message */
}

static void on_idle(struct timer *t)
{
    struct socket *s = M4_OBJECT_OF(t, struct socket, idle_timer);
    int64_t silent = m4_mono_ms() - s->heard_ms;
    if (s->closing || (silent >= DEAD_AFTER_MS && !s->held && !s->paused)) {
        s->why = s->why ? s->why : 1006;
        destroy(s);
        return;
    }
    if (silent >= PING_AFTER_MS) {
        struct frame *f = frame_new(M4_WS_PING, NULL, 0);
        socket_send(s, f, true);
        frame_unref(f);
    }
    timer_set(the_server->loop, t, PING_AFTER_MS);
}

void *socket_data(const struct socket *s)
{
    return s->data;
}

void socket_restart_all(struct server *server)
{
    struct socket *next;
    for (struct socket *s = server->sockets; s; s = next) {
        next = s->next;
        begin_close(s, M4_WS_RESTART, "the box restarts");
    }
}

/* --- the handshake --------------------------------------------------------------------------- */

struct upgrade {
    const struct socket_events *events;
    void *data;
    void (*on_open)(struct socket *socket, void *data);
    bool tls;
};

static void on_upgraded(void *data, h2o_socket_t *sock, size_t reqsize)
{
    struct upgrade u = *(struct upgrade *)data;
    free(data);
    if (!sock) {
        u.on_open(NULL, u.data);
        return;
    }
    struct socket *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    s->sock = sock;
    s->events = u.events;
    s->data = u.data;
    s->tls = u.tls;
    s->heard_ms = m4_mono_ms();
    s->flush_chore.run = flush;
    s->idle_timer.on_fire = on_idle;
    s->resume_timer.on_fire = on_resume;
    m4_ws_init(&s->ws, true, SOCKET_MESSAGE_BYTES);
    s->next = the_server->sockets;
    s->at = &the_server->sockets;
    if (s->next)
        s->next->at = &s->next;
    the_server->sockets = s;
    the_server->socket_count++;
    sock->data = s;
    h2o_buffer_consume(&sock->input, reqsize);
    timer_set(the_server->loop, &s->idle_timer, PING_AFTER_MS);
    u.on_open(s, u.data);
    if (the_server->draining) /* it was on its way when the others were told */
        begin_close(s, M4_WS_RESTART, "the box restarts");
    h2o_socket_read_start(sock, on_read);
    if (sock->input->size)
        socket_pause(s, 0);
}

void socket_upgrade(struct request *r, const struct socket_events *events, void *data,
                    void (*on_open)(struct socket *socket, void *data))
{
    h2o_req_t *req = r->h2o;
    const char *key = request_header(r, "sec-websocket-key");
    const char *version = request_header(r, "sec-websocket-version");
    const char *why = NULL;
    int status = 400;
    if (!h2o_lcstris(req->upgrade.base, req->upgrade.len, H2O_STRLIT("websocket"))) {
        why = "this address speaks WebSocket only";
        status = 426;
        reply_header(r, "upgrade", "websocket");
    } else if (!version || strcmp(version, "13")) {
        why = "WebSocket version 13 only";
        status = 426;
        reply_header(r, "sec-websocket-version", "13");
    } else if (r->method != GET || !key || strlen(key) != 24) {
        why = "not a WebSocket handshake";
    }
    if (why) {
        on_open(NULL, data);
        reply(r, status, "text/plain; charset=utf-8", why, strlen(why));
        return;
    }
    char accept[32];
    m4_ws_accept(key, strlen(key), accept);
    struct upgrade *u = malloc(sizeof(*u));
    if (!u)
        abort();
    *u = (struct upgrade){events, data, on_open, r->conn->via == VIA_TLS};
    r->status = 101;
    req->res.status = 101;
    req->res.reason = "Switching Protocols";
    reply_header(r, "upgrade", "websocket");
    reply_header(r, "sec-websocket-accept", accept);
    h2o_http1_upgrade(req, NULL, 0, on_upgraded, u);
}
