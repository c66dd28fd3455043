#include "lib/clock.h"
#include "tests/unit/test.h"

static int64_t five(void)
{
    return 5999;
}

static int64_t seven(void)
{
    return 7;
}

static void another_clock_can_take_the_place(void **state)
{
    m4_clock_set(&(const struct m4_clock){five, seven});
    assert_int_equal(m4_mono_us(), 5999);
    assert_int_equal(m4_mono_ms(), 5);
    assert_int_equal(m4_wall_us(), 7);
    m4_clock_set(NULL);
    int64_t before = m4_mono_us();
    assert_true(m4_mono_us() >= before);
    assert_true(m4_wall_us() > INT64_C(1700000000000000));
}

static void times_are_written_in_utc(void **state)
{
    char buf[M4_TIME_TEXT];
    assert_string_equal(m4_time_text(INT64_C(1770797702114999), buf), "2026-02-11T08:15:02.114Z");
    assert_string_equal(m4_time_text(0, buf), "1970-01-01T00:00:00.000Z");
    assert_string_equal(m4_time_text(-1, buf), "1969-12-31T23:59:59.999Z");
    assert_string_equal(m4_time_text(-1000000, buf), "1969-12-31T23:59:59.000Z");
}

RUN("clock", TEST(another_clock_can_take_the_place), TEST(times_are_written_in_utc))
