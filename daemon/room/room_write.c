/* room_write.c - what members ask to be kept: operations and words, checked, given their place
 * in the order, and handed to the writer */
#include <stdio.h>
#include <string.h>

#include "daemon/app.h"
#include "daemon/room/room_in.h"
#include "lib/clock.h"
#include "lib/log.h"

static void on_written(struct entry *e, bool stored)
{
    struct room *room = e->owner;
    room->pending--;
    if (!stored && room->state != ROOM_BROKEN) {
        struct member *m = room_member(room, e->author);
        if (m) {
            m4_autobuf struct m4_buf b = M4_BUF(1024);
            m4_buf_fmt(&b,
                       e->is_chat ? "{\"t\":\"err\",\"of\":\"chat\",\"code\":\"refused\","
                                    "\"detail\":\"the database does not take it\"}"
                                  : "{\"t\":\"nack\",\"b\":%lld,\"s\":%lld,\"why\":\"invalid\","
                                    "\"want\":%lld,\"detail\":\"the database does not take it\"}",
                       (long long)e->place, (long long)e->seq, (long long)e->seq + 1);
            page_say(m->page, &b);
        }
        room_break(room);
    }
    if (room->state == ROOM_BROKEN) {
        free(e);
        return;
    }
    e->next = NULL;
    *room->fresh_last = e;
    room->fresh_last = &e->next;
    loop_chore(app.loop, &room->chore);
}

static void put(struct room *room, struct entry *e, struct member *m)
{
    e->owner = room;
    e->author = m->page->id;
    e->done = on_written;
    room->pending++;
    writer_put(app.writer, e);
    if (writer_queue(app.writer) > WRITER_PAUSE)
        page_hold(m->page);
}

static void nack(struct member *m, const struct board *b, int64_t s, const char *why, int64_t want,
                 const char *detail)
{
    m4_autobuf struct m4_buf out = M4_BUF(2048);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "nack");
    m4_jw_kint(&w, "b", b->id);
    m4_jw_kint(&w, "s", s);
    m4_jw_kstr(&w, "why", why);
    m4_jw_kint(&w, "want", want);
    m4_jw_kstr(&w, "detail", detail);
    m4_jw_close(&w, '}');
    page_say(m->page, &out);
}

const char *write_closed(const struct member *m)
{
    switch (m->room->status) {
    case LESSON_LIVE:
        return NULL;
    case LESSON_SCHEDULED:
        return m->role == ROLE_STUDENT ? "the lesson has not begun" : NULL;
    default:
        return "the lesson is over";
    }
}

static void ack_again(struct member *m, const struct board *b, const struct follow *follow,
                      int64_t seq)
{
    int64_t v = board_version_of(b, m->client, seq);
    if (!v || v > follow->sent)
        return; /* welcome said so, its commit is running, or it comes when the page catches up */
    m4_autobuf struct m4_buf out = M4_BUF(256);
    m4_buf_fmt(&out, "{\"t\":\"ack\",\"b\":%lld,\"s\":%lld,\"v0\":%lld,\"n\":1}", (long long)b->id,
               (long long)seq, (long long)v);
    page_say(m->page, &out);
}

/* One operation. False when those behind it must not be looked at. */
static bool take_op(struct member *m, struct board *b, struct board_client *c,
                    const struct follow *follow, const struct m4_json *o)
{
    int64_t s = m4_json_number(o, "s", 0);
    const char *detail;
    if (s <= c->last) {
        ack_again(m, b, follow, s);
        return true;
    }
    if (s > c->last + 1) {
        nack(m, b, s, "gap", c->last + 1, "operations before this one are missing");
        return false;
    }
    if (writer_queue(app.writer) > WRITER_FULL) {
        nack(m, b, s, "busy", s, "the box is writing 20000 others; send it again later");
        return false;
    }
    const char *closed = write_closed(m);
    struct board_op op = {m->client,
                          s,
                          m4_json_number(o, "l", 0),
                          m->page->session->user_id,
                          m4_json_text(o, "e", ""),
                          m4_json_get(o, "f"),
                          policy_check(m->role, OBJ_BOARD, ACT_EDIT_OTHERS) != SCOPE_NONE};
    const char *why = closed ? "denied" : board_refuses(b, &op, &detail);
    c->last = s;
    if (why)
        nack(m, b, s, why, s + 1, closed ? closed : detail);
    else
        put(m->room, board_accept(b, &op), m);
    return true;
}

void room_ops(struct member *m, const struct m4_json *message, size_t whole, const char *detail)
{
    size_t i;
    struct board *b = room_board(m->room, m4_json_number(message, "b", 0), &i);
    struct board_client *c = strmap_get(&b->clients, m->client);
    if (!m->follows[i].started || !c) {
        page_refuse(m->page, "ops", "hello", "say hello to this board first");
        return;
    }
    const struct m4_json *o = m4_json_get(message, "o")->child;
    for (; o && whole; o = o->next, whole--)
        if (!take_op(m, b, c, &m->follows[i], o))
            return;
    if (!detail || !o)
        return;
    int64_t s = m4_json_number(o, "s", 0);
    if (s == c->last + 1)
        c->last = s; /* used up: the page undoes it and goes on */
    nack(m, b, s > 0 ? s : c->last + 1, "invalid", c->last + 1, detail);
}

static struct chat_client *chat_client(struct room *room, const char *id, int64_t person_id)
{
    struct chat_client *c = strmap_get(&room->chat_clients, id);
    if (c)
        return c->person_id == person_id ? c : NULL;
    size_t own = 0;
    for (size_t i = 0; i < room->chat_clients.room; i++) {
        c = room->chat_clients.slots[i].value;
        own += c && c->person_id == person_id;
    }
    if (own >= BOARD_CLIENTS_A_PERSON)
        return NULL;
    c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    memcpy(c->id, id, CLIENT_HEX);
    c->person_id = person_id;
    strmap_put(&room->chat_clients, c->id, c);
    return c;
}

void room_chat(struct member *m, const struct m4_json *message)
{
    struct room *room = m->room;
    const char *closed = write_closed(m);
    struct chat_client *c = closed ? NULL : chat_client(room, m->client, m->page->session->user_id);
    int64_t s = m4_json_number(message, "s", 0);
    if (closed || !c) {
        page_refuse(m->page, "chat", closed ? "denied" : "client",
                    closed ? closed : "this client id is somebody else's; choose another");
        return;
    }
    if (s <= c->last)
        return; /* stored, or being stored: the ack is on its way */
    if (writer_queue(app.writer) > WRITER_FULL) {
        page_refuse(m->page, "chat", "busy",
                    "the box is writing 20000 others; send it again later");
        return;
    }
    c->last = s;
    const struct m4_json *text = m4_json_get(message, "text");
    const char *name = m->page->session->name;
    struct entry *e = calloc(1, sizeof(*e) + text->len + 1 + strlen(name) + 1);
    if (!e)
        abort();
    *e = (struct entry){.is_chat = true,
                        .place = room->id,
                        .number = ++room->chat_head,
                        .seq = s,
                        .person_id = m->page->session->user_id,
                        .made_us = m4_wall_us(),
                        .text_len = (uint32_t)text->len};
    memcpy(e->client, m->client, CLIENT_HEX);
    memcpy(e->text, text->text, text->len);
    strcpy(e->text + text->len + 1, name);
    put(room, e, m);
}
