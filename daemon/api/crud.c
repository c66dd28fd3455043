#include "daemon/api/crud.h"

#include <stdio.h>
#include <string.h>

#include "daemon/room/directory.h"
#include "daemon/store/entity.h"
#include "lib/args.h"

enum { PAGE = 50, LONGEST_PAGE = 200, LIST_BYTES = 8 * 1024 * 1024, FILTER_BYTES = 256 };

bool crud_page(struct call *c, const char *cursor_name, char after[24], char limit[24],
               int *ret_limit)
{
    static const char *const pointers[] = {"?after", "?before"};
    char text[32];
    int64_t from = 0, count = PAGE;
    const char *given = call_query(c, cursor_name, text, sizeof(text));
    if (given && m4_number(given, 0, INT64_MAX / 2, &from, NULL) < 0) {
        call_problem(c, 400, "parameter", "is not an id", pointers[!strcmp(cursor_name, "before")],
                     NULL);
        return false;
    }
    given = call_query(c, "limit", text, sizeof(text));
    if (given && m4_number(given, 1, LONGEST_PAGE, &count, NULL) < 0) {
        call_problem(c, 400, "parameter", "is not a number from 1 to 200", "?limit", NULL);
        return false;
    }
    db_number(from, after);
    db_number(count + 1, limit); /* one more tells whether there is a next page */
    *ret_limit = (int)count;
    return true;
}

static void answer_list(struct call *c, const PGresult *result, int limit)
{
    m4_autobuf struct m4_buf b = M4_BUF(LIST_BYTES);
    struct m4_jw w = M4_JW(&b);
    int found = PQntuples(result), rows = found > limit ? limit : found;
    m4_jw_open(&w, '{');
    m4_jw_key(&w, "items");
    m4_jw_open(&w, '[');
    for (int i = 0; i < rows; i++)
        m4_jw_raw(&w, PQgetvalue(result, i, 1), (size_t)PQgetlength(result, i, 1));
    m4_jw_close(&w, ']');
    m4_jw_key(&w, "next");
    if (found > limit)
        m4_jw_raw(&w, PQgetvalue(result, rows - 1, 0), (size_t)PQgetlength(result, rows - 1, 0));
    else
        m4_jw_null(&w);
    m4_jw_close(&w, '}');
    if (b.failed)
        call_problem(c, 500, "fault", "the list is larger than 8 MiB; ask for fewer", NULL, NULL);
    else
        call_json(c, 200, b.data, b.len);
}

void crud_answer_row(struct call *c, int status, const PGresult *result)
{
    if (PQntuples(result) == 0) {
        call_problem(c, 404, "not_found", "no such thing, or not for this person", NULL, NULL);
        return;
    }
    call_json(c, status, PQgetvalue(result, 0, 1), (size_t)PQgetlength(result, 0, 1));
}

struct listing {
    struct call *call;
    int limit;
};

static void on_list(void *data, const PGresult *result, const char *sqlstate)
{
    struct listing l = *(struct listing *)data;
    free(data);
    if (sqlstate)
        call_sql_error(l.call, result, sqlstate);
    else
        answer_list(l.call, result, l.limit);
}

void crud_run_list(struct call *c, struct stmt *stmt, const char *const *values, int limit)
{
    struct listing *l = malloc(sizeof(*l));
    if (!l)
        abort();
    *l = (struct listing){c, limit};
    db_query(app.db, stmt, values, on_list, l);
}

/* Whether `value` is one of "this|that|other". */
static bool is_one_of(const char *value, const char *words)
{
    size_t len = strlen(value);
    for (; *words; words += strcspn(words, "|"), words += *words == '|')
        if (strcspn(words, "|") == len && !strncmp(words, value, len))
            return true;
    return false;
}

/* Reads one filter. False when it answered that the filter is wrong. */
static bool read_filter(struct call *c, const char *filter, char *buf, const char **ret_value)
{
    bool number = *filter == '#', time = *filter == '@';
    char name[32];
    const char *words = strchr(filter, '=');
    filter += number || time;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(filter, "="), filter);
    const char *value = call_query(c, name, buf, FILTER_BYTES);
    int64_t ignored;
    bool bad = value && (*value == '\xff' ||
                         (number && m4_number(value, 0, INT64_MAX / 2, &ignored, NULL) < 0));
    if (bad) {
        char pointer[40];
        snprintf(pointer, sizeof(pointer), "?%s", name);
        call_problem(c, 400, "parameter",
                     number ? "is not an id" : "is not UTF-8 text of at most 255 bytes", pointer,
                     NULL);
        return false;
    }
    if (value && *value && words && !is_one_of(value, words + 1)) {
        char pointer[40], detail[128];
        snprintf(pointer, sizeof(pointer), "?%s", name);
        snprintf(detail, sizeof(detail), "is one of %s", words + 1);
        call_problem(c, 400, "parameter", detail, pointer, NULL);
        return false;
    }
    *ret_value = value && *value ? value : NULL;
    return true;
}

void crud_list(struct call *c)
{
    struct crud *crud = c->route->data;
    char uid[24], after[24], limit[24], filters[CRUD_FIELDS][FILTER_BYTES];
    int count;
    if (!crud_page(c, "after", after, limit, &count))
        return;
    const char *values[DB_TEXT_PARAMS] = {call_scope(c), call_uid(c, uid), after, limit};
    for (size_t i = 0; i < CRUD_FIELDS && crud->filters[i]; i++)
        if (!read_filter(c, crud->filters[i], filters[i], &values[4 + i]))
            return;
    crud_run_list(c, &crud->list, values, count);
}

static void on_row(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate)
        call_sql_error(c, result, sqlstate);
    else
        crud_answer_row(c, 200, result);
}

void crud_get(struct call *c)
{
    struct crud *crud = c->route->data;
    char uid[24], id[24];
    db_query(app.db, &crud->get,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)}, on_row,
             c);
}

const char *crud_field(const struct m4_json *body, const char *name, char *buf)
{
    const struct m4_json *v = m4_json_get(body, name);
    if (!v)
        return NULL;
    switch (v->type) {
    case M4_STRING:
        return v->text;
    case M4_INT:
    case M4_REAL: /* the schemas ask for integers, and 5.0 is one */
        return db_number(m4_json_number(body, name, 0), buf);
    case M4_BOOL:
        return v->truth ? "true" : "false";
    default:
        return NULL;
    }
}

static void on_changed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    bool created = c->route->action == ACT_CREATE;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (PQntuples(result) == 1)
        call_audit(c, action_name(c->route->action), atoll(PQgetvalue(result, 0, 0)));
    crud_answer_row(c, created ? 201 : 200, result);
}

static void change(struct call *c, struct stmt *stmt, size_t fixed, const char *const *values_fixed,
                   const char *const *fields)
{
    const char *values[DB_TEXT_PARAMS] = {0};
    char numbers[CRUD_FIELDS][24];
    memcpy(values, values_fixed, fixed * sizeof(*values));
    for (size_t i = 0; i < CRUD_FIELDS && fields[i]; i++)
        values[fixed + i] = crud_field(c->body, fields[i], numbers[i]);
    db_query(app.db, stmt, values, on_changed, c);
}

void crud_create(struct call *c)
{
    struct crud *crud = c->route->data;
    char uid[24];
    const char *fixed[] = {call_scope(c), call_uid(c, uid)};
    change(c, &crud->create, 2, fixed, crud->create_fields);
}

void crud_update(struct call *c)
{
    struct crud *crud = c->route->data;
    char uid[24], id[24];
    const char *fixed[] = {call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)};
    change(c, &crud->update, 3, fixed, crud->update_fields);
}

static void on_removed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (atoi(PQgetvalue(result, 0, 0)) == 0) {
        call_problem(c, 404, "not_found", "no such thing, or not for this person", NULL, NULL);
    } else if (atoi(PQgetvalue(result, 0, 1)) == 0) {
        call_problem(c, 409, "conflict", "it is in use, or its state does not allow it", NULL,
                     NULL);
    } else {
        call_audit(c, "delete", c->ids[0]);
        call_nothing(c);
    }
}

void crud_remove(struct call *c)
{
    struct crud *crud = c->route->data;
    char uid[24], id[24];
    db_query(app.db, &crud->remove,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)},
             on_removed, c);
}

static void on_step(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (PQgetisnull(result, 0, 0)) {
        call_problem(c, 404, "not_found", "no such thing, or not for this person", NULL, NULL);
    } else if (PQgetisnull(result, 0, 1)) {
        char detail[80];
        snprintf(detail, sizeof(detail), "it is %s", PQgetvalue(result, 0, 0));
        call_problem(c, 409, "conflict", detail, NULL, NULL);
    } else {
        call_audit(c, action_name(c->route->action), c->ids[0]);
        if (c->route->object == OBJ_LESSON)
            directory_lesson_changed(app.directory, c->ids[0], c->route->action);
        call_json(c, 200, PQgetvalue(result, 0, 1), (size_t)PQgetlength(result, 0, 1));
    }
}

void crud_step(struct call *c)
{
    char uid[24], id[24];
    db_query(app.db, c->route->data,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)}, on_step,
             c);
}
