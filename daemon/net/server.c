#include "daemon/net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "daemon/net/server_in.h"
#include "lib/clock.h"

enum {
    BODY_BYTES = 1024 * 1024,
    REQUEST_MS = 10000,   /* headers and body */
    DEAD_PEER_MS = 25000, /* TCP_USER_TIMEOUT: unacknowledged for so long */
    LINE_MS = 10000,      /* longest wait in the line of an address */
    ACCEPTS_PER_WAKE = 16
};

struct server *the_server;

static void serve(struct listener *l, h2o_socket_t *sock)
{
    h2o_accept(&l->accept, sock);
}

struct waiter {
    struct listener *listener;
    h2o_socket_t *sock;
};

static void resume_accepting(struct server *s)
{
    if (!s->paused || s->draining || conn_is_full(s->conns))
        return;
    s->paused = false;
    for (struct listener *l = s->listeners; l; l = l->next)
        if (l->via != VIA_LOCAL)
            h2o_socket_read_start(l->sock, l->sock->data);
}

static void on_conn_closed(void *data)
{
    struct conn *c = data;
    free(c->ready_data);
    conn_close(c);
    resume_accepting(the_server);
}

static void on_turn(struct conn *c)
{
    struct waiter w = *(struct waiter *)c->ready_data;
    free(c->ready_data);
    c->ready_data = NULL;
    serve(w.listener, w.sock);
}

static void on_line_timer(struct timer *t)
{
    struct server *s = M4_OBJECT_OF(t, struct server, line_timer);
    struct conn *c;
    while ((c = conn_oldest_waiting(s->conns, m4_mono_ms() - LINE_MS)))
        h2o_socket_close(((struct waiter *)c->ready_data)->sock); /* -> on_conn_closed */
    timer_set(s->loop, t, 1000);
}

static uid_t peer_uid(h2o_socket_t *sock)
{
    struct ucred who;
    socklen_t len = sizeof(who);
    if (getsockopt(h2o_socket_get_fd(sock), SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
        return (uid_t)-1;
    return who.uid;
}

static void peer_address(h2o_socket_t *sock, char *out, size_t size)
{
    struct sockaddr_storage sa;
    char text[NI_MAXHOST];
    socklen_t len = h2o_socket_getpeername(sock, (struct sockaddr *)&sa);
    size_t n = len ? h2o_socket_getnumerichost((struct sockaddr *)&sa, len, text) : SIZE_MAX;
    if (n == SIZE_MAX)
        n = 0;
    const char *from = text;
    if (n > 7 && !strncmp(text, "::ffff:", 7)) { /* IPv4 on an IPv6 listener */
        from += 7;
        n -= 7;
    }
    snprintf(out, size, "%.*s", (int)n, from);
}

static void welcome(struct listener *l, h2o_socket_t *sock)
{
    struct server *s = l->server;
    char address[46] = "";
    uid_t uid = (uid_t)-1;
    if (l->via == VIA_LOCAL)
        uid = peer_uid(sock);
    else
        peer_address(sock, address, sizeof(address));
    struct conn *c = conn_open(s->conns, l->via, address, uid);
    if (!c) {
        h2o_socket_close(sock);
        return;
    }
    sock->on_close.cb = on_conn_closed;
    sock->on_close.data = c;
    if (!c->waiting) {
        serve(l, sock);
        return;
    }
    struct waiter *w = h2o_mem_alloc(sizeof(*w));
    *w = (struct waiter){l, sock};
    c->ready_data = w;
}

static struct listener *listener_of(struct server *s, h2o_socket_t *sock)
{
    for (struct listener *l = s->listeners; l; l = l->next)
        if (l->sock == sock)
            return l;
    return NULL;
}

static void on_accept(h2o_socket_t *sock, const char *err)
{
    struct server *s = the_server;
    struct listener *l = listener_of(s, sock);
    if (err || !l)
        return;
    for (int i = 0; i < ACCEPTS_PER_WAKE; i++) {
        if (l->via != VIA_LOCAL && conn_is_full(s->conns)) {
            s->paused = true; /* the kernel's backlog waits; no spin on EMFILE */
            for (struct listener *other = s->listeners; other; other = other->next)
                if (other->via != VIA_LOCAL)
                    h2o_socket_read_stop(other->sock);
            return;
        }
        h2o_socket_t *peer = h2o_evloop_socket_accept(sock);
        if (!peer)
            return;
        welcome(l, peer);
    }
}

struct server *server_new(struct loop *loop, const struct conn_limits *limits,
                          request_cb *on_request)
{
    struct server *s = h2o_mem_alloc(sizeof(*s));
    memset(s, 0, sizeof(*s));
    the_server = s;
    s->loop = loop;
    s->on_request = on_request;
    s->conns = conn_table_new(limits, on_turn);
    h2o_config_init(&s->config);
    s->config.server_name = h2o_iovec_init(H2O_STRLIT("m4sh"));
    s->config.max_request_entity_size = BODY_BYTES;
    s->config.http1.req_timeout = REQUEST_MS;
    s->config.http1.upgrade_to_http2 = 0;
    s->config.handshake_timeout = REQUEST_MS;
    s->host = h2o_config_register_host(&s->config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    h2o_pathconf_t *path = h2o_config_register_path(s->host, "/", 0);
    h2o_handler_t *handler = h2o_create_handler(path, sizeof(*handler));
    handler->on_req = request_arrive;
    h2o_context_init(&s->context, loop_h2o(loop), &s->config);
    s->line_timer.on_fire = on_line_timer;
    timer_set(loop, &s->line_timer, 1000);
    return s;
}

static struct listener *add_listener(struct server *s, int fd, enum via via, SSL_CTX *tls)
{
    struct listener *l = h2o_mem_alloc(sizeof(*l));
    memset(l, 0, sizeof(*l));
    l->server = s;
    l->via = via;
    l->accept.ctx = &s->context;
    l->accept.hosts = s->config.hosts;
    l->accept.ssl_ctx = tls;
    l->sock = h2o_evloop_socket_create(loop_h2o(s->loop), fd, H2O_SOCKET_FLAG_DONT_READ);
    l->sock->data = on_accept;
    l->next = s->listeners;
    s->listeners = l;
    h2o_socket_read_start(l->sock, on_accept);
    return l;
}

static int bound_socket(const struct sockaddr *sa, socklen_t len)
{
    int on = 1, dead_ms = DEAD_PEER_MS;
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (sa->sa_family != AF_UNIX) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof(dead_ms));
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    if (bind(fd, sa, len) < 0 || listen(fd, 1024) < 0) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

int server_listen_tcp(struct server *s, const char *address, int port, SSL_CTX *tls,
                      struct m4_err *err)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int fd;
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        fd = bound_socket((struct sockaddr *)&v4, sizeof(v4));
    else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
        fd = bound_socket((struct sockaddr *)&v6, sizeof(v6));
    else
        return m4_fail(err, EINVAL, "bind is \"%s\", not an IPv4 or IPv6 address", address);
    if (fd < 0)
        return m4_fail(err, errno, "cannot listen on %s port %d: %m", address, port);
    add_listener(s, fd, tls ? VIA_TLS : VIA_JOIN, tls);
    return 0;
}

int server_listen_measure(struct server *s, const char *where, struct m4_err *err)
{
    struct sockaddr_in sa = {.sin_family = AF_INET};
    char address[INET_ADDRSTRLEN];
    const char *colon = strrchr(where, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : 0;
    size_t n = colon ? (size_t)(colon - where) : 0;
    if (!colon || n >= sizeof(address) || end == colon + 1 || *end || port < 1 || port > 65535)
        return m4_fail(err, EINVAL, "measure_listen is \"%s\", not 127.0.0.1:PORT", where);
    snprintf(address, sizeof(address), "%.*s", (int)n, where);
    if (inet_pton(AF_INET, address, &sa.sin_addr) != 1 || ntohl(sa.sin_addr.s_addr) >> 24 != 127)
        return m4_fail(err, EINVAL,
                       "measure_listen is \"%s\": without TLS the box listens in 127.0.0.0/8 alone",
                       where);
    sa.sin_port = htons((uint16_t)port);
    int fd = bound_socket((struct sockaddr *)&sa, sizeof(sa));
    if (fd < 0)
        return m4_fail(err, errno, "cannot listen on %s: %m", where);
    add_listener(s, fd, VIA_MEASURE, NULL);
    return 0;
}

int server_listen_unix(struct server *s, const char *path, struct m4_err *err)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(sa.sun_path))
        return m4_fail(err, ENAMETOOLONG, "socket path \"%s\" is longer than 107 bytes", path);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    unlink(path);
    mode_t before = umask(0117);
    int fd = bound_socket((struct sockaddr *)&sa, sizeof(sa));
    umask(before);
    if (fd < 0)
        return m4_fail(err, errno, "cannot listen on \"%s\": %m", path);
    struct listener *l = add_listener(s, fd, VIA_LOCAL, NULL);
    l->unix_path = strdup(path);
    return 0;
}

void server_renew_tls(struct server *s, SSL_CTX *tls)
{
    for (struct listener *l = s->listeners; l; l = l->next) {
        if (l->via != VIA_TLS)
            continue;
        SSL_CTX_free(l->accept.ssl_ctx);
        l->accept.ssl_ctx = tls;
    }
}

static void on_drain_timer(struct timer *t)
{
    struct server *s = M4_OBJECT_OF(t, struct server, drain_timer);
    if (conn_count(s->conns) == 0 || m4_mono_ms() >= s->drain_until_ms) {
        s->on_drained();
        return;
    }
    timer_set(s->loop, t, 20);
}

static void close_listeners(struct server *s)
{
    while (s->listeners) {
        struct listener *l = s->listeners;
        s->listeners = l->next;
        h2o_socket_read_stop(l->sock);
        h2o_socket_close(l->sock);
        if (l->unix_path)
            unlink(l->unix_path);
        free(l->unix_path);
        SSL_CTX_free(l->accept.ssl_ctx);
        free(l);
    }
}

void server_drain(struct server *s, int64_t limit_ms, void (*on_drained)(void))
{
    s->draining = true;
    s->on_drained = on_drained;
    s->drain_until_ms = m4_mono_ms() + limit_ms;
    s->drain_timer.on_fire = on_drain_timer;
    for (struct listener *l = s->listeners; l; l = l->next)
        h2o_socket_read_stop(l->sock);
    struct conn *c;
    while ((c = conn_oldest_waiting(s->conns, INT64_MAX)))
        h2o_socket_close(((struct waiter *)c->ready_data)->sock);
    socket_restart_all(s);
    h2o_context_request_shutdown(&s->context);
    timer_set(s->loop, &s->drain_timer, 0);
}

size_t server_connections(const struct server *s)
{
    return conn_count(s->conns);
}

size_t server_sockets(const struct server *s)
{
    return s->socket_count;
}

void server_close(struct server *s)
{
    if (!s)
        return;
    timer_clear(s->loop, &s->line_timer);
    timer_clear(s->loop, &s->drain_timer);
    close_listeners(s);
    /* The rest goes with the process, and with it what those still there look at: libh2o has
     * no way to end a connection from outside, its context asserts when one is still being
     * said goodbye to, and who waits for the database is answered when that is closed. */
}
