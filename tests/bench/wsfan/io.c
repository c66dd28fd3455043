#include "tests/bench/wsfan/io.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/wsfan/url.h"

enum { LARGEST_WRITE = 1 << 20 };

static ssize_t tls_result(struct conn *c, int r)
{
    if (r > 0)
        return r;
    int why = SSL_get_error(c->ssl, r);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

ssize_t io_read(struct conn *c, void *p, size_t n)
{
    if (c->ssl)
        return tls_result(c, SSL_read(c->ssl, p, (int)n));
    ssize_t r = recv(c->fd, p, n, 0);
    if (r > 0)
        return r;
    return r < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

ssize_t io_write(struct conn *c, const void *p, size_t n)
{
    if (c->ssl)
        return tls_result(c, SSL_write(c->ssl, p, n > LARGEST_WRITE ? LARGEST_WRITE : (int)n));
    ssize_t r = send(c->fd, p, n, MSG_NOSIGNAL);
    if (r >= 0)
        return r;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* Certificates are not verified: the other end is the server being measured. */
static SSL *new_ssl(int fd)
{
    static SSL_CTX *context;
    if (!context) {
        context = SSL_CTX_new(TLS_client_method());
        if (!context)
            tool_die("cannot prepare TLS");
        SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
    }
    SSL *ssl = SSL_new(context);
    if (!ssl || !SSL_set_fd(ssl, fd))
        tool_die("cannot prepare TLS");
    SSL_set_tlsext_host_name(ssl, url.host);
    SSL_set_connect_state(ssl);
    return ssl;
}

int io_handshake(struct conn *c, bool *ret_want_out)
{
    if (!url.tls)
        return 1;
    if (!c->ssl)
        c->ssl = new_ssl(c->fd);
    int r = SSL_connect(c->ssl);
    if (r == 1)
        return 1;
    r = SSL_get_error(c->ssl, r);
    *ret_want_out = r == SSL_ERROR_WANT_WRITE;
    return r == SSL_ERROR_WANT_READ || r == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool io_pending(const struct conn *c)
{
    return c->ssl && SSL_pending(c->ssl) > 0;
}

void io_close(struct conn *c)
{
    SSL_free(c->ssl);
    c->ssl = NULL;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}
