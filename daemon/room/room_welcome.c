/* room_welcome.c - who comes in and goes: presence, welcome, what was said before */
#include <string.h>

#include "daemon/app.h"
#include "daemon/room/room_in.h"
#include "daemon/store/entity.h"

enum { WELCOME_BYTES = 512 * 1024, CHATS_BYTES = 100 * 1024 };

static void write_person(struct m4_jw *w, const struct page *p, const char *here)
{
    m4_jw_open(w, '{');
    m4_jw_kint(w, "u", p->session->user_id);
    m4_jw_kstr(w, "n", p->session->name);
    m4_jw_kstr(w, "role", role_name(p->session->role));
    if (here)
        m4_jw_kbool(w, "here", *here == 'y');
    m4_jw_close(w, '}');
}

void welcome_who(struct room *room, const struct page *page, bool here)
{
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "who");
    m4_jw_kint(&w, "r", room->id);
    m4_jw_key(&w, "u");
    m4_jw_open(&w, '[');
    write_person(&w, page, here ? "yes" : "no");
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    out_frame_to_all(room, &b, page, false);
}

/* Whether the same person stands in the list once more behind this page. */
static bool person_after(const struct member *m)
{
    for (const struct member *other = m->next; other; other = other->next)
        if (other->page->session->user_id == m->page->session->user_id)
            return true;
    return false;
}

static void write_welcome(struct member *m, struct m4_jw *w)
{
    static const char *const names[] = {"scheduled", "live", "completed", "cancelled"};
    struct room *room = m->room;
    const struct chat_client *c = strmap_get(&room->chat_clients, m->client);
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "t", "welcome");
    m4_jw_kint(w, "r", room->id);
    m4_jw_kstr(w, "title", room->title);
    m4_jw_kstr(w, "status", names[room->status]);
    m4_jw_kstr(w, "role", role_name(m->role));
    m4_jw_kint(w, "me", m->page->session->user_id);
    m4_jw_key(w, "lim");
    m4_jw_open(w, '{');
    m4_jw_kint(w, "chat", ROOM_CHAT_CHARS);
    m4_jw_kint(w, "text", BOARD_TEXT);
    m4_jw_kint(w, "points", BOARD_POINTS);
    m4_jw_kint(w, "elements", BOARD_ELEMENTS);
    m4_jw_kint(w, "ops", BOARD_OPS_A_FRAME);
    m4_jw_close(w, '}');
    m4_jw_kint(w, "cv", room->chat_head);
    m4_jw_kint(w, "cs", c && c->person_id == m->page->session->user_id ? c->last : 0);
    m4_jw_key(w, "u");
    m4_jw_open(w, '[');
    for (struct member *other = room->members; other; other = other->next)
        if (!person_after(other))
            write_person(w, other->page, NULL);
    m4_jw_close(w, ']');
    m4_jw_key(w, "boards");
    m4_jw_open(w, '[');
    for (size_t i = 0; i < room->board_count; i++) {
        const struct board *b = room->boards[i];
        const struct board_client *bc = strmap_get(&b->clients, m->client);
        bool own = bc && bc->person_id == m->page->session->user_id;
        m4_jw_open(w, '{');
        m4_jw_kint(w, "b", b->id);
        m4_jw_kstr(w, "e", b->epoch);
        m4_jw_kint(w, "v", b->stored);
        m4_jw_kint(w, "s", own ? bc->last_stored : 0);
        m4_jw_close(w, '}');
    }
    m4_jw_close(w, ']');
    m4_jw_close(w, '}');
}

struct chats {
    struct room *room;
    uint64_t page_id;
};

/* The newest rows that one message takes: so many, and so many bytes. The others come by HTTP. */
static int how_many_fit(const PGresult *rows)
{
    int count = 0;
    size_t bytes = 0;
    while (count < PQntuples(rows) && count < ROOM_CHATS_AT_JOIN) {
        bytes += (size_t)PQgetlength(rows, count, 3) + 200;
        if (bytes > CHATS_BYTES)
            break;
        count++;
    }
    return count;
}

static void on_chats(void *data, const PGresult *rows, const char *sqlstate)
{
    struct chats c = *(struct chats *)data;
    free(data);
    struct member *m = room_member(c.room, c.page_id);
    c.room->waiting--;
    if (!m)
        return;
    if (sqlstate) {
        page_refuse(m->page, "join", "database", "what was said before could not be read");
        return;
    }
    m4_autobuf struct m4_buf b = M4_BUF(2 * CHATS_BYTES);
    struct m4_jw w = M4_JW(&b);
    int count = how_many_fit(rows);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "chats");
    m4_jw_kint(&w, "r", m->room->id);
    m4_jw_key(&w, "m");
    m4_jw_open(&w, '[');
    for (int i = count - 1; i >= 0; i--) {
        m4_jw_open(&w, '{');
        m4_jw_kint(&w, "id", atoll(PQgetvalue(rows, i, 0)));
        m4_jw_kint(&w, "u", atoll(PQgetvalue(rows, i, 1)));
        m4_jw_kstr(&w, "n", PQgetvalue(rows, i, 2));
        m4_jw_kstr(&w, "at", PQgetvalue(rows, i, 4));
        m4_jw_kstr(&w, "text", PQgetvalue(rows, i, 3));
        m4_jw_close(&w, '}');
    }
    m4_jw_close(&w, ']');
    m4_jw_kbool(&w, "more", PQntuples(rows) > count);
    m4_jw_close(&w, '}');
    page_say(m->page, &b);
}

void welcome_send(struct member *m, int64_t chat_cursor)
{
    m4_autobuf struct m4_buf b = M4_BUF(WELCOME_BYTES);
    struct m4_jw w = M4_JW(&b);
    write_welcome(m, &w);
    page_say(m->page, &b);
    if (chat_cursor >= m->room->chat_head)
        return;
    struct chats *c = malloc(sizeof(*c));
    if (!c)
        abort();
    *c = (struct chats){m->room, m->page->id};
    m->room->waiting++;
    char id[24], after[24], limit[24];
    db_query(app.db, &chat_after,
             (const char *[]){db_number(m->room->id, id), db_number(chat_cursor, after),
                              db_number(ROOM_CHATS_AT_JOIN + 1, limit)},
             on_chats, c);
}
