/* test_loop.c - timers in the order they are due, chores after the turn, messages from threads
 *
 * The clock is the test's: a chore moves it a millisecond each turn, so no turn waits.
 */
#include <pthread.h>

#include "daemon/app.h"
#include "daemon/net/loop.h"
#include "lib/clock.h"
#include "tests/unit/test.h"

struct app app;

enum { MANY = 500, START_MS = 1000 };

static struct loop *loop;
static int64_t now_ms, until_ms, jump_at_ms, jump_ms;
static struct chore tick;
static struct timer timers[MANY];
static struct timer *fired[MANY * 4];
static int64_t fired_ms[MANY * 4];
static size_t fired_count;

static int64_t clock_us(void)
{
    return now_ms * 1000;
}

static void on_tick(struct chore *c)
{
    now_ms += now_ms == jump_at_ms ? jump_ms : 1;
    if (now_ms > until_ms)
        loop_stop(loop);
    else
        loop_chore(loop, c);
}

static void run_until(int64_t end_ms)
{
    until_ms = end_ms;
    tick.run = on_tick;
    loop_chore(loop, &tick);
    loop_run(loop);
}

static void note(struct timer *t)
{
    assert_true(fired_count < M4_COUNT(fired));
    assert_true(t->due_ms <= now_ms);
    assert_int_equal(t->place, 0); /* it is not set any more: it may set itself again */
    fired_ms[fired_count] = now_ms;
    fired[fired_count++] = t;
}

static int begin(void **state)
{
    static const struct m4_clock clock = {clock_us, clock_us};
    (void)state;
    m4_clock_set(&clock);
    now_ms = START_MS;
    jump_at_ms = 0;
    fired_count = 0;
    memset(timers, 0, sizeof(timers));
    for (size_t i = 0; i < MANY; i++)
        timers[i].on_fire = note;
    tick = (struct chore){0};
    loop = loop_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    loop_free(loop);
    m4_clock_set(NULL);
    return 0;
}

static uint32_t random_below(uint32_t limit)
{
    static uint64_t seed = 7;
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % limit;
}

static void timers_fire_when_due_and_in_order(void **state)
{
    (void)state;
    int64_t due_ms[MANY];
    size_t expected = 0;
    for (size_t i = 0; i < MANY; i++)
        timer_set(loop, &timers[i], random_below(300));
    for (size_t i = 0; i < MANY; i++) { /* moved back and forth, cleared, cleared and set */
        if (i % 3 == 0)
            timer_set(loop, &timers[i], random_below(300));
        if (i % 4 == 0)
            timer_clear(loop, &timers[i]);
        if (i % 8 == 0)
            timer_set(loop, &timers[i], random_below(300));
        timer_clear(loop, &timers[(i * 7) % MANY]);
        timer_clear(loop, &timers[(i * 7) % MANY]); /* clearing one that is not set is fine */
        timer_set(loop, &timers[(i * 7) % MANY], random_below(300));
    }
    for (size_t i = 0; i < MANY; i++) {
        due_ms[i] = timers[i].place ? timers[i].due_ms : -1;
        expected += timers[i].place != 0;
    }
    run_until(START_MS + 301);
    assert_int_equal(fired_count, expected);
    for (size_t i = 0; i < fired_count; i++) {
        size_t which = (size_t)(fired[i] - timers);
        assert_int_equal(fired_ms[i], due_ms[which]); /* neither early nor late */
        assert_true(i == 0 || fired[i - 1]->due_ms <= fired[i]->due_ms);
        due_ms[which] = -2; /* once */
    }
}

static void clear_the_next(struct timer *t)
{
    note(t);
    timer_clear(loop, t + 1);
    timer_set(loop, t + 2, 50);
}

static void a_timer_may_clear_and_move_others_that_are_due_too(void **state)
{
    (void)state;
    timers[0].on_fire = clear_the_next;
    timer_set(loop, &timers[0], 5);
    timer_set(loop, &timers[1], 6);
    timer_set(loop, &timers[2], 6);
    jump_at_ms = START_MS + 2;
    jump_ms = 10; /* all three are due in one turn */
    run_until(START_MS + 100);
    assert_int_equal(fired_count, 2);
    assert_ptr_equal(fired[0], &timers[0]);
    assert_ptr_equal(fired[1], &timers[2]);
    assert_int_equal(fired_ms[1], START_MS + 12 + 50);
}

static void set_again(struct timer *t)
{
    note(t);
    timer_set(loop, t, 0);
}

static void a_timer_that_sets_itself_does_not_hold_the_turn(void **state)
{
    (void)state;
    timers[0].on_fire = set_again;
    timer_set(loop, &timers[0], -5);
    timer_set(loop, &timers[1], 20);
    run_until(START_MS + 20);
    assert_int_equal(fired_count, 20 + 2); /* once a turn, and the other in its time */
    for (size_t i = 0; i + 2 < fired_count; i++)
        assert_int_equal(fired_ms[i], START_MS + i);
    timer_clear(loop, &timers[0]);
}

static struct chore chores[3];
static char order[16];

static void note_chore(struct chore *c)
{
    order[strlen(order)] = (char)('a' + (c - chores));
    if (c == &chores[1] && strlen(order) < 6)
        loop_chore(loop, c); /* again: in the next turn */
}

static void chores_run_once_each_in_the_order_asked(void **state)
{
    (void)state;
    memset(order, 0, sizeof(order));
    for (size_t i = 0; i < 3; i++)
        chores[i] = (struct chore){.run = note_chore};
    loop_chore(loop, &chores[2]);
    loop_chore(loop, &chores[1]);
    loop_chore(loop, &chores[2]);
    loop_chore(loop, &chores[0]);
    run_until(START_MS + 10);
    assert_string_equal(order, "cbabbb");
    assert_false(chores[0].queued || chores[1].queued || chores[2].queued);
}

enum { POSTS = 1000 };

static struct post posts[POSTS];
static size_t arrived;

static void on_arrive(struct post *p)
{
    assert_ptr_equal(p, &posts[arrived]);
    if (++arrived == POSTS)
        loop_stop(loop);
}

static void *post_all(void *data)
{
    (void)data;
    for (size_t i = 0; i < POSTS; i++)
        loop_post(loop, &posts[i]);
    return NULL;
}

static void messages_of_another_thread_arrive_in_order(void **state)
{
    (void)state;
    pthread_t thread;
    arrived = 0;
    for (size_t i = 0; i < POSTS; i++)
        posts[i].on_arrive = on_arrive;
    assert_int_equal(pthread_create(&thread, NULL, post_all, NULL), 0);
    loop_run(loop);
    pthread_join(thread, NULL);
    assert_int_equal(arrived, POSTS);
}

static int64_t lag_seen;

static void see_lag(struct timer *t)
{
    note(t);
    lag_seen = loop_lag_ms(loop);
}

static void a_long_turn_is_remembered_for_ten_seconds(void **state)
{
    (void)state;
    jump_at_ms = START_MS + 100;
    jump_ms = 300;
    timers[0].on_fire = see_lag;
    timer_set(loop, &timers[0], 5000);
    run_until(START_MS + 12000);
    assert_int_equal(lag_seen, 300);
    assert_true(loop_lag_ms(loop) < 10);
}

static int pipe_fds[2];
static char heard;

static void on_pipe(void *data)
{
    assert_ptr_equal(data, &pipe_fds);
    assert_int_equal(read(pipe_fds[0], &heard, 1), 1);
    loop_stop(loop);
}

static void a_watched_descriptor_is_read_though_its_owner_closed_another(void **state)
{
    (void)state;
    assert_int_equal(pipe(pipe_fds), 0);
    int copy = dup(pipe_fds[0]);
    struct watch *w = watch_new(loop, copy, on_pipe, pipe_fds);
    close(copy);
    assert_int_equal(write(pipe_fds[1], "!", 1), 1);
    loop_run(loop);
    assert_int_equal(heard, '!');
    watch_free(w);
    watch_free(NULL);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

#define WITH_LOOP(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("loop", WITH_LOOP(timers_fire_when_due_and_in_order),
    WITH_LOOP(a_timer_may_clear_and_move_others_that_are_due_too),
    WITH_LOOP(a_timer_that_sets_itself_does_not_hold_the_turn),
    WITH_LOOP(chores_run_once_each_in_the_order_asked),
    WITH_LOOP(messages_of_another_thread_arrive_in_order),
    WITH_LOOP(a_long_turn_is_remembered_for_ten_seconds),
    WITH_LOOP(a_watched_descriptor_is_read_though_its_owner_closed_another))
