/* Names and order of migration files, and what is refused before a database is asked. */
#include <stdio.h>
#include <sys/stat.h>

#include "supervisor/care/home.h"
#include "supervisor/data/migration.h"
#include "tests/unit/test.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/m4sh-unit.XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return home_remove_tree(dir, NULL);
}

static void put(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void put_pair(const char *name)
{
    char file[96];
    snprintf(file, sizeof(file), "%s.up.sql", name);
    put(file, "SELECT 1;");
    snprintf(file, sizeof(file), "%s.down.sql", name);
    put(file, "SELECT 2;");
}

static void refuses(const char *words)
{
    m4_automigrations struct migrations m = {0};
    struct m4_err err = {0};
    assert_true(migrations_read(dir, &m, &err) < 0);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    assert_null(m.list);
}

static void names_say_version_and_direction(void **state)
{
    (void)state;
    int version;
    char name[96];
    bool up;
    assert_int_equal(migration_parse_name("0012_chat_2.up.sql", &version, name, 96, &up, NULL), 1);
    assert_int_equal(version, 12);
    assert_string_equal(name, "0012_chat_2");
    assert_true(up);
    assert_int_equal(migration_parse_name("0012_chat_2.down.sql", &version, name, 96, &up, NULL),
                     1);
    assert_false(up);
    assert_int_equal(migration_parse_name("README.md", &version, name, 96, &up, NULL), 0);
}

static void other_sql_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"chat.sql",         "12_chat.up.sql", "0000_zero.up.sql",
                                      "0012-chat.up.sql", "0012_.up.sql",   "0012_Chat.up.sql",
                                      "9999_far.up.sql",  ".up.sql",        "0012_chat.sql",
                                      "0012_chat.UP.sql"};
    for (size_t i = 0; i < M4_COUNT(bad); i++) {
        int version;
        char name[96];
        bool up;
        struct m4_err err = {0};
        assert_true(migration_parse_name(bad[i], &version, name, 96, &up, &err) < 0);
        assert_non_null(strstr(err.text, bad[i]));
    }
}

static void files_come_in_order_whatever_the_directory_says(void **state)
{
    (void)state;
    put_pair("0003_c");
    put_pair("0001_a");
    put_pair("0002_b");
    put("notes.txt", "no migration");
    m4_automigrations struct migrations m = {0};
    assert_int_equal(migrations_read(dir, &m, NULL), 0);
    assert_int_equal(m.count, 3);
    assert_string_equal(m.list[0].name, "0001_a");
    assert_string_equal(m.list[2].name, "0003_c");
    assert_string_equal(m.list[1].up, "SELECT 1;");
    assert_string_equal(m.list[1].down, "SELECT 2;");
    assert_string_equal(m.list[1].sha256, /* printf 'SELECT 1;' | sha256sum */
                        "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a");
}

static void a_gap_is_refused(void **state)
{
    (void)state;
    put_pair("0001_a");
    put_pair("0003_c");
    refuses("migration 0002 is missing");
}

static void a_half_pair_is_refused(void **state)
{
    (void)state;
    put("0001_a.up.sql", "SELECT 1;");
    refuses("\"0001_a\" has no down.sql");
}

static void a_number_used_twice_is_refused(void **state)
{
    (void)state;
    put_pair("0001_a");
    put_pair("0001_b");
    refuses("migration 0001 stands twice");
}

static void an_empty_directory_is_refused(void **state)
{
    (void)state;
    refuses("there are no migrations");
}

static void a_file_too_large_is_refused(void **state)
{
    (void)state;
    put_pair("0001_a");
    char path[160];
    snprintf(path, sizeof(path), "%s/0001_a.up.sql", dir);
    assert_int_equal(truncate(path, MIGRATION_FILE_BYTES + 1), 0);
    refuses("has more than 1048576 bytes");
}

static void out_of_memory_at_any_point_leaks_nothing(void **state)
{
    (void)state;
    put_pair("0001_a");
    put_pair("0002_b");
    int refused = 0;
    for (long at = 0;; at++) {
        m4_automigrations struct migrations m = {0};
        test_fail_malloc_at = at;
        int rc = migrations_read(dir, &m, NULL);
        test_fail_malloc_at = -1;
        if (rc == 0)
            break;
        refused++;
        assert_null(m.list);
    }
    assert_true(refused >= 5); /* the list, and four files */
}

#define HOMED(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)
RUN("migration", TEST(names_say_version_and_direction), TEST(other_sql_is_refused),
    HOMED(files_come_in_order_whatever_the_directory_says), HOMED(a_gap_is_refused),
    HOMED(a_half_pair_is_refused), HOMED(a_number_used_twice_is_refused),
    HOMED(an_empty_directory_is_refused), HOMED(a_file_too_large_is_refused),
    HOMED(out_of_memory_at_any_point_leaks_nothing))
