/* boards.c - a board's snapshot */
#include <stdio.h>
#include <string.h>

#include "daemon/api/crud.h"
#include "daemon/api/handlers.h"
#include "daemon/room/directory.h"
#include "daemon/room/snapshot.h"
#include "daemon/store/entity.h"

static bool takes_deflate(const struct request *r)
{
    const char *accept = request_header(r, "accept-encoding");
    return accept && strstr(accept, "deflate");
}

static void on_made(void *data, struct snapshot *s)
{
    struct call *c = data;
    if (!s) {
        call_later(c, "busy", "too many snapshots at this moment; try again");
        return;
    }
    reply_header(c->request, "vary", "accept-encoding");
    if (request_alive(c->request) && takes_deflate(c->request)) {
        reply_header(c->request, "content-encoding", "deflate");
        call_json(c, 200, (const char *)s->deflated, s->deflated_len);
    } else {
        call_json(c, 200, s->json, s->json_len);
    }
    snapshot_unref(s);
}

static void on_room(void *data, struct room *room)
{
    struct call *c = data;
    struct board *b = room ? room_board(room, c->ids[0], NULL) : NULL;
    if (!b) {
        call_later(c, "database", "the board could not be read");
        return;
    }
    char etag[64];
    snprintf(etag, sizeof(etag), "\"%s.%lld\"", b->epoch, (long long)b->stored);
    reply_header(c->request, "etag", etag);
    const char *known = request_header(c->request, "if-none-match");
    if (known && !strcmp(known, etag)) {
        reply(c->request, 304, NULL, NULL, 0);
        call_end(c);
        return;
    }
    snapshot_make(b, on_made, c);
}

static void on_lesson(void *data, const PGresult *rows, const char *sqlstate)
{
    struct call *c = data;
    if (sqlstate) {
        call_sql_error(c, rows, sqlstate);
    } else if (PQntuples(rows) == 0) {
        call_problem(c, 404, "not_found", "no such board, or not for this person", NULL, NULL);
    } else {
        struct room *room = directory_room(app.directory, atoll(PQgetvalue(rows, 0, 0)));
        room_when_open(room, on_room, c);
    }
}

void boards_snapshot(struct call *c)
{
    char uid[24], id[24];
    db_query(app.db, &board_lesson,
             (const char *[]){call_scope(c), call_uid(c, uid), db_number(c->ids[0], id)}, on_lesson,
             c);
}
