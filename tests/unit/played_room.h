/* played_room.h - what lies below a room, played for test_room.c alone
 *
 * Sockets that note what they are sent, a writer that commits when told to, a database that
 * answers from what was committed, a loop whose turns the test decides. Defines the real
 * names, so it is included once per program.
 */
#ifndef M4_TESTS_UNIT_PLAYED_ROOM_H
#define M4_TESTS_UNIT_PLAYED_ROOM_H

#include <stdio.h>

#include "daemon/app.h"
#include "daemon/guard/gate.h"
#include "daemon/room/directory.h"
#include "daemon/room/message.h"
#include "daemon/room/room_in.h"
#include "daemon/room/snapshot.h"
#include "daemon/store/db.h"
#include "daemon/store/entity.h"
#include "lib/clock.h"
#include "tests/unit/test.h"

struct app app;

enum { LESSON = 5, BOARD = 11, SAID = 512, LOG = 8192, ASKED = 64, LESSONS = 8 };

/* --- the played loop ------------------------------------------------------------------------- */

static struct chore *chores;
static struct timer *timers[16];

void loop_chore(struct loop *loop, struct chore *chore)
{
    (void)loop;
    if (chore->queued)
        return;
    chore->queued = true;
    chore->next = chores;
    chores = chore;
}

void timer_clear(struct loop *loop, struct timer *t)
{
    (void)loop;
    if (t->place)
        timers[t->place - 1] = NULL;
    t->place = 0;
}

void timer_set(struct loop *loop, struct timer *t, int64_t delay_ms)
{
    (void)loop;
    (void)delay_ms;
    for (size_t i = 0; i < M4_COUNT(timers) && !t->place; i++)
        if (!timers[i]) {
            timers[i] = t;
            t->place = i + 1;
        }
    assert_true(t->place > 0);
}

/* --- the played sockets ---------------------------------------------------------------------- */

struct socket {
    const struct socket_events *events;
    void *data;
    struct session session;
    char *said[SAID];
    size_t said_count;
    int closed; /* the code; 0: open */
    int pauses;
    bool held;
    int64_t version; /* of BOARD, by what it was sent; checked to have no gaps */
};

void socket_upgrade(struct request *r, const struct socket_events *events, void *data,
                    void (*on_open)(struct socket *socket, void *data))
{
    struct socket *s = (struct socket *)r;
    s->events = events;
    s->data = data;
    on_open(s, data);
}

void *socket_data(const struct socket *s)
{
    return s->data;
}

/* A page follows its board: ops and own acks carry the versions that come next. */
static void follow(struct socket *s, const char *text)
{
    m4_autodoc struct m4_doc *doc = NULL;
    assert_int_equal(m4_json_parse(text, strlen(text), M4_JSON_NO_NUL, &doc, NULL), 0);
    const struct m4_json *m = m4_doc_root(doc);
    const char *t = m4_json_text(m, "t", "");
    if (!strcmp(t, "ack")) {
        if (m4_json_number(m, "v0", 0) <= s->version)
            return; /* of one sent again */
        assert_int_equal(m4_json_number(m, "v0", 0), s->version + 1);
        s->version += m4_json_number(m, "n", 0);
    } else if (!strcmp(t, "ops")) {
        const struct m4_json *o = m4_json_get(m, "o");
        assert_true(o->len > 0 && o->len <= BOARD_OPS_A_FRAME);
        for (o = o->child; o; o = o->next)
            assert_int_equal(m4_json_number(o, "v", 0), ++s->version);
    }
}

static void hear(struct socket *s, const char *text, size_t len)
{
    assert_true(s->said_count < SAID && len <= 256 * 1024);
    s->said[s->said_count] = strndup(text, len);
    follow(s, s->said[s->said_count++]);
}

bool socket_say(struct socket *s, const char *text, size_t len)
{
    if (!s->closed)
        hear(s, text, len);
    return !s->closed;
}

bool socket_send(struct socket *s, struct frame *frame, bool is_volatile)
{
    (void)is_volatile;
    size_t head = frame->bytes[1] < 126 ? 2 : frame->bytes[1] == 126 ? 4 : 10;
    return socket_say(s, frame->bytes + head, frame->len - head);
}

void socket_close(struct socket *s, int code, const char *reason)
{
    (void)reason;
    s->closed = s->closed ? s->closed : code;
}

void socket_pause(struct socket *s, int64_t ms)
{
    assert_true(ms > 0);
    s->pauses++;
}

void socket_hold(struct socket *s)
{
    s->held = true;
}

void socket_resume(struct socket *s)
{
    s->held = false;
}

bool session_is_valid(struct session *session)
{
    return !session->ended;
}

void session_note_use(struct sessions *sessions, struct session *session)
{
    (void)sessions;
    (void)session;
}

struct session *session_hold(struct session *session)
{
    return session;
}

void session_release(struct session *session)
{
    (void)session;
}

void snapshot_drop(struct board *board)
{
    assert_null(board->snapshot);
}

/* --- the played writer ----------------------------------------------------------------------- */

static struct entry *waiting[LOG], *stored_log[LOG];
static size_t waiting_count, log_count, queue_more;

void writer_put(struct writer *writer, struct entry *e)
{
    (void)writer;
    assert_true(waiting_count < LOG);
    waiting[waiting_count++] = e;
}

size_t writer_queue(const struct writer *writer)
{
    (void)writer;
    return waiting_count + queue_more;
}

static void remember(const struct entry *e)
{
    size_t bytes = sizeof(*e) + e->text_len + 1;
    assert_true(log_count < LOG);
    stored_log[log_count] = malloc(bytes);
    memcpy(stored_log[log_count++], e, bytes);
}

static void run_chores(void)
{
    while (chores) {
        struct chore *c = chores;
        chores = c->next;
        c->queued = false;
        c->run(c);
    }
}

/* Commits what waits; all is refused from the entry with that number on. */
static void commit_but(int64_t refused)
{
    struct entry *batch[LOG];
    size_t n = waiting_count;
    bool good = true;
    memcpy(batch, waiting, n * sizeof(*batch));
    waiting_count = 0;
    for (size_t i = 0; i < n; i++) {
        good = good && batch[i]->number != refused;
        if (good)
            remember(batch[i]);
        batch[i]->done(batch[i], good);
    }
    run_chores();
}

static void commit(void)
{
    commit_but(-1);
}

/* --- the played database --------------------------------------------------------------------- */

struct question {
    struct stmt *stmt;
    int64_t number[3];
    link_cb *cb;
    void *data;
};

static struct question asked[ASKED];
static size_t asked_count;
static const char *lesson_status;
static bool database_lost;

void db_query(struct db *db, struct stmt *stmt, const char *const *values, link_cb *cb, void *data)
{
    (void)db;
    assert_true(asked_count < ASKED);
    struct question *q = &asked[asked_count++];
    *q = (struct question){.stmt = stmt, .cb = cb, .data = data};
    for (int i = 0; i < stmt->params && i < 3; i++)
        q->number[i] = values[i] ? atoll(values[i]) : 0;
}

const char *db_number(int64_t number, char *buf)
{
    snprintf(buf, 24, "%lld", (long long)number);
    return buf;
}

static PGresult *new_result(int columns)
{
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc names[8];
    memset(names, 0, sizeof(names));
    for (int i = 0; i < columns; i++)
        names[i].name = (char *)"column";
    assert_true(PQsetResultAttrs(r, columns, names));
    return r;
}

static void set(PGresult *r, int row, int column, const char *text)
{
    assert_true(PQsetvalue(r, row, column, (char *)text, (int)strlen(text)));
}

static void set_number(PGresult *r, int row, int column, int64_t number)
{
    char text[24];
    set(r, row, column, db_number(number, text));
}

static PGresult *answer_ops(const struct question *q)
{
    PGresult *r = new_result(7);
    int row = 0;
    for (size_t i = 0; i < log_count && row < q->number[2]; i++) {
        const struct entry *e = stored_log[i];
        if (e->is_chat || e->place != q->number[0] || e->number <= q->number[1])
            continue;
        set_number(r, row, 0, e->number);
        set(r, row, 1, e->client);
        set_number(r, row, 2, e->seq);
        set_number(r, row, 3, e->lamport);
        set_number(r, row, 4, e->person_id);
        set(r, row, 5, e->element);
        set(r, row++, 6, e->text);
    }
    return r;
}

static PGresult *answer_chats(const struct question *q)
{
    PGresult *r = new_result(5);
    int row = 0;
    for (size_t i = log_count; i-- > 0 && row < q->number[2];) {
        const struct entry *e = stored_log[i];
        if (!e->is_chat || e->number <= q->number[1])
            continue;
        set_number(r, row, 0, e->number);
        set_number(r, row, 1, e->person_id);
        set(r, row, 2, "Somebody");
        set(r, row, 3, e->text);
        set(r, row++, 4, "2026-02-11T08:15:02.114Z");
    }
    return r;
}

static PGresult *answer_chat_clients(void)
{
    PGresult *r = new_result(3);
    int rows = 0;
    for (size_t i = 0; i < log_count; i++) {
        const struct entry *e = stored_log[i];
        int row = 0;
        if (!e->is_chat)
            continue;
        while (row < rows && strcmp(PQgetvalue(r, row, 0), e->client) != 0)
            row++;
        rows += row == rows;
        set(r, row, 0, e->client);
        set_number(r, row, 1, e->seq);
        set_number(r, row, 2, e->person_id);
    }
    return r;
}

static PGresult *answer(const struct question *q)
{
    PGresult *r = new_result(4);
    if (q->stmt == &lesson_enter) {
        set(r, 0, 0, "Fractions");
        set(r, 0, 1, lesson_status);
        set(r, 0, 2, "1");
        set(r, 0, 3, "t");
        return r;
    }
    if (q->stmt == &board_rows) {
        set_number(r, 0, 0, BOARD);
        set(r, 0, 1, "0123456789abcdef");
        set(r, 0, 2, "1");
        return r;
    }
    if (q->stmt == &chat_head) {
        int64_t most = 0;
        for (size_t i = 0; i < log_count; i++)
            most = stored_log[i]->is_chat ? stored_log[i]->number : most;
        set_number(r, 0, 0, most);
        return r;
    }
    PQclear(r);
    if (q->stmt == &chat_clients)
        return answer_chat_clients();
    assert_true(q->stmt == &board_ops || q->stmt == &chat_after);
    return q->stmt == &board_ops ? answer_ops(q) : answer_chats(q);
}

static void answer_one(void)
{
    struct question q = asked[0];
    memmove(asked, asked + 1, --asked_count * sizeof(*asked));
    PGresult *r = database_lost ? NULL : answer(&q);
    q.cb(q.data, r, database_lost ? "" : NULL);
    PQclear(r);
}

static void answer_all(void)
{
    while (asked_count) {
        answer_one();
        run_chores();
    }
}

#endif
