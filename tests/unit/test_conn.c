/* test_conn.c - who is connected: limits per address, the waiting line, turns */
#include <stdio.h>

#include "daemon/net/conn.h"
#include "lib/clock.h"
#include "tests/unit/test.h"

enum { TOTAL = 12, SIGNED = 6, UNSIGNED = 2 };

static struct conn_table *table;
static struct conn *turns[64];
static size_t turn_count;
static bool close_at_once; /* a connection that breaks the moment it is served */
static int64_t now_us;

static int64_t clock_us(void)
{
    return now_us;
}

static void on_turn(struct conn *c)
{
    assert_false(c->waiting);
    if (close_at_once)
        conn_close(c);
    else
        turns[turn_count++] = c;
}

static int begin(void **state)
{
    static const struct m4_clock clock = {clock_us, clock_us};
    (void)state;
    now_us = 1000000;
    m4_clock_set(&clock);
    turn_count = 0;
    close_at_once = false;
    table = conn_table_new(&(struct conn_limits){TOTAL, SIGNED, UNSIGNED}, on_turn);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(conn_count(table), 0);
    assert_null(conn_oldest_waiting(table, INT64_MAX));
    conn_table_free(table); /* LeakSanitizer watches that no address is left */
    m4_clock_set(NULL);
    return 0;
}

static struct conn *from(const char *address)
{
    return conn_open(table, VIA_TLS, address, (uid_t)-1);
}

static void who_is_above_the_first_limit_waits_for_a_turn(void **state)
{
    (void)state;
    struct conn *a = from("10.0.0.1"), *b = from("10.0.0.1"), *c = from("10.0.0.1");
    struct conn *d = from("10.0.0.1"), *other = from("10.0.0.2");
    assert_false(a->waiting || b->waiting || other->waiting);
    assert_true(c->waiting && d->waiting);
    assert_true(conn_is_wanted(a) && !conn_is_wanted(other));
    conn_close(b);
    assert_int_equal(turn_count, 1);
    assert_ptr_equal(turns[0], c); /* first come, first served */
    assert_false(c->waiting);
    conn_close(a);
    assert_ptr_equal(turns[1], d);
    assert_false(conn_is_wanted(c));
    conn_close(c);
    conn_close(d);
    conn_close(other);
    assert_int_equal(turn_count, 2);
}

static void signing_in_makes_room_for_the_next(void **state)
{
    (void)state;
    struct conn *a = from("10.0.0.1"), *b = from("10.0.0.1"), *c = from("10.0.0.1");
    assert_true(conn_sign_in(a));
    assert_ptr_equal(turns[0], c);
    assert_true(conn_sign_in(a)); /* once more changes nothing */
    struct conn *d = from("10.0.0.1");
    assert_true(d->waiting);
    conn_close(a); /* was signed in: frees no place among the others */
    assert_int_equal(turn_count, 1);
    conn_close(b);
    assert_int_equal(turn_count, 2);
    conn_close(c);
    conn_close(d);
}

static void an_address_has_a_limit_and_others_go_on(void **state)
{
    (void)state;
    struct conn *c[SIGNED];
    for (size_t i = 0; i < SIGNED; i++) {
        c[i] = from("10.0.0.1");
        assert_non_null(c[i]);
        assert_true(conn_sign_in(c[i]));
    }
    assert_null(from("10.0.0.1"));
    struct conn *other = from("10.0.0.2");
    assert_non_null(other);
    conn_close(c[0]);
    c[0] = from("10.0.0.1");
    assert_non_null(c[0]);
    for (size_t i = 0; i < SIGNED; i++)
        conn_close(c[i]);
    conn_close(other);
}

static void the_signed_in_have_a_limit_too(void **state)
{
    (void)state;
    conn_table_free(table);
    table = conn_table_new(&(struct conn_limits){TOTAL, 1, 1}, on_turn);
    struct conn *a = from("10.0.0.1");
    assert_true(conn_sign_in(a));
    assert_null(from("10.0.0.1"));
    conn_close(a);
    a = from("10.0.0.1");
    assert_non_null(a);
    conn_close(a);
}

static void all_together_have_a_limit_but_local_tools_come_in(void **state)
{
    (void)state;
    struct conn *c[TOTAL];
    for (size_t i = 0; i < TOTAL; i++) {
        char address[24];
        snprintf(address, sizeof(address), "10.0.1.%zu", i);
        assert_false(conn_is_full(table));
        c[i] = from(address);
        assert_non_null(c[i]);
    }
    assert_true(conn_is_full(table));
    assert_null(from("10.0.2.1"));
    struct conn *local = conn_open(table, VIA_LOCAL, "", 0);
    assert_non_null(local);
    assert_string_equal(local->address, "local");
    assert_true(conn_sign_in(local));
    assert_false(conn_is_wanted(local));
    conn_close(local);
    for (size_t i = 0; i < TOTAL; i++)
        conn_close(c[i]);
}

static void who_waits_may_leave_the_line_anywhere(void **state)
{
    (void)state;
    for (size_t leaves = 0; leaves < 3; leaves++) {
        struct conn *a = from("10.0.0.1"), *b = from("10.0.0.1"), *w[3];
        turn_count = 0;
        for (size_t i = 0; i < 3; i++)
            w[i] = from("10.0.0.1");
        conn_close(w[leaves]);
        conn_close(a);
        conn_close(b);
        assert_int_equal(turn_count, 2);
        for (size_t i = 0, turn = 0; i < 3; i++)
            if (i != leaves)
                assert_ptr_equal(turns[turn++], w[i]);
        conn_close(turns[0]);
        conn_close(turns[1]);
        assert_int_equal(conn_count(table), 0);
    }
}

static void a_turn_that_ends_at_once_passes_to_the_next(void **state)
{
    (void)state;
    struct conn *a = from("10.0.0.1"), *b = from("10.0.0.1");
    for (size_t i = 0; i < 4; i++)
        assert_true(from("10.0.0.1")->waiting);
    close_at_once = true;
    conn_close(b);
    assert_int_equal(conn_count(table), 1);
    conn_close(a);
}

static void the_last_turn_may_take_its_address_along(void **state)
{
    (void)state;
    conn_table_free(table);
    table = conn_table_new(&(struct conn_limits){TOTAL, SIGNED, 1}, on_turn);
    struct conn *a = from("10.0.0.1");
    assert_true(from("10.0.0.1")->waiting);
    close_at_once = true;
    conn_close(a);
    assert_int_equal(conn_count(table), 0);
}

static void long_waits_are_found(void **state)
{
    (void)state;
    struct conn *a = from("10.0.0.1"), *b = from("10.0.0.1");
    now_us += 5000000;
    struct conn *c = from("10.0.0.1");
    now_us += 5000000;
    struct conn *d = from("10.0.0.1");
    assert_null(conn_oldest_waiting(table, c->since_ms));
    assert_ptr_equal(conn_oldest_waiting(table, c->since_ms + 1), c);
    conn_close(c);
    assert_null(conn_oldest_waiting(table, d->since_ms));
    assert_ptr_equal(conn_oldest_waiting(table, INT64_MAX), d);
    conn_close(d);
    conn_close(a);
    conn_close(b);
}

#define WITH_TABLE(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("conn", WITH_TABLE(who_is_above_the_first_limit_waits_for_a_turn),
    WITH_TABLE(signing_in_makes_room_for_the_next),
    WITH_TABLE(an_address_has_a_limit_and_others_go_on), WITH_TABLE(the_signed_in_have_a_limit_too),
    WITH_TABLE(all_together_have_a_limit_but_local_tools_come_in),
    WITH_TABLE(who_waits_may_leave_the_line_anywhere),
    WITH_TABLE(a_turn_that_ends_at_once_passes_to_the_next),
    WITH_TABLE(the_last_turn_may_take_its_address_along), WITH_TABLE(long_waits_are_found))
