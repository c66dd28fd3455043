#include <string.h>

#include "lib/pg.h"
#include "tests/unit/test.h"

static void each_state_has_its_class(void **state)
{
    static const struct {
        char sqlstate[6];
        enum m4_pg_class class;
    } cases[] = {
        {"", M4_PG_LOST},          {"00000", M4_PG_FINE},     {"08006", M4_PG_LOST},
        {"57P01", M4_PG_LOST},     {"57P03", M4_PG_LOST},     {"57014", M4_PG_BUSY},
        {"40001", M4_PG_BUSY},     {"40P01", M4_PG_BUSY},     {"55P03", M4_PG_BUSY},
        {"53100", M4_PG_FULL},     {"53200", M4_PG_FULL},     {"53300", M4_PG_FULL},
        {"58030", M4_PG_FULL},     {"22001", M4_PG_INVALID},  {"22P02", M4_PG_INVALID},
        {"23505", M4_PG_CONFLICT}, {"23503", M4_PG_CONFLICT}, {"P0001", M4_PG_CONFLICT},
        {"42601", M4_PG_FAULT},    {"42501", M4_PG_FAULT},    {"XX001", M4_PG_FAULT},
        {"55000", M4_PG_FAULT},    {"58P01", M4_PG_FAULT},    {"57000", M4_PG_FAULT},
    };
    for (size_t i = 0; i < M4_COUNT(cases); i++)
        if (m4_pg_class(cases[i].sqlstate) != cases[i].class)
            fail_msg("%s", cases[i].sqlstate);
}

static void no_server_is_a_lost_connection(void **state)
{
    struct m4_err err = {.sqlstate = "x"};
    assert_null(m4_pg_open("host=/nowhere port=5432 dbname=m4sh", 2, &err));
    assert_string_equal(err.sqlstate, "");
    assert_int_equal(m4_pg_class(err.sqlstate), M4_PG_LOST);
    assert_non_null(strstr(err.text, "cannot reach PostgreSQL: "));
    assert_int_not_equal(err.text[strlen(err.text) - 1], '\n');
    assert_null(m4_pg_open("host=/nowhere", 2, NULL));
}

RUN("pg", TEST(each_state_has_its_class), TEST(no_server_is_a_lost_connection))
