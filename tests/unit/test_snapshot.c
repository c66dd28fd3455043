/* test_snapshot.c - a board's snapshot, with workers that this test plays */
#include <zlib.h>

#include "daemon/app.h"
#include "daemon/net/worker.h"
#include "daemon/room/snapshot.h"
#include "tests/unit/test.h"

struct app app;

static struct job *jobs[4];
static size_t job_count;
static bool busy;

bool workers_run(struct workers *workers, struct job *job)
{
    (void)workers;
    if (busy || job_count == M4_COUNT(jobs))
        return false;
    jobs[job_count++] = job;
    return true;
}

static struct snapshot *made[4];
static size_t made_count, refusals;

static void on_made(void *data, struct snapshot *s)
{
    assert_ptr_equal(data, &made_count);
    if (s)
        made[made_count++] = s;
    else
        refusals++;
}

static void forget_made(void)
{
    while (made_count)
        snapshot_unref(made[--made_count]);
}

static struct board *new_board(void)
{
    job_count = refusals = 0;
    busy = false;
    return board_new(3, "0123456789abcdef");
}

static void finish_job(size_t i)
{
    jobs[i]->run(jobs[i]);
    jobs[i]->done(jobs[i]);
}

static void draw(struct board *b)
{
    static const char fields[] = "{\"c\":1}";
    m4_autofree struct entry *e = calloc(1, sizeof(*e) + sizeof(fields));
    e->number = e->seq = e->lamport = b->stored + 1;
    strcpy(e->client, "aaaaaaaaaaaaaaaaaaaaaaaa");
    strcpy(e->element, "e1");
    memcpy(e->text, fields, sizeof(fields));
    e->text_len = sizeof(fields) - 1;
    e->person_id = 1;
    assert_true(board_apply(b, e));
}

static void it_is_compressed_and_kept(void **state)
{
    (void)state;
    struct board *b = new_board();
    draw(b);
    snapshot_make(b, on_made, &made_count);
    assert_int_equal(made_count, 0);
    finish_job(0);
    assert_int_equal(made_count, 1);
    const struct snapshot *s = made[0];
    char text[1024];
    uLongf len = sizeof(text);
    assert_int_equal(uncompress((Bytef *)text, &len, s->deflated, s->deflated_len), Z_OK);
    assert_int_equal(len, s->json_len);
    assert_memory_equal(text, s->json, len);
    assert_int_equal(s->version, 1);
    snapshot_make(b, on_made, &made_count); /* the same version: at once, no job */
    assert_int_equal(made_count, 2);
    assert_ptr_equal(made[0], made[1]);
    assert_int_equal(job_count, 1);
    forget_made();
    snapshot_drop(b);
    board_free(b);
}

static void who_asks_meanwhile_waits_for_the_same_one(void **state)
{
    (void)state;
    struct board *b = new_board();
    snapshot_make(b, on_made, &made_count);
    jobs[0]->run(jobs[0]); /* compressed, and not back on the loop yet */
    snapshot_make(b, on_made, &made_count);
    snapshot_make(b, on_made, &made_count);
    assert_int_equal(made_count, 0); /* not with a half filled answer */
    assert_int_equal(job_count, 1);
    jobs[0]->done(jobs[0]);
    assert_int_equal(made_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(made[i] == made[0] && made[i]->deflated_len > 0);
    forget_made();
    snapshot_drop(b);
    board_free(b);
}

static void a_newer_version_is_another_one(void **state)
{
    (void)state;
    struct board *b = new_board();
    snapshot_make(b, on_made, &made_count);
    draw(b);
    snapshot_make(b, on_made, &made_count);
    assert_int_equal(job_count, 2);
    finish_job(1);
    finish_job(0); /* the older one is late, and still its own */
    assert_int_equal(made_count, 2);
    assert_int_equal(made[0]->version, 1);
    assert_int_equal(made[1]->version, 0);
    assert_int_equal(b->snapshot->version, 1);
    forget_made();
    snapshot_drop(b);
    board_free(b);
}

static void a_board_may_go_while_it_is_made(void **state)
{
    (void)state;
    struct board *b = new_board();
    snapshot_make(b, on_made, &made_count);
    snapshot_drop(b);
    board_free(b);
    finish_job(0);
    assert_int_equal(made_count, 1);
    forget_made();
}

static void busy_workers_are_told(void **state)
{
    (void)state;
    struct board *b = new_board();
    busy = true;
    snapshot_make(b, on_made, &made_count);
    assert_int_equal(refusals, 1);
    assert_null(b->snapshot);
    busy = false;
    snapshot_make(b, on_made, &made_count);
    finish_job(0);
    assert_int_equal(made_count, 1);
    forget_made();
    snapshot_drop(b);
    board_free(b);
}

RUN("snapshot", TEST(it_is_compressed_and_kept), TEST(who_asks_meanwhile_waits_for_the_same_one),
    TEST(a_newer_version_is_another_one), TEST(a_board_may_go_while_it_is_made),
    TEST(busy_workers_are_told))
