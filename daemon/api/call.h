/* call.h - one API call on its way through guard and handler, and how it is answered
 *
 * A call holds its request while something is awaited; whoever answers ends it. The
 * helpers below answer in the one form of docs/api.md and then release the call.
 */
#ifndef M4_DAEMON_API_CALL_H
#define M4_DAEMON_API_CALL_H

#include "daemon/app.h"
#include "daemon/guard/session.h"
#include "daemon/net/worker.h"

struct route;
struct call {
    struct request *request;
    const struct route *route;
    struct session *session; /* NULL: nobody signed in */
    enum scope scope;
    int64_t ids[2];             /* {id}s of the path */
    char tag[17];               /* {tag} of the path */
    const struct m4_json *body; /* as its schema says; NULL when the route has none */
};

/* Answers 200/201 with JSON text. */
void call_json(struct call *c, int status, const char *json, size_t len);
void call_nothing(struct call *c); /* 204 */

/* Answers with problem+json. pointer and keyword may be NULL. */
void call_problem(struct call *c, int status, const char *code, const char *detail,
                  const char *pointer, const char *keyword);

/* The same for a request that has no call yet. */
void request_problem(struct request *r, int status, const char *code, const char *detail,
                     const char *pointer, const char *keyword);

/* 503 with Retry-After: the database is away, or a queue is full. */
void call_later(struct call *c, const char *code, const char *detail);

/* Answers for a statement's error: lost, conflict, invalid ... */
void call_sql_error(struct call *c, const PGresult *result, const char *sqlstate);

/* The person's id as a parameter ("0" for a local tool), and the scope as one. */
const char *call_uid(const struct call *c, char buf[24]);
const char *call_scope(const struct call *c);

/* A query parameter, decoded into buf; NULL when absent. */
const char *call_query(const struct call *c, const char *name, char *buf, size_t size);

/* Writes down who did what. */
void call_audit(const struct call *c, const char *action, int64_t id);

/* Ends a call without an answer (it was given otherwise). */
void call_end(struct call *c);

#endif
