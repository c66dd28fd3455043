/* test_throttle.c - buckets, and patience with wrong passwords; time is what the test says */
#include <stdio.h>

#include "daemon/guard/throttle.h"
#include "tests/unit/test.h"

enum { RATE = 60, BURST = 240, HOUR_MS = 3600 * 1000 };

static void a_bucket_gives_its_burst_then_its_rate(void **state)
{
    (void)state;
    struct bucket b = {0};
    int64_t now = 5000;
    for (int i = 0; i < BURST; i++)
        assert_int_equal(bucket_take(&b, RATE, BURST, now), 0);
    assert_int_equal(bucket_take(&b, RATE, BURST, now), 17); /* one of 60 a second: 16.7 ms */
    assert_int_equal(bucket_take(&b, RATE, BURST, now), 34); /* the debt grows */
    assert_int_equal(bucket_take(&b, RATE, BURST, now + 17), 33);
    now += 17 + 33; /* the debt is paid */
    assert_int_equal(bucket_take(&b, RATE, BURST, now), 17);
    now += 1017; /* a second: sixty more */
    for (int i = 0; i < RATE; i++)
        assert_int_equal(bucket_take(&b, RATE, BURST, now), 0);
    assert_true(bucket_take(&b, RATE, BURST, now) > 0);
}

static void a_bucket_is_never_more_than_full(void **state)
{
    (void)state;
    struct bucket b = {0};
    assert_int_equal(bucket_take(&b, 1, 2, 1), 0);
    int64_t now = INT64_C(30) * 86400 * 1000;
    assert_int_equal(bucket_take(&b, 1, 2, now), 0);
    assert_int_equal(bucket_take(&b, 1, 2, now), 0);
    assert_int_equal(bucket_take(&b, 1, 2, now), 1000);
}

static void the_sixth_failure_waits_and_each_one_longer(void **state)
{
    (void)state;
    static const int64_t waits_s[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    int64_t now = 1000000;
    for (int i = 0; i < 5; i++) {
        login_failed("olena", "10.0.0.1", now);
        assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), 0);
    }
    for (size_t i = 0; i < M4_COUNT(waits_s); i++) {
        login_failed("olena", "10.0.0.1", now);
        int64_t wait = waits_s[i] * 1000;
        assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), wait);
        assert_int_equal(login_wait_ms("olena", "10.0.0.1", now + wait - 1), 1);
        now += wait;
        assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), 0); /* never a lock */
    }
    for (int i = 0; i < 1000; i++)
        login_failed("olena", "10.0.0.1", now);
    assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), 60000);
    assert_int_equal(login_wait_ms("OLENA", "10.0.0.1", now), 60000); /* no way around by case */
    assert_int_equal(login_wait_ms("olena", "10.0.0.2", now), 0);
    assert_int_equal(login_wait_ms("petro", "10.0.0.1", now), 0);
    login_succeeded("olena", "10.0.0.1");
    assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), 0);
    login_failed("olena", "10.0.0.1", now);
    assert_int_equal(login_wait_ms("olena", "10.0.0.1", now), 0); /* counted from one again */
}

static void an_hour_forgets(void **state)
{
    (void)state;
    int64_t now = 50000000;
    for (int i = 0; i < 20; i++)
        login_failed("ivan", "10.0.0.1", now);
    now += HOUR_MS + 1;
    assert_int_equal(login_wait_ms("ivan", "10.0.0.1", now), 0);
    for (int i = 0; i < 5; i++)
        login_failed("ivan", "10.0.0.1", now);
    assert_int_equal(login_wait_ms("ivan", "10.0.0.1", now), 0);
    login_failed("ivan", "10.0.0.1", now);
    assert_int_equal(login_wait_ms("ivan", "10.0.0.1", now), 1000);
}

static void strangers_do_not_wait_for_each_other(void **state)
{
    (void)state;
    char login[24];
    int64_t now = 90000000;
    for (int i = 0; i < 20000; i++) { /* more than are remembered */
        snprintf(login, sizeof(login), "pupil%d", i);
        assert_int_equal(login_wait_ms(login, "10.0.0.1", now), 0);
        login_failed(login, "10.0.0.1", now);
        now++;
    }
    for (int i = 0; i < 7; i++)
        login_failed("pupil19999", "10.0.0.1", now);
    assert_int_equal(login_wait_ms("pupil19999", "10.0.0.1", now), 4000);
}

static void a_login_of_any_length_is_counted(void **state)
{
    (void)state;
    char login[2000];
    memset(login, 'a', sizeof(login) - 1);
    login[sizeof(login) - 1] = '\0';
    for (int i = 0; i < 6; i++)
        login_failed(login, "10.0.0.9", 1000);
    assert_int_equal(login_wait_ms(login, "10.0.0.9", 1000), 1000);
}

RUN("throttle", TEST(a_bucket_gives_its_burst_then_its_rate),
    TEST(a_bucket_is_never_more_than_full), TEST(the_sixth_failure_waits_and_each_one_longer),
    TEST(an_hour_forgets), TEST(strangers_do_not_wait_for_each_other),
    TEST(a_login_of_any_length_is_counted))
