/* crud.h - the five usual acts of an entity, from its statements */
#ifndef M4_DAEMON_API_CRUD_H
#define M4_DAEMON_API_CRUD_H

#include "daemon/api/routes.h"

/* Handlers for a route whose data is the entity's struct crud. */
void crud_list(struct call *c);
void crud_get(struct call *c);
void crud_create(struct call *c);
void crud_update(struct call *c);
void crud_remove(struct call *c);

/* A step of a state machine: data is the statement; answers 409 with the state found. */
void crud_step(struct call *c);

/* Runs a list statement and answers {"items": [...], "next": id or null}: the statement finds
 * limit + 1 rows of (id, json) when there is a next page. */
void crud_run_list(struct call *c, struct stmt *stmt, const char *const *values, int limit);

/* Reads ?after= and ?limit=; false when it answered that one of them is wrong. */
bool crud_page(struct call *c, const char *cursor_name, char after[24], char limit[24],
               int *ret_limit);

/* Answers one (id, json) row with the status, 404 when there is none. */
void crud_answer_row(struct call *c, int status, const PGresult *result);

/* A body's field as a parameter: buf[24] for numbers; NULL when absent. */
const char *crud_field(const struct m4_json *body, const char *name, char *buf);

#endif
