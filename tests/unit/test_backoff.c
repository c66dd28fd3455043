/* When a child that ended may start again. */
#include "supervisor/care/backoff.h"
#include "tests/unit/test.h"

enum { SPARSE_MS = 10 * 60 * 1000 }; /* so far apart that it is no loop */

static void the_ceiling_doubles_up_to_a_minute(void **state)
{
    (void)state;
    static const int64_t ceilings[] = {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct backoff b = {0};
    for (size_t i = 0; i < M4_COUNT(ceilings); i++) {
        struct backoff most = b, least = b;
        assert_int_equal(backoff_ended(&most, (int64_t)i * SPARSE_MS, (uint64_t)ceilings[i]),
                         ceilings[i]);
        assert_int_equal(backoff_ended(&least, (int64_t)i * SPARSE_MS, 0), 0);
        assert_true(backoff_ended(&b, (int64_t)i * SPARSE_MS, UINT64_MAX) <= ceilings[i]);
        assert_false(b.looping);
    }
}

static void five_ends_within_five_minutes_are_a_loop(void **state)
{
    (void)state;
    struct backoff b = {0};
    for (int i = 0; i < BACKOFF_LOOP_ENDS - 1; i++)
        assert_true(backoff_ended(&b, i * 75000, 7) <= BACKOFF_MOST_MS);
    assert_false(b.looping);
    assert_int_equal(backoff_ended(&b, 4 * 75000, 7), BACKOFF_DEGRADED_MS);
    assert_true(b.looping);
    assert_int_equal(backoff_ended(&b, 4 * 75000 + SPARSE_MS, 7), BACKOFF_DEGRADED_MS);
}

static void five_ends_in_a_little_more_are_none(void **state)
{
    (void)state;
    struct backoff b = {0};
    for (int i = 0; i < 20; i++) {
        assert_true(backoff_ended(&b, i * 75001, 7) <= BACKOFF_MOST_MS);
        assert_false(b.looping);
    }
}

static void health_is_a_fresh_start(void **state)
{
    (void)state;
    struct backoff b = {0};
    for (int i = 0; i < BACKOFF_LOOP_ENDS; i++)
        backoff_ended(&b, i, 7);
    assert_true(b.looping);
    backoff_forget(&b);
    assert_true(backoff_ended(&b, 10, UINT64_MAX) <= BACKOFF_FIRST_MS);
    assert_false(b.looping);
}

RUN("backoff", TEST(the_ceiling_doubles_up_to_a_minute),
    TEST(five_ends_within_five_minutes_are_a_loop), TEST(five_ends_in_a_little_more_are_none),
    TEST(health_is_a_fresh_start))
