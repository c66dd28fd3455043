#include "tools/tls_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/clock.h"

enum { CHUNK = 16 * 1024 };

struct tls_client {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
};

static int wait_for(int fd, short events, int64_t deadline_ms, struct m4_err *err)
{
    for (;;) {
        int64_t left = deadline_ms - m4_mono_ms();
        if (left <= 0)
            return m4_fail(err, ETIMEDOUT, "no answer in time");
        struct pollfd p = {.fd = fd, .events = events};
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return m4_fail(err, errno, "cannot wait for the connection: %m");
    }
}

/* --- the socket ------------------------------------------------------------------------------ */

static int parse_address(const struct tls_target *t, struct sockaddr_storage *out, socklen_t *len)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    *out = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, t->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)t->port);
        *len = sizeof(*v4);
        return 0;
    }
    if (inet_pton(AF_INET6, t->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)t->port);
        *len = sizeof(*v6);
        return 0;
    }
    return -EINVAL;
}

static int open_socket(const struct tls_target *t, int64_t deadline_ms, struct m4_err *err)
{
    struct sockaddr_storage to;
    socklen_t len, size = sizeof(int);
    int status = 0, one = 1;
    if (parse_address(t, &to, &len) < 0)
        return m4_fail(err, EINVAL, "\"%s\" is no IP address", t->address);
    m4_autoclose int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return m4_fail(err, errno, "cannot open a socket: %m");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(fd, (struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS)
        return m4_fail(err, errno, "cannot connect to %s port %d: %m", t->address, t->port);
    int rc = wait_for(fd, POLLOUT, deadline_ms, err);
    if (rc < 0)
        return m4_wrap(err, rc, "cannot connect to %s port %d", t->address, t->port);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &status, &size) < 0)
        status = errno;
    if (status)
        return m4_fail(err, status, "cannot connect to %s port %d: %m", t->address, t->port);
    return M4_TAKE_FD(fd);
}

/* --- TLS ------------------------------------------------------------------------------------- */

static const char *library_reason(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return reason ? reason : "the connection broke";
}

/* Waits for what the last call wanted; an error when it wanted nothing. */
static int after(struct tls_client *c, int result, int64_t deadline_ms, struct m4_err *err)
{
    int saved = errno;
    switch (SSL_get_error(c->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return wait_for(c->fd, POLLIN, deadline_ms, err);
    case SSL_ERROR_WANT_WRITE:
        return wait_for(c->fd, POLLOUT, deadline_ms, err);
    case SSL_ERROR_SYSCALL:
        return m4_fail(err, saved ? saved : ECONNRESET, "the connection broke: %m");
    default:
        return m4_fail(err, EPROTO, "TLS failed: %s", library_reason());
    }
}

static int set_up(struct tls_client *c, const struct tls_target *t, struct m4_err *err)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    c->context = SSL_CTX_new(TLS_client_method());
    if (!c->context || !SSL_CTX_set_min_proto_version(c->context, TLS1_2_VERSION))
        return m4_fail(err, EPROTO, "TLS could not be set up: %s", library_reason());
    if (!SSL_CTX_load_verify_locations(c->context, t->ca_file, NULL))
        return m4_fail(err, ENOENT, "cannot read the box's CA \"%s\": %s", t->ca_file,
                       library_reason());
    SSL_CTX_set_verify(c->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(c->context, SSL_MODE_ENABLE_PARTIAL_WRITE);
    c->ssl = SSL_new(c->context);
    if (!c->ssl || !SSL_set_fd(c->ssl, c->fd) ||
        SSL_set_alpn_protos(c->ssl, alpn, sizeof(alpn) - 1) != 0)
        return m4_fail(err, EPROTO, "TLS could not be set up: %s", library_reason());
    X509_VERIFY_PARAM *param = SSL_get0_param(c->ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, t->host))
        return 0;
    ERR_clear_error();
    if (!SSL_set1_host(c->ssl, t->host) || !SSL_set_tlsext_host_name(c->ssl, t->host))
        return m4_fail(err, EPROTO, "TLS could not be set up: %s", library_reason());
    return 0;
}

static int shake_hands(struct tls_client *c, const struct tls_target *t, int64_t deadline_ms,
                       struct m4_err *err)
{
    for (;;) {
        ERR_clear_error();
        int result = SSL_connect(c->ssl);
        if (result == 1)
            return 0;
        long trust = SSL_get_verify_result(c->ssl);
        if (trust != X509_V_OK)
            return m4_fail(err, EPROTO, "the certificate is not good for %s: %s", t->host,
                           X509_verify_cert_error_string(trust));
        int rc = after(c, result, deadline_ms, err);
        if (rc < 0)
            return m4_wrap(err, rc, "no TLS with %s", t->host);
    }
}

int tls_client_open(const struct tls_target *target, int64_t deadline_ms,
                    struct tls_client **ret_client, struct m4_err *err)
{
    struct tls_client *c = calloc(1, sizeof(*c));
    if (!c)
        return m4_fail(err, ENOMEM, "cannot connect: %m");
    int rc = c->fd = open_socket(target, deadline_ms, err);
    if (rc >= 0)
        rc = set_up(c, target, err);
    if (rc == 0)
        rc = shake_hands(c, target, deadline_ms, err);
    if (rc < 0) {
        tls_client_drop(c);
        return rc;
    }
    *ret_client = c;
    return 0;
}

void tls_client_drop(struct tls_client *c)
{
    if (!c)
        return;
    if (c->fd >= 0)
        close(c->fd);
    SSL_free(c->ssl);
    SSL_CTX_free(c->context);
    free(c);
}

void tls_client_free(struct tls_client *c)
{
    if (c && SSL_is_init_finished(c->ssl)) {
        ERR_clear_error();
        SSL_shutdown(c->ssl); /* one-sided is enough, the socket goes next */
    }
    tls_client_drop(c);
}

int tls_client_send(struct tls_client *c, const void *data, size_t len, int64_t deadline_ms,
                    struct m4_err *err)
{
    for (size_t sent = 0; sent < len;) {
        size_t n;
        ERR_clear_error();
        int result = SSL_write_ex(c->ssl, (const char *)data + sent, len - sent, &n);
        if (result == 1) {
            sent += n;
            continue;
        }
        int rc = after(c, result, deadline_ms, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

ssize_t tls_client_receive(struct tls_client *c, struct m4_buf *b, int64_t deadline_ms,
                           struct m4_err *err)
{
    char bytes[CHUNK];
    for (;;) {
        size_t n;
        ERR_clear_error();
        int result = SSL_read_ex(c->ssl, bytes, sizeof(bytes), &n);
        if (result == 1) {
            m4_buf_add(b, bytes, n);
            if (b->failed)
                return m4_fail(err, EFBIG, "the answer has more than %zu bytes", b->limit);
            return (ssize_t)n;
        }
        if (SSL_get_error(c->ssl, result) == SSL_ERROR_ZERO_RETURN)
            return 0;
        int rc = after(c, result, deadline_ms, err);
        if (rc < 0)
            return rc;
    }
}
