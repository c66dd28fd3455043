#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/config.h"
#include "tests/unit/test.h"

static char name[8];
static int64_t port;
static bool loud;
static const struct m4_setting table[] = {
    {"name", "M4SH_TEST_NAME", M4_SET_TEXT, name, "box", 1, sizeof(name), "what it is called"},
    {"port", "M4SH_TEST_PORT", M4_SET_NUMBER, &port, "80", 1, 65535, "where"},
    {"loud", NULL, M4_SET_BOOL, &loud, "no", 0, 0, "how"},
    {0},
};
static const char *const others[] = {"their_setting", NULL};
static char path[] = "/tmp/m4sh-config-XXXXXX";
static struct m4_err err;

static int load(const char *bytes, size_t len)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
    err = (struct m4_err){0};
    return m4_config_load(table, path, others, &err);
}

static void load_says(const char *text, const char *says)
{
    assert_int_equal(load(text, strlen(text)), -EINVAL);
    if (!strstr(err.text, says))
        fail_msg("said \"%s\", not \"%s\"", err.text, says);
}

static void file_wins_over_default_and_environment_over_file(void **state)
{
    static const char text[] =
        "# a comment\n\n  name =  b x \r\nport=81\nloud = yes\ntheir_setting = 5";
    assert_int_equal(load(text, strlen(text)), 0);
    assert_string_equal(name, "b x");
    assert_int_equal(port, 81);
    assert_true(loud);
    setenv("M4SH_TEST_PORT", "82", 1);
    setenv("M4SH_TEST_NAME", "", 1); /* empty is not set */
    assert_int_equal(load(text, strlen(text)), 0);
    assert_int_equal(port, 82);
    assert_string_equal(name, "b x");
    setenv("M4SH_TEST_PORT", "x", 1);
    load_says(text, "environment variable M4SH_TEST_PORT: port: \"x\" is not a whole number");
    unsetenv("M4SH_TEST_PORT");
    assert_int_equal(m4_config_load(table, "/nowhere/at/all", NULL, &err), 0);
    assert_int_equal(m4_config_load(table, NULL, NULL, &err), 0);
    assert_string_equal(name, "box");
    assert_false(loud);
}

static void what_is_refused_is_named_with_its_line(void **state)
{
    load_says("port = 0\n", " line 1: port: 0 is not within 1 to 65535");
    load_says("\n\nport\n", " line 3: \"port\" is not name = value");
    load_says("potr = 1\n", " line 1: there is no setting \"potr\"");
    load_says("loud = true\n", " line 1: loud is \"true\", not yes or no");
    load_says("name = 12345678\n", " line 1: name has 8 bytes, not 1 to 7");
    load_says("name =\n", " line 1: name has 0 bytes, not 1 to 7");
    load_says("= 5\n", " line 1: there is no setting \"\"");
}

static void a_long_line_is_not_two(void **state)
{
    char text[1200];
    memset(text, ' ', sizeof(text));
    memcpy(text, "name = a", 8);
    memcpy(text + 1030, "port = 99\n", 10);
    assert_int_equal(load(text, 1040), -EINVAL);
    assert_non_null(strstr(err.text, "line 1: longer than 1022 bytes"));
    assert_int_equal(load("name = a\0b\n", 11), -EINVAL);
    memset(text, 'x', sizeof(text));
    text[0] = '#';
    text[1022] = '\n';
    assert_int_equal(load(text, 1023), 0);
}

static void a_directory_is_no_file(void **state)
{
    assert_int_equal(m4_config_load(table, "/tmp", NULL, &err), -EISDIR);
    assert_non_null(strstr(err.text, "cannot read \"/tmp\": Is a directory"));
}

static void explaining_shows_value_and_range(void **state)
{
    char text[1024] = "";
    FILE *f = fmemopen(text, sizeof(text), "w");
    assert_int_equal(m4_config_load(table, NULL, NULL, NULL), 0);
    assert_int_equal(m4_config_set(table, "port", "443", NULL), 0);
    assert_int_equal(m4_config_set(table, "none", "443", NULL), -ENOENT);
    m4_config_explain(table, f);
    fclose(f);
    assert_non_null(
        strstr(text, "port = 443\n    where (default \"80\", 1 to 65535, M4SH_TEST_PORT)"));
    assert_non_null(strstr(text, "loud = no\n    how (default \"no\")"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(file_wins_over_default_and_environment_over_file),
                                       TEST(what_is_refused_is_named_with_its_line),
                                       TEST(a_long_line_is_not_two), TEST(a_directory_is_no_file),
                                       TEST(explaining_shows_value_and_range)};
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
    unlink(path);
    return failed;
}
