/* tls.h - the server's TLS context: 1.2 and 1.3, HTTP/1.1 only */
#ifndef M4_DAEMON_NET_TLS_H
#define M4_DAEMON_NET_TLS_H

#include "lib/err.h"

struct ssl_ctx_st;

/* Loads certificate chain and key. NULL with err filled; else give it back with
 * SSL_CTX_free(). ALPN offers http/1.1 alone: libh2o's HTTP/2 is never reached
 * (docs/adr/0001-h2o-engine.md). */
struct ssl_ctx_st *tls_context(const char *chain_path, const char *key_path, struct m4_err *err);

#endif
