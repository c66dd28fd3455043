#include "daemon/store/writer.h"

#include <string.h>

#include "daemon/store/link.h"
#include "daemon/store/pgarray.h"
#include "lib/clock.h"
#include "lib/log.h"

enum { COLUMNS = 9, ARRAY_BYTES = 64 * 1024 * 1024, COMMITS_KEPT = 200, RETRY_MS = 200 };

#define FROM_ARRAYS                                                                                \
    " FROM unnest($1::int8[], $2::int8[], $3::text[], $4::int8[], $5::int8[], $6::int8[],"         \
    " $7::text[], $8::text[], $9::int8[]) AS u (place, number, client, seq, lamport, person,"      \
    " element, words, made_us) "

#define MADE_AT "'epoch'::timestamptz + made_us * interval '1 microsecond'"

/* Each answers how many of the rows given are there afterwards, as given. */
static struct stmt put_ops = {
    "WITH new AS (INSERT INTO board_op (board_id, version, client, seq, lamport, person_id,"
    " element, fields, made_at) SELECT place, number, client, seq, lamport, person, element,"
    " words::jsonb, " MADE_AT FROM_ARRAYS
    "ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM new",
    COLUMNS, 0};
static struct stmt put_chat = {
    "WITH new AS (INSERT INTO chat_message (lesson_id, id, client, seq, person_id, body, made_at)"
    " SELECT place, number, client, seq, person, words, " MADE_AT FROM_ARRAYS
    "ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM new",
    COLUMNS, 0};
static struct stmt same_ops = {"SELECT count(*)" FROM_ARRAYS
                               "JOIN board_op o ON o.board_id = place AND o.version = number AND"
                               " o.client = u.client AND o.seq = u.seq",
                               COLUMNS, 0};
static struct stmt same_chat = {"SELECT count(*)" FROM_ARRAYS
                                "JOIN chat_message c ON c.lesson_id = place AND c.id = number AND"
                                " c.client = u.client AND c.seq = u.seq",
                                COLUMNS, 0};

struct writer {
    struct loop *loop;
    struct link *link;
    void (*on_calm)(void);
    struct entry *first, **last; /* waiting, then behind them the newest */
    size_t queued;               /* in flight too */
    struct entry *flight;        /* the batch being committed, its own list */
    size_t flight_count;
    size_t most;        /* entries of the next batch: halved while one is refused */
    size_t halves_left; /* entries until `most` is as it should be again */
    bool verifying;     /* the flight's rows were there before: are they the same? */
    bool refused, lost, missing;
    int answers; /* statements of the flight still unanswered */
    int64_t sent_us;
    int64_t commits[COMMITS_KEPT];
    size_t commits_seen;
    struct chore send_chore;
    struct timer retry_timer;
    struct m4_buf arrays[2][COLUMNS];
};

static void send_batch(struct chore *chore);

static void fill_arrays(struct m4_buf *a, const struct entry *flight, bool chat, uint32_t n)
{
    static const enum pg_oid types[COLUMNS] = {PG_INT8, PG_INT8, PG_TEXT, PG_INT8, PG_INT8,
                                               PG_INT8, PG_TEXT, PG_TEXT, PG_INT8};
    for (size_t i = 0; i < COLUMNS; i++)
        pgarray_begin(&a[i], types[i], n);
    for (const struct entry *e = flight; e; e = e->next) {
        if (e->is_chat != chat)
            continue;
        pgarray_int8(&a[0], e->place);
        pgarray_int8(&a[1], e->number);
        pgarray_text(&a[2], e->client, strlen(e->client));
        pgarray_int8(&a[3], e->seq);
        pgarray_int8(&a[4], e->lamport);
        pgarray_int8(&a[5], e->person_id);
        pgarray_text(&a[6], e->element, strlen(e->element));
        pgarray_text(&a[7], e->text, e->text_len);
        pgarray_int8(&a[8], e->made_us);
    }
}

static uint32_t count_kind(const struct entry *flight, bool chat)
{
    uint32_t n = 0;
    for (const struct entry *e = flight; e; e = e->next)
        n += e->is_chat == chat;
    return n;
}

static void note_commit(struct writer *w)
{
    w->commits[w->commits_seen++ % COMMITS_KEPT] = m4_mono_us() - w->sent_us;
}

/* The flight is decided: tells the entries' owners, who may put new ones meanwhile. */
static void finish(struct writer *w, bool stored)
{
    struct entry *e = M4_TAKE(w->flight);
    bool was_busy = w->queued >= WRITER_PAUSE;
    w->queued -= w->flight_count;
    w->flight_count = 0;
    while (e) {
        struct entry *next = e->next;
        e->done(e, stored);
        e = next;
    }
    if (was_busy && w->queued < WRITER_PAUSE)
        w->on_calm();
    if (w->first)
        loop_chore(w->loop, &w->send_chore);
}

/* So many of a batch in halves are decided. */
static void halves_decided(struct writer *w)
{
    w->halves_left -= w->flight_count < w->halves_left ? w->flight_count : w->halves_left;
    if (!w->halves_left)
        w->most = WRITER_BATCH;
}

/* The flight's one entry cannot be stored. Those its owner put behind it follow from it (their
 * versions count on), so they go with it: stored, they would be a log with a hole. */
static void refuse_flight(struct writer *w)
{
    const void *owner = w->flight->owner;
    struct entry **last = &w->flight->next;
    log_error("write_refused", M4_S("kind", w->flight->is_chat ? "chat" : "board"),
              M4_N("place", w->flight->place), M4_N("number", w->flight->number));
    halves_decided(w);
    w->last = &w->first;
    while (*w->last) {
        struct entry *e = *w->last;
        if (e->owner != owner) {
            w->last = &e->next;
            continue;
        }
        *w->last = e->next;
        e->next = NULL;
        *last = e;
        last = &e->next;
        w->flight_count++;
    }
    finish(w, false);
}

/* Puts the flight back in front, to go out again in halves. */
static void bisect(struct writer *w)
{
    if (w->flight_count == 1) {
        refuse_flight(w);
        return;
    }
    if (!w->halves_left)
        w->halves_left = w->flight_count;
    w->most = w->flight_count / 2;
    struct entry *tail = w->flight;
    while (tail->next)
        tail = tail->next;
    tail->next = w->first;
    if (!w->first)
        w->last = &tail->next;
    w->first = M4_TAKE(w->flight);
    w->flight_count = 0;
    loop_chore(w->loop, &w->send_chore);
}

static void send_flight(struct writer *w);

static void retry_later(struct writer *w)
{
    if (!w->retry_timer.place)
        timer_set(w->loop, &w->retry_timer, RETRY_MS);
}

static void decide(struct writer *w, bool all_there)
{
    if (w->lost) {
        w->verifying = false;
        if (link_is_up(w->link))
            retry_later(w); /* busy or full: the same again in a moment */
        return;             /* else on_up sends it again */
    }
    if (w->refused) {
        w->verifying = false;
        bisect(w);
        return;
    }
    if (!all_there && !w->verifying) {
        w->verifying = true;
        send_flight(w);
        return;
    }
    w->verifying = false;
    if (!all_there) {
        bisect(w);
        return;
    }
    halves_decided(w);
    note_commit(w);
    finish(w, true);
}

struct answer {
    struct writer *writer;
    uint32_t expected;
};

static void on_answer(void *data, const PGresult *result, const char *sqlstate)
{
    struct answer a = *(struct answer *)data;
    free(data);
    struct writer *w = a.writer;
    if (sqlstate) {
        enum m4_pg_class class = m4_pg_class(sqlstate);
        if (class == M4_PG_LOST || class == M4_PG_BUSY || class == M4_PG_FULL)
            w->lost = true;
        else
            w->refused = true;
    } else if ((uint32_t)atoi(PQgetvalue(result, 0, 0)) != a.expected) {
        w->missing = true;
    }
    if (--w->answers == 0)
        decide(w, !w->missing);
}

static void send_kind(struct writer *w, bool chat, uint32_t n, bool last)
{
    struct m4_buf *a = w->arrays[chat];
    if (!w->verifying)
        fill_arrays(a, w->flight, chat, n);
    struct param params[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        params[i] = (struct param){a[i].data, (int)a[i].len, true};
    struct answer *answer = malloc(sizeof(*answer));
    if (!answer)
        abort();
    *answer = (struct answer){w, n};
    struct stmt *stmt =
        w->verifying ? (chat ? &same_chat : &same_ops) : (chat ? &put_chat : &put_ops);
    link_send(w->link, stmt, params, last, on_answer, answer);
}

static void send_flight(struct writer *w)
{
    uint32_t chats = count_kind(w->flight, true);
    uint32_t ops = (uint32_t)w->flight_count - chats;
    w->refused = w->lost = w->missing = false;
    w->answers = (ops > 0) + (chats > 0);
    w->sent_us = m4_mono_us();
    if (ops)
        send_kind(w, false, ops, !chats);
    if (chats)
        send_kind(w, true, chats, true);
}

static void send_batch(struct chore *chore)
{
    struct writer *w = M4_OBJECT_OF(chore, struct writer, send_chore);
    if (w->flight || !w->first || !link_is_up(w->link))
        return;
    struct entry **end = &w->first;
    size_t bytes = 0;
    while (*end && w->flight_count < w->most && bytes < WRITER_BATCH_BYTES) {
        bytes += (*end)->text_len;
        w->flight_count++;
        end = &(*end)->next;
    }
    w->flight = w->first;
    w->first = *end;
    *end = NULL;
    if (!w->first)
        w->last = &w->first;
    send_flight(w);
}

static void on_retry(struct timer *t)
{
    struct writer *w = M4_OBJECT_OF(t, struct writer, retry_timer);
    if (w->flight && !w->answers && link_is_up(w->link))
        send_flight(w);
}

static void on_up(void *data, bool up)
{
    struct writer *w = data;
    if (!up)
        return;
    if (w->flight) /* outcome unknown: again, and rows that are there are looked at */
        retry_later(w);
    else
        loop_chore(w->loop, &w->send_chore);
}

struct writer *writer_new(struct loop *loop, const char *conninfo, void (*on_calm)(void))
{
    struct writer *w = calloc(1, sizeof(*w));
    if (!w)
        abort();
    w->loop = loop;
    w->on_calm = on_calm;
    w->last = &w->first;
    w->most = WRITER_BATCH;
    w->send_chore.run = send_batch;
    w->retry_timer.on_fire = on_retry;
    for (size_t i = 0; i < COLUMNS; i++)
        w->arrays[0][i] = w->arrays[1][i] = M4_BUF(ARRAY_BYTES);
    w->link = link_new(loop, conninfo, "m4shd writer", on_up, w);
    return w;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    timer_clear(w->loop, &w->retry_timer);
    link_free(w->link);
    while (w->flight || w->first) {
        struct entry **from = w->flight ? &w->flight : &w->first;
        struct entry *e = *from;
        *from = e->next;
        e->done(e, false);
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        m4_buf_done(&w->arrays[0][i]);
        m4_buf_done(&w->arrays[1][i]);
    }
    free(w);
}

void writer_put(struct writer *w, struct entry *e)
{
    e->next = NULL;
    *w->last = e;
    w->last = &e->next;
    w->queued++;
    loop_chore(w->loop, &w->send_chore);
}

size_t writer_queue(const struct writer *w)
{
    return w->queued;
}

bool writer_is_up(const struct writer *w)
{
    return link_is_up(w->link);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t writer_commit_us(const struct writer *w)
{
    size_t n = w->commits_seen < COMMITS_KEPT ? w->commits_seen : COMMITS_KEPT;
    if (!n)
        return 0;
    int64_t sorted[COMMITS_KEPT];
    memcpy(sorted, w->commits, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), by_number);
    return sorted[n * 95 / 100];
}
