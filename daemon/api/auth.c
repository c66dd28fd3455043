/* auth.c - signing in and out */
#include <stdio.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/guard/password.h"
#include "daemon/guard/throttle.h"
#include "daemon/store/entity.h"
#include "lib/clock.h"
#include "lib/log.h"

struct login {
    struct call *call;
    int64_t id;
    enum role role;
    char login[65], name[481], address[46];
};

static void refuse(struct login *l)
{
    login_failed(l->login, l->address, m4_mono_ms());
    log_warn("auth_failed", M4_S("address", l->address), M4_S("request", l->call->request->id));
    call_problem(l->call, 401, "credentials", "name or password is wrong", NULL, NULL);
    free(l);
}

static void on_session(void *data, const char *token)
{
    struct login *l = data;
    struct call *c = l->call;
    if (!token) {
        call_later(c, "database", "the database does not answer; you are not signed in");
        free(l);
        return;
    }
    char cookie[160];
    snprintf(cookie, sizeof(cookie),
             "m4sh_session=%s; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict", token);
    reply_header(c->request, "set-cookie", cookie);
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_key(&w, "user");
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "id", l->id);
    m4_jw_kstr(&w, "login", l->login);
    m4_jw_kstr(&w, "name", l->name);
    m4_jw_kstr(&w, "role", role_name(l->role));
    m4_jw_close(&w, '}');
    m4_jw_close(&w, '}');
    log_info("auth_signed_in", M4_N("user", l->id), M4_S("request", c->request->id));
    call_json(c, 200, b.data, b.len);
    free(l);
}

static void on_password(void *data, bool right)
{
    struct login *l = data;
    if (!right || !l->id) {
        refuse(l);
        return;
    }
    login_succeeded(l->login, l->address);
    struct new_session who = {l->id, l->role, l->login, l->name, l->address};
    session_make(app.sessions, &who, on_session, l);
}

static void on_person(void *data, const PGresult *result, const char *sqlstate)
{
    struct login *l = data;
    if (sqlstate) {
        call_sql_error(l->call, result, sqlstate);
        free(l);
        return;
    }
    const char *stored = NULL;
    bool found = PQntuples(result) == 1 && PQgetvalue(result, 0, 5)[0] == 'f';
    if (found && !PQgetisnull(result, 0, 4)) {
        l->id = atoll(PQgetvalue(result, 0, 0));
        int role = role_of(PQgetvalue(result, 0, 1));
        l->role = role < 0 ? ROLE_STUDENT : (enum role)role;
        snprintf(l->login, sizeof(l->login), "%s", PQgetvalue(result, 0, 2));
        snprintf(l->name, sizeof(l->name), "%s", PQgetvalue(result, 0, 3));
        stored = PQgetvalue(result, 0, 4);
    }
    const char *password = m4_json_text(l->call->body, "password", "");
    if (!password_verify(app.workers, password, stored, on_password, l)) {
        call_later(l->call, "busy", "too many sign in at this moment; try again in two seconds");
        free(l);
    }
}

void auth_login(struct call *c)
{
    const char *login = m4_json_text(c->body, "login", "");
    struct login *l = calloc(1, sizeof(*l));
    if (!l)
        abort();
    l->call = c;
    if (strlen(login) > 64) {
        free(l);
        call_problem(c, 400, "schema", "has more than 64 bytes", "/login", "maxLength");
        return;
    }
    snprintf(l->login, sizeof(l->login), "%s", login);
    snprintf(l->address, sizeof(l->address), "%s",
             c->request->conn ? c->request->conn->address : "");
    int64_t wait = login_wait_ms(l->login, l->address, m4_mono_ms());
    if (wait) {
        char seconds[24];
        reply_header(c->request, "retry-after", db_number((wait + 999) / 1000, seconds));
        call_problem(c, 429, "slow_down", "too many wrong tries; wait before the next", NULL, NULL);
        free(l);
        return;
    }
    db_query(app.db, &person_by_login, (const char *[]){l->login}, on_person, l);
}

void auth_logout(struct call *c)
{
    if (c->session)
        session_end(app.sessions, c->session);
    reply_header(c->request, "set-cookie",
                 "m4sh_session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict");
    call_nothing(c);
}
