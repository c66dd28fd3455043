/* import.c - a class list: every row looked at, a report per line, all or nothing */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/api/handlers.h"
#include "daemon/api/login_name.h"
#include "daemon/guard/password.h"
#include "daemon/store/entity.h"
#include "lib/secret.h"
#include "lib/utf8.h"

enum { HASHES_A_JOB = 8, GENERATED_CHARS = 10, REPORT_BYTES = 4 * 1024 * 1024 };

struct row {
    const struct m4_json *given;
    int64_t line;
    const char *name, *role, *classroom;
    char login[65];
    char generated[GENERATED_CHARS + 1]; /* "" when the list has the password */
    char hash[PASSWORD_HASH_BYTES];
    const char *field, *detail; /* set: refused */
    bool exists;
};

struct import {
    struct job job; /* first: hashing */
    struct call *call;
    size_t count, hashed;
    bool dry_run, refused;
    struct row rows[];
};

/* Without letters that look alike. */
static void generate_password(char out[GENERATED_CHARS + 1])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    for (size_t i = 0; i < GENERATED_CHARS; i++)
        out[i] = letters[m4_random_below(sizeof(letters) - 1)];
    out[GENERATED_CHARS] = '\0';
}

static void refuse_row(struct import *im, struct row *r, const char *field, const char *detail)
{
    if (!r->detail) {
        r->field = field;
        r->detail = detail;
    }
    im->refused = true;
}

static const char *password_of(const struct row *r)
{
    return *r->generated ? r->generated : m4_json_text(r->given, "password", "");
}

static bool text_fits(const char *text, size_t most)
{
    return m4_utf8_count(text, strlen(text)) <= most;
}

static void read_row(struct import *im, struct row *r, const struct m4_json *given)
{
    r->given = given;
    r->line = m4_json_number(given, "line", 0);
    r->name = m4_json_text(given, "name", "");
    r->role = m4_json_text(given, "role", "");
    r->classroom = m4_json_text(given, "classroom", NULL);
    if (!*r->role)
        r->role = "student";
    if (r->classroom && !*r->classroom)
        r->classroom = NULL;
    int role = role_of(r->role);
    if (!*r->name || !text_fits(r->name, 120))
        refuse_row(im, r, "name", "has 1 to 120 characters");
    if (role < 0)
        refuse_row(im, r, "role", "is admin, teacher or student");
    if (r->classroom && !text_fits(r->classroom, 120))
        refuse_row(im, r, "classroom", "has at most 120 characters");
    const char *login = m4_json_text(given, "login", "");
    if (strlen(login) > 64)
        refuse_row(im, r, "login", "has at most 64 bytes");
    else if (*login)
        snprintf(r->login, sizeof(r->login), "%s", login);
    else
        login_name(r->name, r->login, sizeof(r->login));
    if (!*r->login)
        refuse_row(im, r, "login", "cannot be made from this name; give one");
    if (strpbrk(r->login, " \t\"'\\/,;"))
        refuse_row(im, r, "login", "has letters, digits and . _ @ - only");
    if (*m4_json_text(given, "password", "")) {
        const char *fault = role < 0 ? NULL : password_fault(password_of(r), (enum role)role);
        if (fault)
            refuse_row(im, r, "password", fault);
    } else {
        generate_password(r->generated);
    }
}

static int by_login(const void *a, const void *b)
{
    return strcasecmp((*(struct row *const *)a)->login, (*(struct row *const *)b)->login);
}

static void refuse_repeated(struct import *im)
{
    m4_autofree struct row **sorted = calloc(im->count, sizeof(*sorted));
    if (!sorted)
        abort();
    for (size_t i = 0; i < im->count; i++)
        sorted[i] = &im->rows[i];
    qsort(sorted, im->count, sizeof(*sorted), by_login);
    for (size_t i = 1; i < im->count; i++)
        if (*sorted[i]->login && !strcasecmp(sorted[i - 1]->login, sorted[i]->login))
            refuse_row(im, sorted[i], "login", "stands twice in the list");
}

static void answer(struct import *im, bool committed)
{
    m4_autobuf struct m4_buf b = M4_BUF(REPORT_BYTES);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_kbool(&w, "committed", committed);
    m4_jw_key(&w, "rows");
    m4_jw_open(&w, '[');
    for (size_t i = 0; i < im->count; i++) {
        const struct row *r = &im->rows[i];
        m4_jw_open(&w, '{');
        m4_jw_kint(&w, "line", r->line);
        m4_jw_kstr(&w, "status", r->detail ? "refused" : r->exists ? "exists" : "created");
        m4_jw_kstr(&w, "login", r->login);
        if (committed && !r->exists && *r->generated)
            m4_jw_kstr(&w, "password", r->generated);
        if (r->detail) {
            m4_jw_kstr(&w, "field", r->field);
            m4_jw_kstr(&w, "detail", r->detail);
        }
        m4_jw_close(&w, '}');
    }
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    struct call *c = im->call;
    explicit_bzero(im->rows, im->count * sizeof(*im->rows));
    free(im);
    call_json(c, 200, b.data, b.len);
    if (b.data)
        explicit_bzero(b.data, b.len);
}

static void fail(struct import *im, const PGresult *result, const char *sqlstate)
{
    struct call *c = im->call;
    free(im);
    call_sql_error(c, result, sqlstate);
}

static char *rows_json(const struct import *im)
{
    struct m4_buf b = M4_BUF(REPORT_BYTES);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '[');
    for (size_t i = 0; i < im->count; i++) {
        const struct row *r = &im->rows[i];
        m4_jw_open(&w, '{');
        m4_jw_kint(&w, "line", r->line);
        m4_jw_kstr(&w, "login", r->login);
        m4_jw_kstr(&w, "name", r->name);
        m4_jw_kstr(&w, "role", r->role);
        m4_jw_kstr(&w, "classroom", r->classroom);
        m4_jw_kstr(&w, "password", r->hash);
        m4_jw_close(&w, '}');
    }
    m4_jw_close(&w, ']');
    char *text = m4_buf_take(&b);
    if (!text)
        abort();
    return text;
}

static void on_written(void *data, const PGresult *result, const char *sqlstate)
{
    struct import *im = data;
    if (sqlstate) {
        fail(im, result, sqlstate);
        return;
    }
    call_audit(im->call, "import", (int64_t)im->count);
    answer(im, true);
}

/* On a worker: a few at a time, so that nobody's sign-in waits behind a whole school. */
static void hash_some(struct job *job)
{
    struct import *im = (struct import *)job;
    for (int i = 0; i < HASHES_A_JOB && im->hashed < im->count; i++, im->hashed++) {
        struct row *r = &im->rows[im->hashed];
        if (!r->exists && !password_hash_now(password_of(r), r->hash))
            r->detail = "no memory for its password";
    }
}

static void on_some_hashed(struct job *job)
{
    struct import *im = (struct import *)job;
    if (im->hashed < im->count && workers_run(app.workers, &im->job))
        return;
    if (im->hashed < im->count) {
        struct call *c = im->call;
        free(im);
        call_later(c, "busy", "too many passwords at this moment; nothing was imported");
        return;
    }
    m4_autofree char *json = rows_json(im);
    db_query(app.db, &person_import, (const char *[]){json}, on_written, im);
}

static void on_checked(void *data, const PGresult *result, const char *sqlstate)
{
    struct import *im = data;
    if (sqlstate) {
        fail(im, result, sqlstate);
        return;
    }
    for (int i = 0; i < PQntuples(result); i++)
        for (size_t k = 0; k < im->count; k++)
            if (im->rows[k].line == atoll(PQgetvalue(result, i, 0)))
                im->rows[k].exists = true;
    if (im->refused || im->dry_run) {
        answer(im, false);
        return;
    }
    im->job.run = hash_some;
    im->job.done = on_some_hashed;
    if (!workers_run(app.workers, &im->job)) {
        struct call *c = im->call;
        free(im);
        call_later(c, "busy", "too many passwords at this moment; nothing was imported");
    }
}

void users_import(struct call *c)
{
    const struct m4_json *rows = m4_json_get(c->body, "rows");
    struct import *im = calloc(1, sizeof(*im) + rows->len * sizeof(*im->rows));
    if (!im)
        abort();
    im->call = c;
    im->count = rows->len;
    im->dry_run = m4_json_truth(c->body, "dry_run", false);
    size_t i = 0;
    for (const struct m4_json *v = rows->child; v; v = v->next)
        read_row(im, &im->rows[i++], v);
    refuse_repeated(im);
    m4_autofree char *json = rows_json(im);
    db_query(app.db, &person_import_check, (const char *[]){json}, on_checked, im);
}
