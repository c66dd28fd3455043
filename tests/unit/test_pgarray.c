/* test_pgarray.c - arrays as PostgreSQL's array_recv() reads them
 * (src/backend/utils/adt/arrayfuncs.c) */
#include "daemon/store/pgarray.h"
#include "tests/unit/test.h"

static void numbers_are_as_array_recv_reads_them(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {
        0, 0, 0, 1,  /* dimensions */
        0, 0, 0, 0,  /* no NULL among them */
        0, 0, 0, 20, /* int8 */
        0, 0, 0, 2,  /* elements */
        0, 0, 0, 1,  /* index of the first */
        0, 0, 0, 8,  0,    0,    0,    0,    0,    0,    1,    2,
        0, 0, 0, 8,  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    };
    m4_autobuf struct m4_buf b = M4_BUF(1024);
    m4_buf_str(&b, "of the batch before");
    pgarray_begin(&b, PG_INT8, 2);
    pgarray_int8(&b, 258);
    pgarray_int8(&b, -1);
    assert_int_equal(b.len, sizeof(wanted));
    assert_memory_equal(b.data, wanted, sizeof(wanted));
}

static void texts_are_as_array_recv_reads_them(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {0, 0, 0, 1, 0, 0, 0, 0, 0,   0,    0,    25,  0, 0, 0, 2,
                                     0, 0, 0, 1, 0, 0, 0, 4, 'a', 0xd1, 0x96, 'z', 0, 0, 0, 0};
    m4_autobuf struct m4_buf b = M4_BUF(1024);
    pgarray_begin(&b, PG_TEXT, 2);
    pgarray_text(&b, "aіz and more", 4);
    pgarray_text(&b, "", 0);
    assert_int_equal(b.len, sizeof(wanted));
    assert_memory_equal(b.data, wanted, sizeof(wanted));
}

static void ends_of_the_range(void **state)
{
    (void)state;
    m4_autobuf struct m4_buf b = M4_BUF(1024);
    pgarray_begin(&b, PG_INT8, 2);
    pgarray_int8(&b, INT64_MIN);
    pgarray_int8(&b, INT64_MAX);
    assert_memory_equal(b.data + 24, "\x80\0\0\0\0\0\0\0", 8);
    assert_memory_equal(b.data + 36, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8);
}

RUN("pgarray", TEST(numbers_are_as_array_recv_reads_them), TEST(texts_are_as_array_recv_reads_them),
    TEST(ends_of_the_range))
