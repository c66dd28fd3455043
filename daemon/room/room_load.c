/* room_load.c - a room from what the database has: lesson, boards, their logs, the chat's head */
#include <string.h>

#include "daemon/app.h"
#include "daemon/room/directory.h"
#include "daemon/room/room_in.h"
#include "daemon/store/entity.h"
#include "lib/log.h"

enum { OPS_AT_ONCE = 2000 };

struct load {
    struct load *next;
    void (*on_open)(void *data, struct room *room);
    void *data;
};

void load_forget(struct room *room)
{
    while (room->loads) {
        struct load *l = room->loads;
        room->loads = l->next;
        free(l);
    }
}

static void load_answer(struct room *room, bool open)
{
    struct load *l = M4_TAKE(room->loads);
    while (l) {
        struct load *next = l->next;
        l->on_open(l->data, open ? room : NULL);
        free(l);
        l = next;
    }
}

void room_when_open(struct room *room, void (*on_open)(void *data, struct room *room), void *data)
{
    if (room->state == ROOM_OPEN) {
        on_open(data, room);
        return;
    }
    struct load *l = malloc(sizeof(*l));
    if (!l)
        abort();
    *l = (struct load){room->loads, on_open, data};
    room->loads = l;
}

/* The database did not answer, or its log is damaged: nobody comes in. */
static void fail(struct room *room, const char *why)
{
    log_warn("room_not_loaded", M4_N("lesson", room->id), M4_S("why", why));
    room->waiting--;
    room->state = ROOM_BROKEN;
    directory_remove(app.directory, room);
    load_answer(room, false);
    /* Its idle timer frees it. */
}

static void on_chat_clients(void *data, const PGresult *rows, const char *sqlstate)
{
    struct room *room = data;
    if (sqlstate) {
        fail(room, "the chat was not read");
        return;
    }
    for (int i = 0; i < PQntuples(rows); i++) {
        struct chat_client *c = calloc(1, sizeof(*c));
        if (!c)
            abort();
        memcpy(c->id, PQgetvalue(rows, i, 0), strnlen(PQgetvalue(rows, i, 0), CLIENT_HEX));
        c->last = atoll(PQgetvalue(rows, i, 1));
        c->person_id = atoll(PQgetvalue(rows, i, 2));
        strmap_put(&room->chat_clients, c->id, c);
    }
    room->waiting--;
    room->state = ROOM_OPEN;
    load_answer(room, true);
}

static void on_chat_head(void *data, const PGresult *rows, const char *sqlstate)
{
    struct room *room = data;
    char id[24];
    if (sqlstate) {
        fail(room, "the chat was not read");
        return;
    }
    room->chat_head = atoll(PQgetvalue(rows, 0, 0));
    db_query(app.db, &chat_clients, (const char *[]){db_number(room->id, id)}, on_chat_clients,
             room);
}

static struct entry *entry_of_row(const PGresult *rows, int i, int64_t board_id)
{
    size_t len = (size_t)PQgetlength(rows, i, 6);
    struct entry *e = calloc(1, sizeof(*e) + len + 1);
    if (!e)
        abort();
    e->place = board_id;
    e->number = atoll(PQgetvalue(rows, i, 0));
    memcpy(e->client, PQgetvalue(rows, i, 1), strnlen(PQgetvalue(rows, i, 1), CLIENT_HEX));
    e->seq = atoll(PQgetvalue(rows, i, 2));
    e->lamport = atoll(PQgetvalue(rows, i, 3));
    e->person_id = atoll(PQgetvalue(rows, i, 4));
    memcpy(e->element, PQgetvalue(rows, i, 5), strnlen(PQgetvalue(rows, i, 5), ELEMENT_CHARS));
    e->text_len = (uint32_t)len;
    memcpy(e->text, PQgetvalue(rows, i, 6), len);
    return e;
}

static void read_ops(struct room *room);

static void on_ops(void *data, const PGresult *rows, const char *sqlstate)
{
    struct room *room = data;
    if (sqlstate) {
        fail(room, "a board was not read");
        return;
    }
    struct board *b = room->boards[room->loaded];
    int n = PQntuples(rows);
    for (int i = 0; i < n; i++) {
        m4_autofree struct entry *e = entry_of_row(rows, i, b->id);
        if (e->number != b->stored + 1 || !board_apply(b, e)) {
            fail(room, "a board's log is damaged");
            return;
        }
    }
    if (n < OPS_AT_ONCE)
        room->loaded++;
    read_ops(room);
}

/* The next part of the first board whose log is not read to its end; then the chat. */
static void read_ops(struct room *room)
{
    char id[24], after[24], limit[24];
    if (room->loaded == room->board_count) {
        db_query(app.db, &chat_head, (const char *[]){db_number(room->id, id)}, on_chat_head, room);
        return;
    }
    struct board *b = room->boards[room->loaded];
    db_query(app.db, &board_ops,
             (const char *[]){db_number(b->id, id), db_number(b->stored, after),
                              db_number(OPS_AT_ONCE, limit)},
             on_ops, room);
}

static void on_boards(void *data, const PGresult *rows, const char *sqlstate)
{
    struct room *room = data;
    if (sqlstate || PQntuples(rows) == 0) {
        fail(room, "the boards were not read");
        return;
    }
    for (int i = 0; i < PQntuples(rows) && i < ROOM_BOARDS; i++)
        room->boards[room->board_count++] =
            board_new(atoll(PQgetvalue(rows, i, 0)), PQgetvalue(rows, i, 1));
    read_ops(room);
}

static void on_lesson(void *data, const PGresult *rows, const char *sqlstate)
{
    static const char *const names[] = {"scheduled", "live", "completed", "cancelled"};
    struct room *room = data;
    char id[24];
    if (sqlstate || PQntuples(rows) == 0) {
        fail(room, sqlstate ? "the lesson was not read" : "there is no such lesson");
        return;
    }
    strncpy(room->title, PQgetvalue(rows, 0, 0), sizeof(room->title) - 1);
    for (size_t i = 0; i < M4_COUNT(names); i++)
        if (!room->stepped && !strcmp(names[i], PQgetvalue(rows, 0, 1)))
            room->status = (enum lesson_status)i;
    room->teacher_id = atoll(PQgetvalue(rows, 0, 2));
    db_query(app.db, &board_rows, (const char *[]){db_number(room->id, id)}, on_boards, room);
}

void load_begin(struct room *room)
{
    char id[24];
    room->waiting++;
    db_query(app.db, &lesson_enter, (const char *[]){"all", "0", db_number(room->id, id)},
             on_lesson, room);
}
