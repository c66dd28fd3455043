#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "lib/args.h"
#include "tests/unit/test.h"

static bool verbose;
static const char *home;
static int64_t port;
static const struct m4_opt options[] = {
    {"verbose", 'v', M4_OPT_FLAG, &verbose, 0, 0, NULL, "say more"},
    {"home-dir", 'H', M4_OPT_TEXT, &home, 0, 0, "DIR", "all state"},
    {"port", 0, M4_OPT_NUMBER, &port, 1, 65535, "N", "where to listen"},
    {0},
};
static const struct m4_usage usage = {"prog", "does it", "FILE...", 0, 2, options};

static struct m4_err err;
static char **words;

static int run(const char *line)
{
    static char copy[256];
    static char *argv[16];
    int argc = 0;
    verbose = false;
    home = NULL;
    port = -1;
    err = (struct m4_err){0};
    snprintf(copy, sizeof(copy), "prog %s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return m4_args(&usage, argc, argv, &words, &err);
}

static void options_and_words_mix(void **state)
{
    assert_int_equal(run("one --port 80 -v two --home_dir=/x"), 2);
    assert_string_equal(words[0], "one");
    assert_string_equal(words[1], "two");
    assert_int_equal(port, 80);
    assert_true(verbose);
    assert_string_equal(home, "/x");
    assert_int_equal(run("-H --port -- --port"), 1);
    assert_string_equal(home, "--port");
    assert_string_equal(words[0], "--port");
    assert_int_equal(run("-"), 1);
    assert_int_equal(run(""), 0);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"--prot 80", "there is no option --prot; prog --help lists them"},
        {"-x", "there is no option -x"},
        {"-vv", "there is no option -vv"},
        {"--port", "option --port needs a value"},
        {"--port 0", "option --port: 0 is not within 1 to 65535"},
        {"--port 65536", "option --port: 65536 is not within"},
        {"--port 8x", "option --port: \"8x\" is not a whole number"},
        {"--port=", "option --port: \"\" is not a whole number"},
        {"--port=+8", "option --port: \"+8\" is not a whole number"},
        {"--port 99999999999999999999", "is not a whole number"},
        {"--verbose=yes", "option --verbose takes no value"},
        {"a b c", "prog takes FILE...; prog --help shows how"},
    };
    for (size_t i = 0; i < M4_COUNT(cases); i++) {
        assert_int_equal(run(cases[i].line), -EINVAL);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s: said \"%s\"", cases[i].line, err.text);
    }
}

static void names_may_use_dash_or_underscore(void **state)
{
    assert_true(m4_name_is("a_b-c", "a-b_c"));
    assert_false(m4_name_is("a_b", "a_bc"));
    assert_false(m4_name_is("a_bc", "a_b"));
    assert_false(m4_name_is("a+b", "a-b"));
}

static void numbers_are_whole_and_within(void **state)
{
    int64_t n = 7;
    assert_int_equal(m4_number("-9223372036854775808", INT64_MIN, INT64_MAX, &n, &err), 0);
    assert_true(n == INT64_MIN);
    static const char *const bad[] = {" 5", "5 ", "0x5", "", "-", "--5", "9223372036854775808"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_int_equal(m4_number(bad[i], INT64_MIN, INT64_MAX, &n, NULL), -EINVAL);
    assert_true(n == INT64_MIN); /* untouched */
}

/* What help prints, from a file in the place of standard output. */
static void help_shows_each_option(void **state)
{
    char text[2048] = "";
    fflush(stdout);
    int out = dup(1);
    FILE *file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), 1);
    int rc = run("--help"), rc_version = run("--version");
    fflush(stdout);
    dup2(out, 1);
    close(out);
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    assert_int_equal(rc, -ECANCELED);
    assert_int_equal(rc_version, -ECANCELED);
    assert_non_null(strstr(text, "usage: prog [OPTION...] FILE..."));
    assert_non_null(strstr(text, "-v --verbose"));
    assert_non_null(strstr(text, "--port N"));
    assert_non_null(strstr(text, "prog " M4SH_VERSION "\n"));
}

RUN("args", TEST(options_and_words_mix), TEST(what_is_wrong_is_named),
    TEST(names_may_use_dash_or_underscore), TEST(numbers_are_whole_and_within),
    TEST(help_shows_each_option))
