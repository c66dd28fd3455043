/* users.c - people: what the usual acts do not cover, passwords above all */
#include <stdio.h>
#include <string.h>

#include "daemon/api/crud.h"
#include "daemon/api/handlers.h"
#include "daemon/guard/password.h"
#include "daemon/store/entity.h"

static void on_person(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    bool created = c->route->action == ACT_CREATE;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (PQntuples(result) == 1) {
        int64_t id = atoll(PQgetvalue(result, 0, 0));
        call_audit(c, action_name(c->route->action), id);
        /* A new password, role or a disabled account ends what was signed in with the old. */
        if (!created && (m4_json_get(c->body, "password") || m4_json_get(c->body, "role") ||
                         m4_json_truth(c->body, "disabled", false)))
            session_end_all(app.sessions, id, NULL);
    }
    crud_answer_row(c, created ? 201 : 200, result);
}

/* The password's text is known (NULL: none was given): writes the person. */
static void write_person(struct call *c, const char *password)
{
    char uid[24], id[24];
    const struct m4_json *b = c->body;
    if (c->route->action == ACT_CREATE) {
        db_query(app.db, &user_crud.create,
                 (const char *[]){call_scope(c), call_uid(c, uid), m4_json_text(b, "login", NULL),
                                  m4_json_text(b, "name", NULL), m4_json_text(b, "role", NULL),
                                  m4_json_text(b, "probe", NULL), password},
                 on_person, c);
        return;
    }
    char flag[24];
    db_query(app.db, &user_crud.update,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id),
                              m4_json_text(b, "name", NULL), m4_json_text(b, "role", NULL),
                              crud_field(b, "disabled", flag), password},
             on_person, c);
}

static void on_hashed(void *data, const char *text)
{
    struct call *c = data;
    if (text)
        write_person(c, text);
    else
        call_later(c, "busy", "no memory for a password; try again");
}

/* Checks the password against the rules of `role`, then hashes it. */
static void with_password(struct call *c, enum role role)
{
    const char *password = m4_json_text(c->body, "password", NULL);
    if (!password) {
        write_person(c, NULL);
        return;
    }
    const char *fault = password_fault(password, role);
    if (fault)
        call_problem(c, 400, "schema", fault, "/password", "password");
    else if (!password_hash(app.workers, password, on_hashed, c))
        call_later(c, "busy", "too many passwords at this moment; try again in two seconds");
}

void users_create(struct call *c)
{
    int role = role_of(m4_json_text(c->body, "role", "student"));
    if (strlen(m4_json_text(c->body, "login", "")) > 64) {
        call_problem(c, 400, "schema", "has more than 64 bytes", "/login", "maxLength");
        return;
    }
    with_password(c, role < 0 ? ROLE_STUDENT : (enum role)role);
}

static void on_role_known(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (PQntuples(result) == 0) {
        crud_answer_row(c, 200, result);
        return;
    }
    m4_autodoc struct m4_doc *doc = NULL;
    int role = -1;
    if (m4_json_parse(PQgetvalue(result, 0, 1), (size_t)PQgetlength(result, 0, 1), 0, &doc, NULL) ==
        0)
        role = role_of(m4_json_text(m4_doc_root(doc), "role", ""));
    const char *given = m4_json_text(c->body, "role", NULL);
    if (given)
        role = role_of(given);
    with_password(c, role < 0 ? ROLE_ADMIN : (enum role)role);
}

void users_update(struct call *c)
{
    char uid[24], id[24];
    if (m4_json_get(c->body, "old_password")) {
        call_problem(c, 400, "schema", "is for one's own password only", "/old_password", NULL);
        return;
    }
    db_query(app.db, &user_crud.get,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)},
             on_role_known, c);
}

void users_disable(struct call *c)
{
    if (c->session && c->session->user_id == c->ids[0]) {
        call_problem(c, 409, "conflict", "nobody disables himself", NULL, NULL);
        return;
    }
    session_end_all(app.sessions, c->ids[0], NULL);
    crud_remove(c);
}

/* --- one's own ----------------------------------------------------------------------------------
 */

static void on_me(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate)
        call_sql_error(c, result, sqlstate);
    else
        crud_answer_row(c, 200, result);
}

static bool is_person(struct call *c)
{
    if (c->session->user_id)
        return true;
    call_problem(c, 404, "not_found", "a local tool is no person", NULL, NULL);
    return false;
}

void users_me(struct call *c)
{
    char id[24];
    if (is_person(c))
        db_query(app.db, &person_me, (const char *[]){db_number(c->session->user_id, id)}, on_me,
                 c);
}

static void update_name(struct call *c)
{
    char id[24];
    db_query(
        app.db, &person_update_me,
        (const char *[]){db_number(c->session->user_id, id), m4_json_text(c->body, "name", NULL)},
        on_me, c);
}

static void on_password_set(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    session_end_all(app.sessions, c->session->user_id, c->session);
    call_audit(c, "password", c->session->user_id);
    update_name(c);
}

static void on_own_hashed(void *data, const char *text)
{
    struct call *c = data;
    char id[24];
    if (!text)
        call_later(c, "busy", "no memory for a password; try again");
    else
        db_query(app.db, &person_set_password,
                 (const char *[]){db_number(c->session->user_id, id), text}, on_password_set, c);
}

static void on_old_checked(void *data, bool right)
{
    struct call *c = data;
    if (!right)
        call_problem(c, 403, "credentials", "the old password is wrong", "/old_password", NULL);
    else if (!password_hash(app.workers, m4_json_text(c->body, "password", ""), on_own_hashed, c))
        call_later(c, "busy", "too many passwords at this moment; try again in two seconds");
}

static void on_old_known(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    const char *stored =
        PQntuples(result) && !PQgetisnull(result, 0, 0) ? PQgetvalue(result, 0, 0) : NULL;
    if (!password_verify(app.workers, m4_json_text(c->body, "old_password", ""), stored,
                         on_old_checked, c))
        call_later(c, "busy", "too many passwords at this moment; try again in two seconds");
}

void users_update_me(struct call *c)
{
    if (!is_person(c))
        return;
    if (m4_json_get(c->body, "role") || m4_json_get(c->body, "disabled")) {
        call_problem(c, 403, "denied", "only an administrator changes this",
                     m4_json_get(c->body, "role") ? "/role" : "/disabled", NULL);
        return;
    }
    const char *password = m4_json_text(c->body, "password", NULL);
    if (!password) {
        update_name(c);
        return;
    }
    const char *fault = password_fault(password, c->session->role);
    char id[24];
    if (fault)
        call_problem(c, 400, "schema", fault, "/password", "password");
    else
        db_query(app.db, &person_password, (const char *[]){db_number(c->session->user_id, id)},
                 on_old_known, c);
}
