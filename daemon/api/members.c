/* members.c - who is in a class */
#include "daemon/api/crud.h"
#include "daemon/api/handlers.h"
#include "daemon/store/entity.h"

void members_list(struct call *c)
{
    char uid[24], id[24], after[24], limit[24];
    int count;
    if (!crud_page(c, "after", after, limit, &count))
        return;
    crud_run_list(
        c, &member_list,
        (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id), after, limit},
        count);
}

static void on_changed(void *data, const PGresult *result, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, result, sqlstate);
        return;
    }
    if (PQgetvalue(result, 0, 0)[0] == '0') {
        call_problem(c, 404, "not_found", "no such class, or nobody of that id in it", NULL, NULL);
        return;
    }
    call_audit(c, action_name(c->route->action), c->ids[0]);
    call_nothing(c);
}

static void change(struct call *c, struct stmt *stmt, int64_t user_id)
{
    char uid[24], id[24], user[24];
    db_query(app.db, stmt,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id),
                              db_number(user_id, user)},
             on_changed, c);
}

void members_add(struct call *c)
{
    change(c, &member_add, m4_json_number(c->body, "user_id", 0));
}

void members_remove(struct call *c)
{
    change(c, &member_remove, c->ids[1]);
}
