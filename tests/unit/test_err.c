#include <errno.h>
#include <string.h>

#include "lib/err.h"
#include "tests/unit/test.h"

static void failing_names_code_and_reason(void **state)
{
    struct m4_err err = {.sqlstate = "40001"};
    assert_int_equal(m4_fail(&err, ENOENT, "cannot open \"%s\": %m", "/x"), -ENOENT);
    assert_int_equal(err.code, ENOENT);
    assert_string_equal(err.sqlstate, "");
    assert_string_equal(err.text, "cannot open \"/x\": No such file or directory");
}

static void no_code_becomes_eio(void **state)
{
    struct m4_err err = {0};
    assert_int_equal(m4_fail(&err, 0, "x"), -EIO);
    assert_int_equal(m4_fail(&err, -5, "x"), -EIO);
    assert_int_equal(err.code, EIO);
}

static void wrapping_puts_the_meaning_first(void **state)
{
    struct m4_err err = {0};
    int rc = m4_fail(&err, EACCES, "no key");
    assert_int_equal(m4_wrap(&err, rc, "slot %s stays", "b"), -EACCES);
    assert_string_equal(err.text, "slot b stays: no key");
    assert_int_equal(err.code, EACCES);
}

static void a_long_story_is_cut_at_its_end(void **state)
{
    struct m4_err err = {0};
    char tail[600];
    memset(tail, 't', sizeof(tail));
    tail[sizeof(tail) - 1] = '\0';
    m4_fail(&err, EIO, "%s", tail);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    m4_wrap(&err, -EIO, "head");
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_memory_equal(err.text, "head: ttt", 9);
    m4_wrap(&err, -EIO, "%s", tail); /* leaves no room for what was said: that stays */
    assert_memory_equal(err.text, "head: ttt", 9);
}

static void nobody_needs_to_listen(void **state)
{
    assert_int_equal(m4_fail(NULL, EPERM, "x"), -EPERM);
    assert_int_equal(m4_wrap(NULL, -EPERM, "x"), -EPERM);
}

RUN("err", TEST(failing_names_code_and_reason), TEST(no_code_becomes_eio),
    TEST(wrapping_puts_the_meaning_first), TEST(a_long_story_is_cut_at_its_end),
    TEST(nobody_needs_to_listen))
