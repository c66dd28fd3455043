/* test_db.c - the queue in front of the reading links, on links that this test plays */
#include "daemon/store/db.h"
#include "tests/unit/test.h"

enum { LINKS = DB_LINKS, MOST = DB_QUEUE + 100 };

struct link {
    bool up;
    size_t pending;
    void (*on_up)(void *data, bool up);
    void *data;
    link_cb *cb[64];
    void *cb_data[64];
};

static struct link links[LINKS];
static size_t link_count;
static struct chore *chore;

void loop_chore(struct loop *loop, struct chore *c)
{
    (void)loop;
    c->queued = true;
    chore = c;
}

struct link *link_new(struct loop *loop, const char *conninfo, const char *name,
                      void (*on_up)(void *data, bool up), void *data)
{
    (void)loop;
    (void)conninfo;
    (void)name;
    struct link *l = &links[link_count++];
    *l = (struct link){.up = true, .on_up = on_up, .data = data};
    return l;
}

static void answer_all(struct link *l, const char *sqlstate)
{
    size_t n = l->pending;
    l->pending = 0;
    for (size_t i = 0; i < n; i++)
        l->cb[i](l->cb_data[i], NULL, sqlstate);
}

void link_free(struct link *l)
{
    l->up = false;
    answer_all(l, "");
}

bool link_is_up(const struct link *l)
{
    return l->up;
}

size_t link_pending(const struct link *l)
{
    return l->pending;
}

void link_send(struct link *l, struct stmt *stmt, const struct param *params, bool sync,
               link_cb *cb, void *data)
{
    assert_true(l->up && sync && stmt->params == 2 && !params[1].value);
    assert_string_equal(params[0].value, "words");
    assert_true(l->pending < M4_COUNT(l->cb));
    l->cb[l->pending] = cb;
    l->cb_data[l->pending++] = data;
}

static void turn(void)
{
    while (chore) {
        struct chore *c = chore;
        chore = NULL;
        c->queued = false;
        c->run(c);
    }
}

static struct stmt stmt = {"SELECT $1, $2", 2, 0};
static struct db *db;
static size_t good, lost, first_lost;
static bool inside; /* db_query() is running */

static void on_answer(void *data, const PGresult *result, const char *sqlstate)
{
    (void)result;
    assert_false(inside);
    if (sqlstate && !lost)
        first_lost = (size_t)data;
    good += !sqlstate;
    lost += sqlstate != NULL;
}

static void ask(size_t i)
{
    char words[] = "words";
    inside = true;
    db_query(db, &stmt, (const char *[]){words, NULL}, on_answer, (void *)i);
    inside = false;
    memset(words, 'x', 5); /* the query has its own copy */
}

static int begin(void **state)
{
    (void)state;
    link_count = good = lost = first_lost = 0;
    chore = NULL;
    db = db_new(NULL, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    db_free(db);
    return 0;
}

static void work_is_shared_by_the_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10; i++)
        ask(i);
    turn();
    assert_int_equal(links[0].pending, 5);
    assert_int_equal(links[1].pending, 5);
    answer_all(&links[0], NULL);
    answer_all(&links[1], NULL);
    assert_int_equal(good, 10);
}

static void what_waits_is_sent_as_answers_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        ask(i);
    for (int turns = 0; good < 100 && turns < 20; turns++) {
        turn();
        answer_all(&links[0], NULL);
        answer_all(&links[1], NULL);
    }
    assert_int_equal(good, 100);
    assert_int_equal(db_queue(db), 0);
}

static void without_a_link_the_answer_is_lost_at_once(void **state)
{
    (void)state;
    links[0].up = links[1].up = false;
    assert_false(db_is_up(db));
    ask(1);
    turn();
    assert_int_equal(lost, 1);
    links[1].up = true;
    assert_true(db_is_up(db));
    ask(2);
    turn();
    assert_int_equal(links[1].pending, 1);
    answer_all(&links[1], NULL);
    assert_int_equal(good, 1);
}

static void a_full_queue_tells_the_oldest_and_never_from_within(void **state)
{
    (void)state;
    for (size_t i = 0; i < MOST; i++)
        ask(i + 1);
    assert_int_equal(lost, 0);
    turn();
    assert_int_equal(lost, MOST - DB_QUEUE);
    assert_int_equal(first_lost, 1);
    assert_true(db_queue(db) < DB_QUEUE);
}

static void ask_again(void *data, const PGresult *result, const char *sqlstate)
{
    on_answer(data, result, sqlstate);
    if (lost < 3)
        db_query(db, &stmt, (const char *[]){"words", NULL}, ask_again, data);
}

static void who_asks_again_waits_for_the_next_turn(void **state)
{
    (void)state;
    links[0].up = links[1].up = false;
    db_query(db, &stmt, (const char *[]){"words", NULL}, ask_again, NULL);
    for (size_t turns = 1; turns <= 3; turns++) {
        struct chore *c = chore;
        assert_non_null(c);
        chore = NULL;
        c->queued = false;
        c->run(c);
        assert_int_equal(lost, turns);
    }
}

static void what_is_left_at_the_end_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < 60; i++)
        ask(i);
    turn();
    db_free(db);
    assert_int_equal(lost, 60);
    link_count = 0;
    db = db_new(NULL, "");
}

#define WITH_DB(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("db", WITH_DB(work_is_shared_by_the_links), WITH_DB(what_waits_is_sent_as_answers_come),
    WITH_DB(without_a_link_the_answer_is_lost_at_once),
    WITH_DB(a_full_queue_tells_the_oldest_and_never_from_within),
    WITH_DB(who_asks_again_waits_for_the_next_turn), WITH_DB(what_is_left_at_the_end_is_told))
