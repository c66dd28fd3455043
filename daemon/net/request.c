#include <ctype.h>
#include <string.h>

#include "daemon/net/server_in.h"
#include "lib/clock.h"
#include "lib/secret.h"

static const struct {
    const char *name;
    enum method method;
} methods[] = {{"GET", GET},     {"HEAD", HEAD},     {"POST", POST},      {"PUT", PUT},
               {"PATCH", PATCH}, {"DELETE", DELETE}, {"OPTIONS", OPTIONS}};

static enum method method_of(h2o_iovec_t name)
{
    for (size_t i = 0; i < M4_COUNT(methods); i++)
        if (h2o_memis(name.base, name.len, methods[i].name, strlen(methods[i].name)))
            return methods[i].method;
    return OTHER_METHOD;
}

/* The client's own id when it is harmless, else a new one. */
static void choose_id(struct request *r, const char *given)
{
    size_t n = given ? strlen(given) : 0;
    bool fine = n >= 1 && n < sizeof(r->id);
    for (size_t i = 0; fine && i < n; i++)
        fine = isalnum((unsigned char)given[i]) || given[i] == '-';
    if (fine) {
        memcpy(r->id, given, n + 1);
        return;
    }
    uint8_t random[8];
    m4_random(random, sizeof(random));
    m4_hex(random, sizeof(random), r->id);
}

static void free_request(struct request *r)
{
    m4_doc_free(r->doc);
    free(r);
}

/* libh2o's pool is cleared: the request was answered, or its connection broke. */
static void on_gone(void *slot)
{
    struct request *r = *(struct request **)slot;
    r->h2o = NULL;
    r->conn = NULL;
    r->path = r->query = "";
    r->body = NULL;
    request_release(r);
}

struct request *request_hold(struct request *r)
{
    r->refs++;
    return r;
}

void request_release(struct request *r)
{
    if (r && --r->refs == 0)
        free_request(r);
}

const char *request_header(const struct request *r, const char *name)
{
    h2o_req_t *req = r->h2o;
    if (!req)
        return NULL;
    ssize_t at = h2o_find_header_by_str(&req->headers, name, strlen(name), -1);
    if (at < 0) /* known names are tokens there */
        for (size_t i = 0; i < req->headers.size && at < 0; i++)
            if (h2o_lcstris(req->headers.entries[i].name->base, req->headers.entries[i].name->len,
                            name, strlen(name)))
                at = (ssize_t)i;
    if (at < 0)
        return NULL;
    h2o_iovec_t v = req->headers.entries[at].value;
    return h2o_strdup(&req->pool, v.base, v.len).base;
}

static void fill_host(struct request *r, h2o_iovec_t authority)
{
    if (authority.len >= sizeof(r->host))
        return;
    for (size_t i = 0; i < authority.len; i++)
        r->host[i] = (char)tolower((unsigned char)authority.base[i]);
}

int request_arrive(h2o_handler_t *self, h2o_req_t *req)
{
    (void)self;
    struct request *r = calloc(1, sizeof(*r));
    struct request **slot = h2o_mem_alloc_shared(&req->pool, sizeof(*slot), on_gone);
    if (!r)
        abort();
    *slot = r;
    r->refs = 1;
    r->h2o = req;
    r->begun_us = m4_mono_us();
    r->method = method_of(req->input.method);
    r->conn = req->conn->callbacks->get_socket(req->conn)->on_close.data;
    /* A path with a NUL is no address: cut there, it would pass for another. */
    if (memchr(req->path_normalized.base, '\0', req->path_normalized.len))
        r->path = "";
    else
        r->path = h2o_strdup(&req->pool, req->path_normalized.base, req->path_normalized.len).base;
    r->query = "";
    if (req->query_at != SIZE_MAX)
        r->query = h2o_strdup(&req->pool, req->path.base + req->query_at + 1,
                              req->path.len - req->query_at - 1)
                       .base;
    r->body = req->entity.base;
    r->body_len = req->entity.len;
    fill_host(r, req->input.authority);
    choose_id(r, request_header(r, "x-request-id"));
    /* What follows a body may be the tail of a second Content-Length: never read on. */
    if (req->entity.base || (r->method != GET && r->method != HEAD))
        req->http1_is_persistent = 0;
    if (conn_is_wanted(r->conn) || the_server->draining)
        req->http1_is_persistent = 0;
    the_server->on_request(r);
    return 0;
}

void reply_header(struct request *r, const char *name, const char *value)
{
    h2o_req_t *req = r->h2o;
    if (!req)
        return;
    h2o_iovec_t n = h2o_strdup(&req->pool, name, SIZE_MAX);
    h2o_iovec_t v = h2o_strdup(&req->pool, value, SIZE_MAX);
    h2o_add_header_by_str(&req->pool, &req->res.headers, n.base, n.len, 1, NULL, v.base, v.len);
}

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {206, "Partial Content"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Payload Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *reason_of(int status)
{
    for (size_t i = 0; i < M4_COUNT(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

void reply_static(struct request *r, int status, const char *type, const void *body, size_t len)
{
    static h2o_generator_t generator = {NULL, NULL};
    h2o_req_t *req = r->h2o;
    r->status = status;
    if (!req)
        return;
    req->res.status = status;
    req->res.reason = reason_of(status);
    req->res.content_length = status == 304 || status == 204 ? SIZE_MAX : len;
    if (status == 204 || status == 304)
        req->res.content_length = 0;
    if (type)
        reply_header(r, "content-type", type);
    reply_header(r, "x-request-id", r->id);
    h2o_start_response(req, &generator);
    h2o_iovec_t buf = h2o_iovec_init(body, r->method == HEAD ? 0 : len);
    h2o_send(req, &buf, buf.len ? 1 : 0, H2O_SEND_STATE_FINAL);
}

void reply(struct request *r, int status, const char *type, const void *body, size_t len)
{
    h2o_req_t *req = r->h2o;
    if (req && len)
        body = h2o_strdup(&req->pool, body, len).base;
    reply_static(r, status, type, body, len);
}
