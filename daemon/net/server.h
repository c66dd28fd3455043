/* server.h - listeners, and the way a request comes in
 *
 * One server per process. It owns libh2o's configuration, accepts on TLS (lessons),
 * plain HTTP (the join page) and a unix socket (the box's own tools), and hands
 * each request to one function.
 */
#ifndef M4_DAEMON_NET_SERVER_H
#define M4_DAEMON_NET_SERVER_H

#include "daemon/net/request.h"

struct server;
struct ssl_ctx_st;

typedef void request_cb(struct request *r);

struct server *server_new(struct loop *loop, const struct conn_limits *limits,
                          request_cb *on_request);

/* Listens on address:port (tls NULL: plain, the join page alone). Takes the context. */
M4_MUST_CHECK int server_listen_tcp(struct server *server, const char *address, int port,
                                    struct ssl_ctx_st *tls, struct m4_err *err);

/* Listens without TLS at "127.0.0.1:PORT" and serves what the TLS listener does, for measuring;
 * -EINVAL for any address outside 127.0.0.0/8. */
M4_MUST_CHECK int server_listen_measure(struct server *server, const char *where,
                                        struct m4_err *err);

/* Listens on a unix socket, mode 0660; replaces a dead one. */
M4_MUST_CHECK int server_listen_unix(struct server *server, const char *path, struct m4_err *err);

/* New connections get this certificate; those there are keep theirs. Takes the context. */
void server_renew_tls(struct server *server, struct ssl_ctx_st *tls);

/* No new connections; idle ones go, running requests are answered with Connection: close;
 * sockets are told 1012. on_drained is called when none is left or after limit_ms. */
void server_drain(struct server *server, int64_t limit_ms, void (*on_drained)(void));

size_t server_connections(const struct server *server);
size_t server_sockets(const struct server *server);

/* Closes the listeners; the last thing before the process ends. */
void server_close(struct server *server);

#endif
