/* lessons.c - a lesson's times, boards and chat */
#include <string.h>

#include "daemon/api/crud.h"
#include "daemon/api/handlers.h"
#include "daemon/store/entity.h"

enum { BOARDS_AT_MOST = 20 };

void lessons_boards(struct call *c)
{
    char uid[24], id[24];
    crud_run_list(c, &board_list,
                  (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)},
                  BOARDS_AT_MOST);
}

void lessons_chat(struct call *c)
{
    char uid[24], id[24], before[24], limit[24];
    int count;
    if (!crud_page(c, "before", before, limit, &count))
        return;
    crud_run_list(
        c, &chat_list,
        (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id), before, limit},
        count);
}

/* A change that found no row: is there no such lesson, or do its times not move any more? */
static void on_looked(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate)
        call_sql_error(c, result, sqlstate);
    else if (PQntuples(result) == 1)
        call_problem(c, 409, "conflict", "times move only while the lesson is scheduled",
                     m4_json_get(c->body, "starts_at") ? "/starts_at" : "/ends_at", NULL);
    else
        crud_answer_row(c, 200, result);
}

static void on_updated(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    char uid[24], id[24];
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
    } else if (PQntuples(result) == 1) {
        call_audit(c, "update", c->ids[0]);
        crud_answer_row(c, 200, result);
    } else {
        db_query(app.db, &lesson_crud.get,
                 (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)},
                 on_looked, c);
    }
}

void lessons_update(struct call *c)
{
    char uid[24], id[24];
    const struct m4_json *b = c->body;
    db_query(app.db, &lesson_crud.update,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id),
                              m4_json_text(b, "title", NULL), m4_json_text(b, "topic", NULL),
                              m4_json_text(b, "starts_at", NULL), m4_json_text(b, "ends_at", NULL)},
             on_updated, c);
}
