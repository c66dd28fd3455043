#include <string.h>

#include "lib/buf.h"
#include "tests/unit/test.h"

static void grows_and_stays_terminated(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    for (int i = 0; i < 400; i++)
        m4_buf_fmt(&b, "%03d,", i);
    assert_false(b.failed);
    assert_int_equal(b.len, 1600);
    assert_int_equal(strlen(b.data), 1600);
    assert_memory_equal(b.data + 1596, "399,", 5);
}

static void holds_its_limit_and_no_byte_more(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(5);
    m4_buf_str(&b, "12345");
    assert_false(b.failed);
    m4_buf_add(&b, "", 0);
    assert_false(b.failed);
    m4_buf_add(&b, "6", 1);
    assert_true(b.failed);
    assert_string_equal(b.data, "12345");
}

static void failure_sticks_until_cleared(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(3);
    m4_buf_str(&b, "1234");
    m4_buf_str(&b, "1");
    m4_buf_fmt(&b, "%d", 1);
    assert_null(m4_buf_room(&b, 1));
    assert_int_equal(b.len, 0);
    m4_buf_clear(&b);
    m4_buf_str(&b, "123");
    assert_false(b.failed);
    assert_string_equal(b.data, "123");
    m4_buf_str(&b, "4");
    assert_null(m4_buf_take(&b));
}

static void refused_memory_is_a_failure(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(4096);
    m4_buf_str(&b, "kept");
    test_fail_malloc_at = 0;
    char many[1000] = {0};
    m4_buf_add(&b, many, sizeof(many));
    assert_true(b.failed);
    assert_string_equal(b.data, "kept");
    test_fail_malloc_at = -1;
}

static void cutting_moves_the_rest_to_the_front(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(10);
    m4_buf_cut(&b, 0);
    m4_buf_str(&b, "abcdef");
    m4_buf_cut(&b, 4);
    assert_string_equal(b.data, "ef");
    m4_buf_cut(&b, 2);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.data, "");
}

static void taking_hands_the_text_over(void **state)
{
    struct m4_buf b = M4_BUF(10);
    char *empty = m4_buf_take(&b);
    assert_string_equal(empty, "");
    free(empty);
    m4_buf_str(&b, "mine");
    char *text = m4_buf_take(&b);
    assert_string_equal(text, "mine");
    free(text);
    assert_null(b.data);
    assert_int_equal(b.limit, 10);
    m4_buf_done(&b);
}

RUN("buf", TEST(grows_and_stays_terminated), TEST(holds_its_limit_and_no_byte_more),
    TEST(failure_sticks_until_cleared), TEST(refused_memory_is_a_failure),
    TEST(cutting_moves_the_rest_to_the_front), TEST(taking_hands_the_text_over))
