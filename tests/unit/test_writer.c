/* test_writer.c - the group-commit writer on a link and a loop that this test plays
 *
 * The played database keeps what it takes by (place, number), refuses what it is told to,
 * and loses its connection when told to.
 */
#include <endian.h>
#include <stdio.h>

#include "daemon/store/link.h"
#include "daemon/store/writer.h"
#include "lib/clock.h"
#include "tests/unit/test.h"

/* --- the played loop ------------------------------------------------------------------------- */

static struct chore *chores;
static struct timer *set_timer;

void loop_chore(struct loop *loop, struct chore *chore)
{
    (void)loop;
    if (chore->queued)
        return;
    chore->queued = true;
    chore->next = chores;
    chores = chore;
}

void timer_set(struct loop *loop, struct timer *t, int64_t delay_ms)
{
    (void)loop;
    (void)delay_ms;
    t->place = 1;
    set_timer = t;
}

void timer_clear(struct loop *loop, struct timer *t)
{
    (void)loop;
    t->place = 0;
    if (set_timer == t)
        set_timer = NULL;
}

/* --- the played database --------------------------------------------------------------------- */

enum { ROWS = 4096, SENT = 4 };

struct row {
    int64_t place, number, seq;
    bool chat;
};

static struct row rows[ROWS];
static size_t row_count, commits, biggest;
static int64_t poison;        /* the number that is refused; 0: none */
static const char *fail_with; /* SQLSTATE of the next transaction, "" loses the connection */
static bool commit_then_lose;
static bool up;

struct link {
    void (*on_up)(void *data, bool up);
    void *data;
};
static struct link the_link;

static struct sent {
    bool chat, asks; /* asks: are the rows there as given? */
    uint32_t n;
    struct row rows[WRITER_BATCH];
    link_cb *cb;
    void *data;
} sent[SENT];
static size_t sent_count;
static bool synced;

struct link *link_new(struct loop *loop, const char *conninfo, const char *name,
                      void (*on_up)(void *data, bool up), void *data)
{
    (void)loop;
    (void)conninfo;
    (void)name;
    the_link = (struct link){on_up, data};
    return &the_link;
}

bool link_is_up(const struct link *link)
{
    (void)link;
    return up;
}

static void answer_lost(void)
{
    size_t n = sent_count;
    sent_count = 0;
    synced = false;
    struct sent lost[SENT];
    memcpy(lost, sent, sizeof(lost));
    for (size_t i = 0; i < n; i++)
        lost[i].cb(lost[i].data, NULL, "");
}

void link_free(struct link *link)
{
    (void)link;
    up = false;
    answer_lost();
}

static int64_t int8_at(const struct param *array, uint32_t i)
{
    int64_t n;
    memcpy(&n, array->value + 20 + i * 12 + 4, 8);
    return (int64_t)be64toh((uint64_t)n);
}

void link_send(struct link *link, struct stmt *stmt, const struct param *params, bool sync,
               link_cb *cb, void *data)
{
    (void)link;
    assert_true(up && sent_count < SENT && !synced);
    struct sent *s = &sent[sent_count++];
    uint32_t n;
    memcpy(&n, params[0].value + 12, 4);
    *s = (struct sent){.chat = strstr(stmt->sql, "chat_message"),
                       .asks = strstr(stmt->sql, "JOIN"),
                       .n = be32toh(n),
                       .cb = cb,
                       .data = data};
    assert_true(s->n > 0 && s->n <= WRITER_BATCH);
    for (uint32_t i = 0; i < s->n; i++)
        s->rows[i] = (struct row){int8_at(&params[0], i), int8_at(&params[1], i),
                                  int8_at(&params[3], i), s->chat};
    synced = sync;
}

static struct row *stored_row(const struct row *wanted)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].place == wanted->place && rows[i].number == wanted->number &&
            rows[i].chat == wanted->chat)
            return &rows[i];
    return NULL;
}

static PGresult *count_result(uint32_t n)
{
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc count = {.name = (char[]){"count"}};
    char text[16];
    assert_true(PQsetResultAttrs(r, 1, &count));
    int len = snprintf(text, sizeof(text), "%u", n);
    assert_true(PQsetvalue(r, 0, 0, text, len));
    return r;
}

/* Does the statement, unless it is refused; answers how many rows. */
static uint32_t work(const struct sent *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct row *there = stored_row(&s->rows[i]);
        if (s->asks) {
            n += there && there->seq == s->rows[i].seq;
        } else if (!there) {
            assert_true(row_count < ROWS);
            rows[row_count++] = s->rows[i];
            n++;
        }
    }
    return n;
}

static bool is_poisoned(void)
{
    for (size_t i = 0; i < sent_count; i++)
        for (uint32_t k = 0; poison && k < sent[i].n; k++)
            if (sent[i].rows[k].number == poison && !sent[i].chat)
                return true;
    return false;
}

/* The transaction under way is decided, and answered. */
static void database_turn(void)
{
    static struct sent batch[SENT];
    uint32_t counts[SENT] = {0};
    size_t n = sent_count, entries = 0;
    const char *state = is_poisoned() ? "23514" : fail_with;
    assert_true(synced);
    memcpy(batch, sent, sizeof(batch));
    fail_with = NULL;
    for (size_t i = 0; i < n && !state; i++) {
        counts[i] = work(&batch[i]);
        entries += batch[i].n;
    }
    biggest = entries > biggest ? entries : biggest;
    if (commit_then_lose || (state && !*state)) {
        commit_then_lose = false;
        up = false;
        the_link.on_up(the_link.data, false);
        answer_lost();
        return;
    }
    sent_count = 0;
    synced = false;
    commits += !state;
    for (size_t i = 0; i < n; i++) {
        PGresult *r = state ? NULL : count_result(counts[i]);
        batch[i].cb(batch[i].data, r, state);
        PQclear(r);
    }
}

/* --- driving --------------------------------------------------------------------------------- */

static struct writer *writer;
static int calm;
static int room_a, room_b; /* owners */

static struct {
    int64_t number;
    bool stored, chat;
    const void *owner;
} told[ROWS];
static size_t told_count;

static void on_calm(void)
{
    calm++;
}

static void on_done(struct entry *e, bool stored)
{
    assert_true(told_count < ROWS);
    told[told_count].number = e->number;
    told[told_count].stored = stored;
    told[told_count].chat = e->is_chat;
    told[told_count++].owner = e->owner;
    free(e);
}

static void put(void *owner, int64_t number, bool chat)
{
    struct entry *e = calloc(1, sizeof(*e) + 3);
    e->owner = owner;
    e->done = on_done;
    e->is_chat = chat;
    e->place = owner == &room_a ? 1 : 2;
    e->number = e->seq = number;
    strcpy(e->text, "{}");
    e->text_len = 2;
    writer_put(writer, e);
}

/* Turns until nothing moves; a set timer fires. */
static void settle(void)
{
    for (int turns = 0; turns < 20000; turns++) {
        if (chores) {
            struct chore *c = chores;
            chores = c->next;
            c->queued = false;
            c->run(c);
        } else if (synced) {
            database_turn();
        } else if (set_timer && up) {
            struct timer *t = set_timer;
            timer_clear(NULL, t);
            t->on_fire(t);
        } else {
            return;
        }
    }
    fail_msg("the writer never comes to rest");
}

static void connect_up(void)
{
    up = true;
    the_link.on_up(the_link.data, true);
}

static int begin(void **state)
{
    (void)state;
    row_count = commits = biggest = told_count = sent_count = 0;
    poison = calm = 0;
    fail_with = NULL;
    chores = NULL;
    set_timer = NULL;
    synced = commit_then_lose = false;
    writer = writer_new(NULL, "", on_calm);
    connect_up();
    return 0;
}

static int end(void **state)
{
    (void)state;
    writer_free(writer);
    return 0;
}

static void all_told_in_order(size_t n)
{
    assert_int_equal(told_count, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(told[i].stored);
        assert_int_equal(told[i].number, i + 1);
    }
    assert_int_equal(row_count, n);
    assert_int_equal(writer_queue(writer), 0);
}

/* --- the sentences --------------------------------------------------------------------------- */

static void what_gathers_goes_out_in_one_commit(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= 100; i++)
        put(&room_a, i, false);
    assert_int_equal(writer_queue(writer), 100);
    settle();
    all_told_in_order(100);
    assert_int_equal(commits, 1);
}

static void a_batch_has_a_limit(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= WRITER_BATCH * 2 + 1; i++)
        put(&room_a, i, false);
    settle();
    all_told_in_order(WRITER_BATCH * 2 + 1);
    assert_int_equal(commits, 3);
    assert_int_equal(biggest, WRITER_BATCH);
}

static void chat_and_operations_share_a_commit(void **state)
{
    (void)state;
    put(&room_a, 1, false);
    put(&room_a, 2, true);
    put(&room_a, 3, false);
    settle();
    all_told_in_order(3);
    assert_int_equal(commits, 1);
    assert_true(told[1].chat);
}

static void a_commit_of_unknown_outcome_is_stored_once(void **state)
{
    (void)state;
    commit_then_lose = true;
    for (int64_t i = 1; i <= 10; i++)
        put(&room_a, i, false);
    settle();
    assert_int_equal(told_count, 0); /* nobody was told anything meanwhile */
    connect_up();
    settle();
    all_told_in_order(10);
}

static void a_lost_commit_is_sent_again(void **state)
{
    (void)state;
    fail_with = "";
    put(&room_a, 1, false);
    put(&room_a, 2, true);
    settle();
    connect_up();
    settle();
    all_told_in_order(2);
}

static void a_full_disk_is_waited_for(void **state)
{
    (void)state;
    fail_with = "53100";
    put(&room_a, 1, false);
    settle();
    all_told_in_order(1);
}

static void a_version_that_is_somebody_elses_is_refused(void **state)
{
    (void)state;
    rows[row_count++] = (struct row){1, 1, 77, false};
    put(&room_a, 1, false);
    settle();
    assert_int_equal(told_count, 1);
    assert_false(told[0].stored);
}

static void the_one_at_fault_stands_alone_and_takes_its_room_along(void **state)
{
    (void)state;
    for (poison = 1; poison <= 20; poison++) {
        row_count = told_count = 0;
        for (int64_t i = 1; i <= 20; i++) {
            put(&room_a, i, false);
            put(&room_b, 1000 + i, false);
        }
        settle();
        assert_int_equal(told_count, 40);
        int64_t next_a = 1, next_b = 1001;
        for (size_t i = 0; i < 40; i++) {
            bool b = told[i].owner == &room_b;
            assert_int_equal(told[i].number, b ? next_b++ : next_a++); /* in the order put */
            assert_int_equal(told[i].stored, b || told[i].number < poison);
        }
        /* The log of room a has no hole: nothing behind the refused one. */
        for (size_t i = 0; i < row_count; i++)
            assert_true(rows[i].place == 2 || rows[i].number < poison);
        assert_int_equal(writer_queue(writer), 0);
    }
}

static void batches_are_whole_again_after_a_refusal(void **state)
{
    (void)state;
    poison = 3;
    for (int64_t i = 1; i <= 8; i++)
        put(&room_a, i, false);
    settle();
    poison = 0;
    told_count = row_count = commits = 0;
    for (int64_t i = 1; i <= 8; i++) /* what is left of the halves, one by one */
        put(&room_b, i, false);
    settle();
    commits = biggest = 0;
    for (int64_t i = 101; i <= 200; i++)
        put(&room_b, i, false);
    settle();
    assert_int_equal(commits, 1);
    assert_int_equal(biggest, 100);
}

static void authors_are_read_again_when_the_queue_is_short(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= WRITER_PAUSE + 1; i++)
        put(&room_a, i, false);
    settle();
    assert_int_equal(calm, 1);
    put(&room_a, WRITER_PAUSE + 2, false);
    settle();
    assert_int_equal(calm, 1);
}

static void what_waits_at_the_end_is_given_back(void **state)
{
    (void)state;
    put(&room_a, 1, false);
    put(&room_b, 2, true);
    writer_free(writer);
    writer = NULL;
    assert_int_equal(told_count, 2);
    assert_false(told[0].stored || told[1].stored);
}

static int64_t stepping_us(void)
{
    static int64_t now = 1000000;
    return now += 3000;
}

static void the_commit_time_is_from_send_to_durable(void **state)
{
    (void)state;
    static const struct m4_clock stepping = {stepping_us, stepping_us};
    assert_int_equal(writer_commit_us(writer), 0);
    m4_clock_set(&stepping);
    put(&room_a, 1, false);
    settle();
    m4_clock_set(NULL);
    assert_int_equal(writer_commit_us(writer), 3000); /* the clock was asked twice */
}

#define WITH_WRITER(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("writer", WITH_WRITER(what_gathers_goes_out_in_one_commit), WITH_WRITER(a_batch_has_a_limit),
    WITH_WRITER(chat_and_operations_share_a_commit),
    WITH_WRITER(a_commit_of_unknown_outcome_is_stored_once),
    WITH_WRITER(a_lost_commit_is_sent_again), WITH_WRITER(a_full_disk_is_waited_for),
    WITH_WRITER(a_version_that_is_somebody_elses_is_refused),
    WITH_WRITER(the_one_at_fault_stands_alone_and_takes_its_room_along),
    WITH_WRITER(batches_are_whole_again_after_a_refusal),
    WITH_WRITER(authors_are_read_again_when_the_queue_is_short),
    WITH_WRITER(what_waits_at_the_end_is_given_back),
    WITH_WRITER(the_commit_time_is_from_send_to_durable))
