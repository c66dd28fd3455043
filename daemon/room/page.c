#include "daemon/room/page.h"

#include <string.h>

#include "daemon/app.h"
#include "daemon/room/room_in.h"

static struct page *pages;
static size_t count;
static uint64_t next_id;

static void hear(struct socket *socket, const char *text, size_t len)
{
    struct page *p = socket_data(socket);
    p->on_message(p, text, len);
}

static void on_drained(struct socket *socket)
{
    struct page *p = socket_data(socket);
    for (struct member *m = p->members; m; m = m->next_of_page)
        room_drained(m);
}

static void on_close(struct socket *socket, int why)
{
    (void)why;
    struct page *p = socket_data(socket);
    while (p->members)
        room_leave(p->members);
    *p->at = p->next;
    if (p->next)
        p->next->at = p->at;
    count--;
    session_release(p->session);
    free(p);
}

static const struct socket_events events = {hear, on_drained, on_close};

static void on_open(struct socket *socket, void *data)
{
    struct page *p = data;
    if (!socket) {
        session_release(p->session);
        free(p);
        return;
    }
    p->id = ++next_id;
    p->socket = socket;
    p->next = pages;
    p->at = &pages;
    if (p->next)
        p->next->at = &p->next;
    pages = p;
    count++;
}

void page_open(struct request *r, struct session *session, page_message_cb *on_message)
{
    struct page *p = calloc(1, sizeof(*p));
    if (!p)
        abort();
    p->session = session_hold(session);
    p->on_message = on_message;
    socket_upgrade(r, &events, p, on_open);
}

void page_say(struct page *p, const struct m4_buf *b)
{
    if (!b->failed)
        socket_say(p->socket, b->data, b->len);
}

void page_refuse(struct page *p, const char *of, const char *code, const char *detail)
{
    m4_autobuf struct m4_buf b = M4_BUF(2048);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "err");
    m4_jw_kstr(&w, "of", of);
    m4_jw_kstr(&w, "code", code);
    m4_jw_kstr(&w, "detail", detail);
    m4_jw_close(&w, '}');
    page_say(p, &b);
}

struct page *page_by_id(uint64_t id)
{
    struct page *p = pages;
    while (p && p->id != id)
        p = p->next;
    return p;
}

struct member *page_member(const struct page *p, int64_t lesson_id)
{
    struct member *m = p->members;
    while (m && m->room->id != lesson_id)
        m = m->next_of_page;
    return m;
}

struct member *page_member_of_board(const struct page *p, int64_t board_id)
{
    struct member *m = p->members;
    while (m && !room_board(m->room, board_id, NULL))
        m = m->next_of_page;
    return m;
}

void page_hold(struct page *p)
{
    if (p->held)
        return;
    p->held = true;
    socket_hold(p->socket);
}

void pages_calm(void)
{
    for (struct page *p = pages; p; p = p->next) {
        if (!p->held)
            continue;
        p->held = false;
        socket_resume(p->socket);
    }
}

void pages_check_sessions(void)
{
    struct page *next;
    for (struct page *p = pages; p; p = next) {
        next = p->next;
        /* Looking is no use of the session: a forgotten tablet signs out. */
        int64_t seen_us = p->session->seen_us;
        if (session_is_valid(p->session)) {
            p->session->seen_us = seen_us;
            session_note_use(app.sessions, p->session);
            continue;
        }
        page_refuse(p, "session", "sign_in", "the session ended; sign in again");
        socket_close(p->socket, M4_WS_POLICY, "the session ended");
    }
}

size_t pages_count(void)
{
    return count;
}
