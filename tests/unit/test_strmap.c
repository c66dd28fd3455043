/* test_strmap.c - texts to pointers: everything put is found, nothing else is */
#include <stdio.h>

#include "daemon/room/strmap.h"
#include "tests/unit/test.h"

enum { MANY = 30000 };

static void an_empty_map_knows_nothing(void **state)
{
    (void)state;
    struct strmap m = {0};
    assert_null(strmap_get(&m, "a"));
    assert_null(strmap_get(&m, ""));
    strmap_done(&m, NULL);
    assert_int_equal(m.room, 0);
}

static void all_that_was_put_is_found_through_growth(void **state)
{
    (void)state;
    struct strmap m = {0};
    static char keys[MANY][8];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof(keys[i]), "%zx", i);
        assert_null(strmap_get(&m, keys[i]));
        strmap_put(&m, keys[i], keys[i]);
        assert_int_equal(m.count, i + 1);
        assert_true(m.count * 4 <= m.room * 3);
    }
    for (size_t i = 0; i < MANY; i++) {
        char copy[8];
        memcpy(copy, keys[i], sizeof(copy));
        assert_ptr_equal(strmap_get(&m, copy), keys[i]);
    }
    assert_null(strmap_get(&m, "nobody"));
    strmap_done(&m, NULL);
}

static size_t freed;

static void count_free(void *value)
{
    freed++;
    free(value);
}

static void every_value_is_freed_once(void **state)
{
    (void)state;
    struct strmap m = {0};
    for (size_t i = 0; i < 100; i++) {
        char *key = malloc(8);
        snprintf(key, 8, "%zu", i);
        strmap_put(&m, key, key);
    }
    strmap_done(&m, count_free);
    assert_int_equal(freed, 100);
    assert_null(strmap_get(&m, "1"));
}

RUN("strmap", TEST(an_empty_map_knows_nothing), TEST(all_that_was_put_is_found_through_growth),
    TEST(every_value_is_freed_once))
