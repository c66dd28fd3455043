/* server_in.h - what server.c, request.c and socket.c know of each other; net/ alone */
#ifndef M4_DAEMON_NET_SERVER_IN_H
#define M4_DAEMON_NET_SERVER_IN_H

#include "daemon/net/h2o.h"
#include "daemon/net/server.h"
#include "daemon/net/socket.h"

struct listener {
    struct listener *next;
    struct server *server;
    enum via via;
    h2o_socket_t *sock;
    h2o_accept_ctx_t accept;
    char *unix_path;
};

struct server {
    struct loop *loop;
    h2o_globalconf_t config;
    h2o_context_t context;
    h2o_hostconf_t *host;
    request_cb *on_request;
    struct conn_table *conns;
    struct listener *listeners;
    struct socket *sockets; /* open ones, a list through ->next */
    size_t socket_count;
    struct timer line_timer; /* gives up those who wait too long in line */
    struct timer drain_timer;
    void (*on_drained)(void);
    int64_t drain_until_ms;
    bool draining, paused;
};

extern struct server *the_server; /* libh2o's callbacks have no room for it */

/* request.c: makes ours from libh2o's and passes it on. */
int request_arrive(h2o_handler_t *self, h2o_req_t *req);

/* socket.c: told to go by a drain. */
void socket_restart_all(struct server *server);

#endif
