#include "daemon/room/message.h"

#include <stdio.h>
#include <string.h>

#include "daemon/app.h"
#include "daemon/guard/gate.h"
#include "daemon/room/directory.h"
#include "daemon/room/room_in.h"
#include "daemon/store/entity.h"
#include "lib/clock.h"

struct kind {
    const char *t;
    bool stored; /* counts against the durable rate */
    bool is_volatile;
    void (*take)(struct page *page, const struct m4_json *message);
};

/* --- joining: the policy's question to the database, then the room -------------------------------
 */

struct joining {
    uint64_t page_id; /* the page may go meanwhile */
    int64_t lesson_id, chat_cursor;
    char client[CLIENT_HEX + 1];
};

static const char too_many_lessons[] = "a page looks at 4 lessons at most";

static bool is_full(const struct page *p)
{
    size_t lessons = 0;
    for (const struct member *m = p->members; m; m = m->next_of_page)
        lessons++;
    return lessons >= PAGE_LESSONS;
}

static void on_room(void *data, struct room *room)
{
    struct joining *j = data;
    struct page *p = page_by_id(j->page_id);
    if (p && !room)
        page_refuse(p, "join", "database", "the lesson could not be read; join again in a moment");
    else if (p && page_member(p, j->lesson_id))
        page_refuse(p, "join", "joined", "this page is in the lesson already");
    else if (p && is_full(p)) /* several joins were on their way */
        page_refuse(p, "join", "full", too_many_lessons);
    else if (p)
        room_join(room, p, j->client, j->chat_cursor);
    free(j);
}

static void on_lesson(void *data, const PGresult *rows, const char *sqlstate)
{
    struct joining *j = data;
    struct page *p = page_by_id(j->page_id);
    bool own = !sqlstate && PQntuples(rows) == 1 && PQgetvalue(rows, 0, 3)[0] == 't';
    if (p && own) {
        room_when_open(directory_room(app.directory, j->lesson_id), on_room, j);
        return;
    }
    if (p && sqlstate)
        page_refuse(p, "join", "database", "the database does not answer; join again in a moment");
    else if (p)
        page_refuse(p, "join", "not_found", "no such lesson, or not for this person");
    free(j);
}

static void take_join(struct page *p, const struct m4_json *m)
{
    if (is_full(p)) {
        page_refuse(p, "join", "full", too_many_lessons);
        return;
    }
    struct joining *j = calloc(1, sizeof(*j));
    if (!j)
        abort();
    j->page_id = p->id;
    j->lesson_id = m4_json_number(m, "r", 0);
    j->chat_cursor = m4_json_number(m, "cv", 0);
    memcpy(j->client, m4_json_text(m, "c", ""), CLIENT_HEX);
    char uid[24], id[24];
    enum scope scope = policy_check(p->session->role, OBJ_LESSON, ACT_READ);
    db_query(app.db, &lesson_enter,
             (const char *[]){scope == SCOPE_ALL ? "all" : "own",
                              db_number(p->session->user_id, uid), db_number(j->lesson_id, id)},
             on_lesson, j);
}

static void take_leave(struct page *p, const struct m4_json *m)
{
    struct member *member = page_member(p, m4_json_number(m, "r", 0));
    if (member)
        room_leave(member);
}

/* The member a board's message is for; refuses when there is none. */
static struct member *of_board(struct page *p, const struct m4_json *m)
{
    struct member *member = page_member_of_board(p, m4_json_number(m, "b", 0));
    if (!member)
        page_refuse(p, m4_json_text(m, "t", ""), "not_joined",
                    "this board is of no lesson the page joined");
    return member;
}

static void take_hello(struct page *p, const struct m4_json *m)
{
    struct member *member = of_board(p, m);
    if (member)
        room_hello(member, m);
}

static void take_ops(struct page *p, const struct m4_json *m)
{
    struct member *member = of_board(p, m);
    if (member)
        room_ops(member, m, SIZE_MAX, NULL);
}

static void take_chat(struct page *p, const struct m4_json *m)
{
    struct member *member = page_member(p, m4_json_number(m, "r", 0));
    if (member)
        room_chat(member, m);
    else
        page_refuse(p, "chat", "not_joined", "the page did not join this lesson");
}

static void take_volatile(struct page *p, const struct m4_json *m)
{
    struct member *member = page_member_of_board(p, m4_json_number(m, "b", 0));
    if (member)
        room_volatile(member, m);
}

static void take_ping(struct page *p, const struct m4_json *m)
{
    m4_autobuf struct m4_buf b = M4_BUF(128);
    m4_buf_fmt(&b, "{\"t\":\"pong\",\"at\":%lld}", (long long)m4_json_number(m, "at", 0));
    page_say(p, &b);
}

static const struct kind kinds[] = {
    {"ops", true, false, take_ops},      {"chat", true, false, take_chat},
    {"cur", false, true, take_volatile}, {"live", false, true, take_volatile},
    {"join", true, false, take_join},    {"hello", true, false, take_hello},
    {"leave", true, false, take_leave},  {"ping", false, true, take_ping},
};

static const struct kind *kind_of(const char *t)
{
    for (size_t i = 0; i < M4_COUNT(kinds); i++)
        if (!strcmp(kinds[i].t, t))
            return &kinds[i];
    return NULL;
}

/* An ops message whose schema refuses one operation: those before it count. */
static bool salvage_ops(struct page *p, const struct m4_json *m,
                        const struct m4_schema_fault *fault)
{
    const struct m4_json *o = m4_json_get(m, "o");
    unsigned long index;
    if (sscanf(fault->pointer, "/o/%lu", &index) != 1 || !o || o->type != M4_ARRAY ||
        index >= o->len || o->len > BOARD_OPS_A_FRAME || !m4_json_get(m, "b") ||
        m4_json_get(m, "b")->type != M4_INT)
        return false;
    struct member *member = of_board(p, m);
    if (!member)
        return true;
    char detail[400];
    const char *field = strchr(fault->pointer + 3, '/');
    snprintf(detail, sizeof(detail), "%.200s %s", field ? field : "", fault->detail);
    room_ops(member, m, index, detail);
    return true;
}

static void refuse_fault(struct page *p, const char *t, const struct m4_schema_fault *fault)
{
    char detail[480];
    snprintf(detail, sizeof(detail), "%.256s %s (%s)", *fault->pointer ? fault->pointer : "/",
             fault->detail, fault->keyword);
    page_refuse(p, t, "schema", detail);
}

void message_arrive(struct page *p, const char *text, size_t len)
{
    m4_autodoc struct m4_doc *doc = NULL;
    struct m4_err err;
    int64_t now = m4_mono_ms();
    if (!session_is_valid(p->session)) {
        page_refuse(p, "session", "sign_in", "the session ended; sign in again");
        socket_close(p->socket, M4_WS_POLICY, "the session ended");
        return;
    }
    if (m4_json_parse(text, len, M4_JSON_NO_NUL, &doc, &err) < 0) {
        int64_t rest_ms =
            bucket_take(&p->durable, app.settings.durable_rate, app.settings.durable_burst, now);
        page_refuse(p, "", "json", err.text);
        if (rest_ms)
            socket_pause(p->socket, rest_ms);
        return;
    }
    const struct m4_json *m = m4_doc_root(doc);
    const char *t = m4_json_text(m, "t", "");
    const struct kind *kind = kind_of(t);
    if (kind && kind->is_volatile &&
        bucket_take(&p->volatile_, app.settings.volatile_rate, app.settings.volatile_rate, now))
        return; /* dropped, as volatile things may be */
    int64_t wait_ms =
        kind && kind->is_volatile
            ? 0
            : bucket_take(&p->durable, app.settings.durable_rate, app.settings.durable_burst, now);
    struct m4_schema_fault fault;
    if (!kind)
        page_refuse(p, t, "unknown", "there is no message of this type");
    else if (m4_schema_check(gate_message(t), m, &fault))
        kind->take(p, m);
    else if (strcmp(t, "ops") != 0 || !salvage_ops(p, m, &fault))
        refuse_fault(p, t, &fault);
    if (wait_ms) /* above the rate: the page is not read until it has tokens again */
        socket_pause(p->socket, wait_ms);
}
