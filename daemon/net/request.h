/* request.h - one HTTP request and its answer, without libh2o's types
 *
 * Lives until it is answered and sent, or its connection is gone, and as long as
 * somebody holds it. A handler that answers later holds it, and looks whether it
 * is still alive before it answers: the client may have left meanwhile.
 */
#ifndef M4_DAEMON_NET_REQUEST_H
#define M4_DAEMON_NET_REQUEST_H

#include "daemon/net/conn.h"
#include "lib/json.h"

enum method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, OTHER_METHOD };

struct request {
    enum method method;
    struct conn *conn; /* borrowed; NULL once the request is gone */
    const char *path;  /* normalized, without the query; NUL-terminated */
    const char *query; /* "" when there is none */
    const char *body;  /* NULL when there is none */
    size_t body_len;
    char host[256];                /* as the client sent it, lower case; "" when longer */
    char id[65];                   /* request id, for the answer, logs and errors */
    struct m4_doc *doc;            /* the body, once the gate let it pass; freed with the request */
    const struct session *session; /* set by the guard; NULL when nobody is signed in */
    int64_t begun_us;
    void *h2o; /* NULL once gone */
    int refs;
    int status; /* of the answer, 0 before */
};

/* Header of the request by its lower-case name; NULL when absent. Lives as long as
 * the request is alive. */
const char *request_header(const struct request *r, const char *name);

struct request *request_hold(struct request *r);
void request_release(struct request *r);

static inline bool request_alive(const struct request *r)
{
    return r->h2o != NULL;
}

/* Adds a header to the answer; both texts are copied. */
void reply_header(struct request *r, const char *name, const char *value);

/* Answers with a copy of the body. Once per request; nothing happens when it is gone.
 * type NULL: no body. */
void reply(struct request *r, int status, const char *type, const void *body, size_t len);

/* The same without a copy: the body outlives the connection. */
void reply_static(struct request *r, int status, const char *type, const void *body, size_t len);

#endif
