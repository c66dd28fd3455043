#include "daemon/room/room.h"

#include <string.h>

#include "daemon/app.h"
#include "daemon/room/directory.h"
#include "daemon/room/room_in.h"
#include "daemon/room/snapshot.h"
#include "lib/clock.h"
#include "lib/log.h"

enum { IDLE_MS = 60000 };

static void on_idle(struct timer *t)
{
    struct room *room = M4_OBJECT_OF(t, struct room, idle_timer);
    if (room->members || room->pending || room->waiting || room->fresh) {
        timer_set(app.loop, t, IDLE_MS);
        return;
    }
    if (room->state != ROOM_BROKEN)
        directory_remove(app.directory, room);
    room_free(room);
}

struct room *room_new(int64_t lesson_id)
{
    struct room *room = calloc(1, sizeof(*room));
    if (!room)
        abort();
    room->id = lesson_id;
    room->fresh_last = &room->fresh;
    room->chore.run = out_broadcast;
    room->idle_timer.on_fire = on_idle;
    timer_set(app.loop, &room->idle_timer, IDLE_MS);
    load_begin(room);
    return room;
}

void room_free(struct room *room)
{
    if (!room)
        return;
    timer_clear(app.loop, &room->idle_timer);
    load_forget(room);
    for (size_t i = 0; i < room->board_count; i++) {
        snapshot_drop(room->boards[i]);
        board_free(room->boards[i]);
    }
    strmap_done(&room->chat_clients, free);
    free(room);
}

struct board *room_board(const struct room *room, int64_t board_id, size_t *ret_index)
{
    size_t i = 0;
    while (i < room->board_count && room->boards[i]->id != board_id)
        i++;
    if (ret_index)
        *ret_index = i;
    return i < room->board_count ? room->boards[i] : NULL;
}

struct member *room_member(const struct room *room, uint64_t page_id)
{
    struct member *m = room->members;
    while (m && m->page->id != page_id)
        m = m->next;
    return m;
}

bool room_has_person(const struct room *room, int64_t person_id, const struct member *but)
{
    for (const struct member *m = room->members; m; m = m->next)
        if (m != but && m->page->session->user_id == person_id)
            return true;
    return false;
}

size_t room_people(const struct room *room)
{
    size_t n = 0; /* a person with two pages counts at the first of them */
    for (const struct member *m = room->members; m; m = m->next) {
        const struct member *first = room->members;
        while (first->page->session->user_id != m->page->session->user_id)
            first = first->next;
        n += first == m;
    }
    return n;
}

void room_break(struct room *room)
{
    if (room->state == ROOM_BROKEN)
        return;
    log_error("room_broken", M4_N("lesson", room->id));
    room->state = ROOM_BROKEN;
    directory_remove(app.directory, room);
    for (struct member *m = room->members; m; m = m->next)
        socket_close(m->page->socket, M4_WS_RESTART, "the lesson is loaded anew");
}

/* --- coming and going ---------------------------------------------------------------------------
 */

static enum role role_in(const struct room *room, const struct session *s)
{
    return s->user_id == room->teacher_id && s->role == ROLE_STUDENT ? ROLE_TEACHER : s->role;
}

void room_join(struct room *room, struct page *page, const char *client, int64_t chat_cursor)
{
    if (room->member_count >= ROOM_MEMBERS) {
        page_refuse(page, "join", "full", "a lesson has room for 400 pages");
        return;
    }
    struct member *m = calloc(1, sizeof(*m));
    if (!m)
        abort();
    m->room = room;
    m->page = page;
    m->role = role_in(room, page->session);
    memcpy(m->client, client, CLIENT_HEX);
    bool first = !room_has_person(room, page->session->user_id, NULL);
    m->next = room->members;
    room->members = m;
    room->member_count++;
    m->next_of_page = page->members;
    page->members = m;
    if (first)
        welcome_who(room, page, true);
    welcome_send(m, chat_cursor);
}

void room_leave(struct member *m)
{
    struct room *room = m->room;
    struct member **at = &room->members;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    room->member_count--;
    at = &m->page->members;
    while (*at != m)
        at = &(*at)->next_of_page;
    *at = m->next_of_page;
    if (!room_has_person(room, m->page->session->user_id, NULL))
        welcome_who(room, m->page, false);
    free(m);
}

void room_hello(struct member *m, const struct m4_json *hello)
{
    size_t i;
    struct board *b = room_board(m->room, m4_json_number(hello, "b", 0), &i);
    const char *epoch = m4_json_text(hello, "e", "");
    int64_t v = m4_json_number(hello, "v", 0);
    if ((*epoch && strcmp(epoch, b->epoch) != 0) || v > b->stored) {
        page_refuse(m->page, "hello", "epoch",
                    "the board was restored since; take its snapshot and say hello anew");
        return;
    }
    struct board_client *c = board_client(b, m->client, m->page->session->user_id);
    if (!c) {
        page_refuse(m->page, "hello", "client",
                    "this client id is somebody else's; choose another");
        return;
    }
    /* What the page does not offer any more was answered: stored, or refused for good. What it
     * offers again and never got a version is looked at again: the refusal may have been lost. */
    int64_t next = m4_json_number(hello, "n", 1);
    c->last = next - 1 > c->accepted ? next - 1 : c->accepted;
    m->follows[i] = (struct follow){.sent = v, .started = true, .behind = v < b->stored};
    if (m->follows[i].behind)
        out_catch_up(m, i);
}

void room_drained(struct member *m)
{
    for (size_t i = 0; i < m->room->board_count; i++)
        if (m->follows[i].behind && !m->follows[i].fetching)
            out_catch_up(m, i);
}

void room_volatile(struct member *m, const struct m4_json *message)
{
    size_t i;
    if (!room_board(m->room, m4_json_number(message, "b", 0), &i) || write_closed(m))
        return;
    m4_autobuf struct m4_buf b = M4_BUF(SOCKET_MESSAGE_BYTES);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    for (const struct m4_json *v = message->child; v; v = v->next) {
        m4_jw_key(&w, v->key);
        m4_jw_value(&w, v);
    }
    m4_jw_kint(&w, "u", m->page->session->user_id);
    m4_jw_close(&w, '}');
    out_frame_to_all(m->room, &b, m->page, true);
}

void room_set_status(struct room *room, enum lesson_status status)
{
    static const char *const names[] = {"scheduled", "live", "completed", "cancelled"};
    room->status = status;
    room->stepped = true;
    m4_autobuf struct m4_buf b = M4_BUF(256);
    m4_buf_fmt(&b, "{\"t\":\"lesson\",\"r\":%lld,\"status\":\"%s\"}", (long long)room->id,
               names[status]);
    out_frame_to_all(room, &b, NULL, false);
}
