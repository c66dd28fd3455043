/* routes.h - the table of routes, and the chain each request passes
 *
 *     id -> host -> session -> origin -> route -> policy -> body and schema -> handler
 */
#ifndef M4_DAEMON_API_ROUTES_H
#define M4_DAEMON_API_ROUTES_H

#include "daemon/api/call.h"

enum route_flags {
    ROUTE_OPEN = 1,       /* without sign-in */
    ROUTE_LOCAL = 2,      /* the unix socket only */
    ROUTE_ANY_ORIGIN = 4, /* a browser sends it by itself */
};

struct route {
    enum method method;
    const char *pattern; /* below /api/v1/: "lessons/{id}/start" */
    enum object object;
    enum action action;
    const char *schema; /* of the body; NULL: none is read */
    void (*handle)(struct call *call);
    void *data;
    unsigned flags;
};

/* The first request of everything; answers it, now or later. */
void routes_dispatch(struct request *r);

#endif
