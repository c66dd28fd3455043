/* room_out.c - what goes out of a room: commits to those who are up to date, parts of the log
 * to those who are behind */
#include <stdio.h>
#include <string.h>

#include "daemon/app.h"
#include "daemon/room/room_in.h"
#include "daemon/store/entity.h"
#include "lib/clock.h"

enum { FRAME_BYTES = 60 * 1024, MESSAGE_BYTES = 512 * 1024 };

void out_frame_to_all(struct room *room, const struct m4_buf *b, const struct page *but,
                      bool is_volatile)
{
    if (b->failed)
        return;
    struct frame *f = frame_new(M4_WS_TEXT, b->data, b->len);
    for (struct member *m = room->members; m; m = m->next)
        if (m->page != but)
            socket_send(m->page->socket, f, is_volatile);
    frame_unref(f);
}

/* --- catching up --------------------------------------------------------------------------------
 */

static void begin_ops(struct m4_buf *b, int64_t board_id)
{
    m4_buf_clear(b);
    m4_buf_fmt(b, "{\"t\":\"ops\",\"b\":%lld,\"o\":[", (long long)board_id);
}

struct fetch {
    struct room *room;
    uint64_t page_id;
    size_t board_index;
    int64_t from;
};

static void on_fetched(void *data, const PGresult *rows, const char *sqlstate)
{
    struct fetch f = *(struct fetch *)data;
    free(data);
    f.room->waiting--;
    struct member *m = room_member(f.room, f.page_id);
    if (!m || !m->follows[f.board_index].fetching || m->follows[f.board_index].sent != f.from)
        return; /* gone, or it said hello again */
    struct follow *follow = &m->follows[f.board_index];
    follow->fetching = false;
    if (sqlstate) {
        socket_close(m->page->socket, M4_WS_TRY_LATER, "the log could not be read");
        return;
    }
    m4_autobuf struct m4_buf b = M4_BUF(MESSAGE_BYTES);
    begin_ops(&b, m->room->boards[f.board_index]->id);
    int n = PQntuples(rows);
    for (int i = 0; i < n && b.len < FRAME_BYTES; i++) {
        m4_buf_fmt(&b, "%s{\"v\":%s,\"c\":\"%s\",\"s\":%s,\"l\":%s,\"u\":%s,\"e\":\"%s\",\"f\":%s}",
                   i ? "," : "", PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1),
                   PQgetvalue(rows, i, 2), PQgetvalue(rows, i, 3), PQgetvalue(rows, i, 4),
                   PQgetvalue(rows, i, 5), PQgetvalue(rows, i, 6));
        follow->sent = atoll(PQgetvalue(rows, i, 0));
    }
    m4_buf_str(&b, "]}");
    if (n)
        page_say(m->page, &b);
    follow->behind = follow->sent < m->room->boards[f.board_index]->stored;
}

static void fetch(struct member *m, size_t board_index)
{
    struct follow *follow = &m->follows[board_index];
    struct fetch *f = malloc(sizeof(*f));
    if (!f)
        abort();
    *f = (struct fetch){m->room, m->page->id, board_index, follow->sent};
    follow->fetching = true;
    m->room->waiting++;
    char id[24], after[24], limit[24];
    db_query(app.db, &board_ops,
             (const char *[]){db_number(m->room->boards[board_index]->id, id),
                              db_number(follow->sent, after), db_number(BOARD_OPS_A_FRAME, limit)},
             on_fetched, f);
}

void out_catch_up(struct member *m, size_t board_index)
{
    struct follow *follow = &m->follows[board_index];
    struct board *board = m->room->boards[board_index];
    if (!board_tail(board, follow->sent + 1)) {
        fetch(m, board_index);
        return;
    }
    m4_autobuf struct m4_buf b = M4_BUF(MESSAGE_BYTES);
    begin_ops(&b, board->id);
    for (int n = 0; n < BOARD_OPS_A_FRAME && b.len < FRAME_BYTES && follow->sent < board->stored;
         n++) {
        if (n)
            m4_buf_str(&b, ",");
        m4_buf_str(&b, board_tail(board, ++follow->sent));
    }
    m4_buf_str(&b, "]}");
    follow->behind = follow->sent < board->stored;
    page_say(m->page, &b);
}

/* --- what became durable ------------------------------------------------------------------------
 */

/* The run of one board's entries that begins at `first`. */
struct run {
    struct board *board;
    size_t index;
    int64_t from, to; /* versions */
    const struct entry *first, *end;
};

static void ack(struct member *m, const struct board *b, int64_t s, int64_t v0, int64_t n)
{
    char text[160];
    int len =
        snprintf(text, sizeof(text), "{\"t\":\"ack\",\"b\":%lld,\"s\":%lld,\"v0\":%lld,\"n\":%lld}",
                 (long long)b->id, (long long)s, (long long)v0, (long long)n);
    socket_say(m->page->socket, text, (size_t)len);
}

/* To an author: acks for what is his, the others' between them, in the order of versions. */
static void send_mixed(struct member *m, const struct run *r)
{
    m4_autobuf struct m4_buf b = M4_BUF(MESSAGE_BYTES);
    const struct entry *e = r->first;
    while (e != r->end) {
        bool own = e->author == m->page->id;
        int64_t v0 = e->number, n = 0, s = 0;
        begin_ops(&b, r->board->id);
        for (; e != r->end && (e->author == m->page->id) == own && n < BOARD_OPS_A_FRAME &&
               b.len < FRAME_BYTES && (!own || !n || e->seq == s + 1); /* none refused between */
             e = e->next, n++) {
            s = e->seq;
            if (!own) {
                m4_buf_str(&b, n ? "," : "");
                m4_buf_str(&b, board_tail(r->board, e->number));
            }
        }
        m4_buf_str(&b, "]}");
        if (own)
            ack(m, r->board, s, v0, n);
        else
            page_say(m->page, &b);
    }
}

static bool wrote_in(const struct member *m, const struct run *r)
{
    for (const struct entry *e = r->first; e != r->end; e = e->next)
        if (e->author == m->page->id)
            return true;
    return false;
}

/* One frame for everybody who is up to date and wrote none of it. */
static void send_run(struct room *room, const struct run *r)
{
    m4_autobuf struct m4_buf b = M4_BUF(MESSAGE_BYTES);
    begin_ops(&b, r->board->id);
    for (const struct entry *e = r->first; e != r->end; e = e->next) {
        m4_buf_str(&b, e == r->first ? "" : ",");
        m4_buf_str(&b, board_tail(r->board, e->number));
    }
    m4_buf_str(&b, "]}");
    if (b.failed)
        abort();
    struct frame *f = frame_new(M4_WS_TEXT, b.data, b.len);
    for (struct member *m = room->members; m; m = m->next) {
        struct follow *follow = &m->follows[r->index];
        if (!follow->started || follow->behind)
            continue;
        if (follow->sent + 1 != r->from) { /* it said hello while this was on its way */
            follow->behind = follow->sent < r->to;
            if (follow->behind)
                out_catch_up(m, r->index);
            continue;
        }
        follow->sent = r->to;
        if (wrote_in(m, r))
            send_mixed(m, r);
        else
            socket_send(m->page->socket, f, false);
    }
    frame_unref(f);
}

static void send_chat(struct room *room, const struct entry *e)
{
    struct member *author = room_member(room, e->author);
    const char *name = e->text + e->text_len + 1; /* the author may have left */
    char stamp[M4_TIME_TEXT];
    m4_autobuf struct m4_buf b = M4_BUF(64 * 1024);
    struct m4_jw w = M4_JW(&b);
    m4_time_text(e->made_us, stamp);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "chat");
    m4_jw_kint(&w, "r", room->id);
    m4_jw_kint(&w, "id", e->number);
    m4_jw_kint(&w, "u", e->person_id);
    m4_jw_kstr(&w, "n", name);
    m4_jw_kstr(&w, "at", stamp);
    m4_jw_key(&w, "text");
    m4_jw_strn(&w, e->text, e->text_len);
    m4_jw_close(&w, '}');
    out_frame_to_all(room, &b, author ? author->page : NULL, false);
    if (!author)
        return;
    m4_buf_clear(&b);
    m4_buf_fmt(&b, "{\"t\":\"cack\",\"r\":%lld,\"s\":%lld,\"id\":%lld,\"at\":\"%s\"}",
               (long long)room->id, (long long)e->seq, (long long)e->number, stamp);
    page_say(author->page, &b);
}

/* From `first` on: entries of the same board, as many as one frame takes. */
static const struct entry *send_ops(struct room *room, const struct entry *first)
{
    struct run r = {.first = first, .from = first->number};
    r.board = room_board(room, first->place, &r.index);
    size_t bytes = 0, n = 0;
    for (r.end = first; r.end && !r.end->is_chat && r.end->place == first->place &&
                        n < BOARD_OPS_A_FRAME && bytes < FRAME_BYTES;
         r.end = r.end->next, n++) {
        r.to = r.end->number;
        bytes += r.end->text_len + 160;
    }
    send_run(room, &r);
    return r.end;
}

void out_broadcast(struct chore *chore)
{
    struct room *room = M4_OBJECT_OF(chore, struct room, chore);
    struct entry *fresh = M4_TAKE(room->fresh);
    room->fresh_last = &room->fresh;
    bool good = true;
    for (struct entry *e = fresh; good && e; e = e->next) {
        struct board *b = e->is_chat ? NULL : room_board(room, e->place, NULL);
        good = e->is_chat || board_apply(b, e);
    }
    for (const struct entry *e = fresh; good && e;) {
        if (!e->is_chat) {
            e = send_ops(room, e);
            continue;
        }
        send_chat(room, e);
        e = e->next;
    }
    while (fresh) {
        struct entry *next = fresh->next;
        free(fresh);
        fresh = next;
    }
    if (!good)
        room_break(room);
}
