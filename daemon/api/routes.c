#include "daemon/api/routes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/api/crud.h"
#include "daemon/api/handlers.h"
#include "daemon/api/path.h"
#include "daemon/guard/gate.h"
#include "daemon/guard/headers.h"
#include "daemon/store/entity.h"

#define CRUD(path, OBJ, crud, schema)                                                              \
    {GET, path, OBJ, ACT_READ, NULL, crud_list, &crud, 0},                                         \
        {POST, path, OBJ, ACT_CREATE, schema ".create", crud_create, &crud, 0},                    \
    {                                                                                              \
        GET, path "/{id}", OBJ, ACT_READ, NULL, crud_get, &crud, 0                                 \
    }

static const struct route routes[] = {
    {POST, "auth/login", OBJ_ME, ACT_READ, "auth.login", auth_login, NULL, ROUTE_OPEN},
    {POST, "auth/logout", OBJ_ME, ACT_READ, NULL, auth_logout, NULL, ROUTE_OPEN},
    {GET, "box", OBJ_ME, ACT_READ, NULL, box_show, NULL, ROUTE_OPEN},
    {POST, "csp-report", OBJ_ME, ACT_READ, "csp.report", box_csp_report, NULL,
     ROUTE_OPEN | ROUTE_ANY_ORIGIN},

    {GET, "users/me", OBJ_ME, ACT_READ, NULL, users_me, NULL, 0},
    {PATCH, "users/me", OBJ_ME, ACT_UPDATE, "user.update", users_update_me, NULL, 0},
    {POST, "users/import", OBJ_USER, ACT_CREATE, "user.import", users_import, NULL, 0},
    {GET, "users", OBJ_USER, ACT_READ, NULL, crud_list, &user_crud, 0},
    {POST, "users", OBJ_USER, ACT_CREATE, "user.create", users_create, NULL, 0},
    {GET, "users/{id}", OBJ_USER, ACT_READ, NULL, crud_get, &user_crud, 0},
    {PATCH, "users/{id}", OBJ_USER, ACT_UPDATE, "user.update", users_update, NULL, 0},
    {DELETE, "users/{id}", OBJ_USER, ACT_DELETE, NULL, users_disable, &user_crud, 0},

    CRUD("classrooms", OBJ_CLASSROOM, classroom_crud, "classroom"),
    {PATCH, "classrooms/{id}", OBJ_CLASSROOM, ACT_UPDATE, "classroom.update", crud_update,
     &classroom_crud, 0},
    {DELETE, "classrooms/{id}", OBJ_CLASSROOM, ACT_DELETE, NULL, crud_remove, &classroom_crud, 0},
    {GET, "classrooms/{id}/members", OBJ_MEMBER, ACT_READ, NULL, members_list, NULL, 0},
    {POST, "classrooms/{id}/members", OBJ_MEMBER, ACT_CREATE, "member.create", members_add, NULL,
     0},
    {DELETE, "classrooms/{id}/members/{id}", OBJ_MEMBER, ACT_DELETE, NULL, members_remove, NULL, 0},

    CRUD("relations", OBJ_RELATION, relation_crud, "relation"),
    {POST, "relations/{id}/accept", OBJ_RELATION, ACT_ACCEPT, NULL, crud_step, &relation_accept, 0},
    {POST, "relations/{id}/end", OBJ_RELATION, ACT_END, NULL, crud_step, &relation_end, 0},

    CRUD("lessons", OBJ_LESSON, lesson_crud, "lesson"),
    {PATCH, "lessons/{id}", OBJ_LESSON, ACT_UPDATE, "lesson.update", lessons_update, NULL, 0},
    {DELETE, "lessons/{id}", OBJ_LESSON, ACT_DELETE, NULL, crud_remove, &lesson_crud, 0},
    {POST, "lessons/{id}/start", OBJ_LESSON, ACT_START, NULL, crud_step, &lesson_start, 0},
    {POST, "lessons/{id}/complete", OBJ_LESSON, ACT_COMPLETE, NULL, crud_step, &lesson_complete, 0},
    {POST, "lessons/{id}/cancel", OBJ_LESSON, ACT_CANCEL, NULL, crud_step, &lesson_cancel, 0},
    {GET, "lessons/{id}/boards", OBJ_BOARD, ACT_READ, NULL, lessons_boards, NULL, 0},
    {GET, "lessons/{id}/chat", OBJ_CHAT, ACT_READ, NULL, lessons_chat, NULL, 0},
    {GET, "boards/{id}/snapshot", OBJ_BOARD, ACT_READ, NULL, boards_snapshot, NULL, 0},

    {DELETE, "probes", OBJ_PROBE, ACT_DELETE, NULL, probes_remove_old, NULL, ROUTE_LOCAL},
    {DELETE, "probes/{tag}", OBJ_PROBE, ACT_DELETE, NULL, probes_remove, NULL, ROUTE_LOCAL},
};

static const char *const method_names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                           "PATCH", "DELETE", "OPTIONS", "?"};

/* The route, or NULL after it answered 404 or 405. */
static const struct route *find_route(struct request *r, const char *path, struct path_match *m)
{
    char allow[64] = "";
    enum method method = r->method == HEAD ? GET : r->method;
    for (size_t i = 0; i < M4_COUNT(routes); i++) {
        *m = (struct path_match){0};
        if (!path_matches(routes[i].pattern, path, m))
            continue;
        if (routes[i].method == method)
            return &routes[i];
        if (!strstr(allow, method_names[routes[i].method])) {
            size_t n = strlen(allow);
            snprintf(allow + n, sizeof(allow) - n, "%s%s", n ? ", " : "",
                     method_names[routes[i].method]);
        }
    }
    if (*allow) {
        reply_header(r, "allow", allow);
        request_problem(r, 405, "method", "there is no such method here", NULL, NULL);
    } else {
        request_problem(r, 404, "not_found", "there is no such address", NULL, NULL);
    }
    return NULL;
}

/* Parses the body and checks it. False when it answered what is wrong. */
static bool pass_gate(struct call *c)
{
    struct request *r = c->request;
    struct m4_err err;
    if (!c->route->schema)
        return true;
    int rc = r->body_len ? m4_json_parse(r->body, r->body_len, M4_JSON_NO_NUL, &r->doc, &err)
                         : m4_fail(&err, EINVAL, "there is no body");
    if (rc < 0) {
        call_problem(c, 400, "json", err.text, NULL, NULL);
        return false;
    }
    struct m4_schema_fault fault;
    if (!m4_schema_check(gate_schema(c->route->schema), m4_doc_root(r->doc), &fault)) {
        m4_doc_free(
            M4_TAKE(r->doc)); /* it may be 40 times the body: not until the answer is sent */
        call_problem(c, 400, "schema", fault.detail, fault.pointer, fault.keyword);
        return false;
    }
    c->body = m4_doc_root(r->doc);
    return true;
}

struct arrival {
    const struct route *route;
    struct path_match match;
};

static void handle(struct request *r, struct session *session, const struct arrival *a)
{
    struct call *c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    c->request = request_hold(r);
    c->route = a->route;
    memcpy(c->ids, a->match.ids, sizeof(c->ids));
    memcpy(c->tag, a->match.tag, sizeof(c->tag));
    if (session && session->user_id)
        c->session = session_hold(session);
    else
        c->session = session;
    c->scope =
        session ? policy_check(session->role, a->route->object, a->route->action) : SCOPE_NONE;
    bool open = a->route->flags & ROUTE_OPEN;
    if (!session && !open)
        call_problem(c, 401, "sign_in", "nobody is signed in here, or the session ended", NULL,
                     NULL);
    else if ((a->route->flags & ROUTE_LOCAL) && session->user_id)
        call_problem(c, 403, "denied", "only the box's own tools do this", NULL, NULL);
    else if (c->scope == SCOPE_NONE && !open)
        call_problem(c, 403, "denied", "this role may not do this", NULL, NULL);
    else if (pass_gate(c))
        a->route->handle(c);
}

static void on_session(struct request *r, struct session *session, bool lost)
{
    if (!request_alive(r))
        return;
    if (lost) {
        reply_header(r, "retry-after", "2");
        request_problem(r, 503, "database", "the database does not answer; nothing was changed",
                        NULL, NULL);
        return;
    }
    if (session && !conn_sign_in(r->conn)) {
        reply_header(r, "retry-after", "2");
        request_problem(r, 503, "busy", "too many connections from this address", NULL, NULL);
        return;
    }
    struct arrival a;
    a.route = find_route(r, path_in_api(r->path), &a.match);
    if (!a.route)
        return;
    if (!(a.route->flags & ROUTE_ANY_ORIGIN) && !headers_origin_allowed(r)) {
        request_problem(r, 403, "origin", "this came from a page of another site", NULL, NULL);
        return;
    }
    handle(r, session, &a);
}

void routes_dispatch(struct request *r)
{
    if (path_in_api(r->path))
        session_find(app.sessions, r, on_session);
    else
        request_problem(r, 404, "not_found", "there is no such address", NULL, NULL);
}
