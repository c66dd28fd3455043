#include "daemon/api/call.h"

#include <stdio.h>
#include <string.h>

#include "daemon/api/query.h"
#include "daemon/api/routes.h"
#include "daemon/store/entity.h"
#include "lib/log.h"

void call_end(struct call *c)
{
    request_release(c->request);
    if (c->session && c->session->user_id)
        session_release(c->session);
    free(c);
}

void call_json(struct call *c, int status, const char *json, size_t len)
{
    reply_header(c->request, "cache-control", "no-store");
    reply(c->request, status, "application/json", json, len);
    call_end(c);
}

void call_nothing(struct call *c)
{
    reply(c->request, 204, NULL, NULL, 0);
    call_end(c);
}

static const struct {
    const char *code, *title;
} titles[] = {
    {"json", "The body is not JSON"},
    {"schema", "The body is not as it should be"},
    {"parameter", "A parameter is not as it should be"},
    {"host", "This is another site"},
    {"origin", "This came from another site"},
    {"sign_in", "Sign in first"},
    {"credentials", "Name or password is wrong"},
    {"denied", "This is not yours to do"},
    {"not_found", "There is no such thing"},
    {"method", "Not in this way"},
    {"conflict", "It cannot be so"},
    {"too_large", "Too large"},
    {"slow_down", "Too many at once"},
    {"busy", "Busy, try again"},
    {"database", "The database is away, try again"},
};

static const char *title_of(const char *code)
{
    for (size_t i = 0; i < M4_COUNT(titles); i++)
        if (!strcmp(titles[i].code, code))
            return titles[i].title;
    return "Something failed";
}

void request_problem(struct request *r, int status, const char *code, const char *detail,
                     const char *pointer, const char *keyword)
{
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "status", status);
    m4_jw_kstr(&w, "code", code);
    m4_jw_kstr(&w, "title", title_of(code));
    m4_jw_kstr(&w, "detail", detail);
    if (pointer)
        m4_jw_kstr(&w, "pointer", pointer);
    if (keyword)
        m4_jw_kstr(&w, "keyword", keyword);
    m4_jw_kstr(&w, "request_id", r->id);
    m4_jw_close(&w, '}');
    if (b.failed)
        m4_buf_clear(&b);
    reply_header(r, "cache-control", "no-store");
    reply(r, status, "application/problem+json", b.data, b.len);
}

void call_problem(struct call *c, int status, const char *code, const char *detail,
                  const char *pointer, const char *keyword)
{
    request_problem(c->request, status, code, detail, pointer, keyword);
    call_end(c);
}

void call_later(struct call *c, const char *code, const char *detail)
{
    reply_header(c->request, "retry-after", "2");
    call_problem(c, 503, code, detail, NULL, NULL);
}

/* What our constraints mean to people, by their names. */
static const struct {
    const char *constraint;
    int status;
    const char *pointer, *detail;
} constraints[] = {
    {"person_login_key", 409, "/login", "this login is taken"},
    {"classroom_name_key", 409, "/name", "there is a class of this name"},
    {"relation_pair_key", 409, "/student_id", "this student is invited or accepted already"},
    {"lesson_ends_after_start", 400, "/ends_at", "the lesson ends before it starts"},
    {"lesson_at_most_12_hours", 400, "/ends_at", "a lesson lasts at most 12 hours"},
    {"classroom_member_person_id_fkey", 404, "/user_id", "there is no such person"},
    {"lesson_teacher_id_fkey", 404, "/teacher_id", "there is no such person"},
};

static void answer_constraint(struct call *c, const char *name)
{
    for (size_t i = 0; name && i < M4_COUNT(constraints); i++)
        if (!strcmp(constraints[i].constraint, name)) {
            call_problem(c, constraints[i].status,
                         constraints[i].status == 400 ? "schema" : "conflict",
                         constraints[i].detail, constraints[i].pointer, NULL);
            return;
        }
    call_problem(c, 409, "conflict", name ? name : "the data do not allow it", NULL, NULL);
}

void call_sql_error(struct call *c, const PGresult *result, const char *sqlstate)
{
    switch (m4_pg_class(sqlstate)) {
    case M4_PG_LOST:
        call_later(c, "database", "the database does not answer; nothing was changed");
        return;
    case M4_PG_FULL:
        if (!strcmp(sqlstate, "53100")) {
            call_later(c, "database", "the box's disk is full; nothing was changed");
            return;
        }
        /* fall through */
    case M4_PG_BUSY:
        call_later(c, "busy", "the database is busy; nothing was changed");
        return;
    case M4_PG_CONFLICT:
        answer_constraint(c, result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL);
        return;
    case M4_PG_INVALID: {
        const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
        call_problem(c, 400, "parameter", text ? text : "a value is out of range", NULL, NULL);
        return;
    }
    default:
        log_error("request_failed", M4_S("request", c->request->id), M4_S("sqlstate", sqlstate));
        call_problem(c, 500, "fault", "the box made a mistake; it is in the log", NULL, NULL);
    }
}

const char *call_uid(const struct call *c, char buf[24])
{
    return db_number(c->session ? c->session->user_id : 0, buf);
}

const char *call_scope(const struct call *c)
{
    return c->scope == SCOPE_ALL ? "all" : "own";
}

const char *call_query(const struct call *c, const char *name, char *buf, size_t size)
{
    switch (query_get(c->request->query, name, buf, size)) {
    case QUERY_ABSENT:
        return NULL;
    case QUERY_FOUND:
        return buf;
    default:
        return "\xff"; /* no reader of a parameter takes this for one */
    }
}

static void ignore(void *data, const PGresult *result, const char *sqlstate)
{
    (void)data;
    (void)result;
    (void)sqlstate;
}

void call_audit(const struct call *c, const char *action, int64_t id)
{
    char what[64], object[64];
    snprintf(what, sizeof(what), "%s.%s", object_name(c->route->object), action);
    snprintf(object, sizeof(object), "%s:%lld", object_name(c->route->object), (long long)id);
    db_query(
        app.db, &audit_insert,
        (const char *[]){c->session ? c->session->actor : "nobody", what, object, c->request->id},
        ignore, NULL);
}
