/* tls_client.h - a TLS connection to the box, as a pupil's browser would make it
 *
 * The chain must lead to <home>/tls/ca.pem and the leaf must name the host: nothing is
 * taken on trust. Non-blocking inside; each call waits until its deadline, a moment of
 * m4_mono_ms(). ALPN offers http/1.1. Not thread-safe.
 */
#ifndef M4_TOOLS_TLS_CLIENT_H
#define M4_TOOLS_TLS_CLIENT_H

#include "lib/buf.h"
#include "lib/err.h"

struct tls_target {
    char address[64]; /* IP to connect to */
    int port;
    char host[128]; /* name or IP the certificate must have; what Host and SNI say */
    char ca_file[4096];
};

struct tls_client;

/* Connects and shakes hands. Returns 0 and the connection (tls_client_free()),
 * -ECONNREFUSED, -ETIMEDOUT, -EPROTO with the reason of the certificate's refusal, ... */
M4_MUST_CHECK int tls_client_open(const struct tls_target *target, int64_t deadline_ms,
                                  struct tls_client **ret_client, struct m4_err *err);

/* Says goodbye and closes. */
void tls_client_free(struct tls_client *client);

/* Closes the socket without a word, as a device does that lost the network. */
void tls_client_drop(struct tls_client *client);

M4_MUST_CHECK int tls_client_send(struct tls_client *client, const void *data, size_t len,
                                  int64_t deadline_ms, struct m4_err *err);

/* Appends what has come to b, at most 16 KiB. How many bytes, 0 at the end, -ETIMEDOUT,
 * -EFBIG above b's limit, -EPROTO, -errno. */
M4_MUST_CHECK ssize_t tls_client_receive(struct tls_client *client, struct m4_buf *b,
                                         int64_t deadline_ms, struct m4_err *err);

#endif
