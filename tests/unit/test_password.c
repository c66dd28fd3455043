#include "tools/password.h"

#include <ctype.h>

#include "tests/unit/test.h"

static void made_ones_are_long_enough_and_readable(void **state)
{
    (void)state;
    char staff[PASSWORD_BYTES], pupil[PASSWORD_BYTES];
    for (int i = 0; i < 2000; i++) {
        password_make(true, staff);
        password_make(false, pupil);
        assert_int_equal(strlen(staff), 14);
        assert_int_equal(strlen(pupil), 8);
        assert_null(strpbrk(staff, "ilo01 "));
        assert_null(strpbrk(pupil, "ilo01 "));
        assert_true(isdigit((unsigned char)pupil[6]) && isdigit((unsigned char)pupil[7]));
    }
}

static void two_are_not_the_same(void **state)
{
    (void)state;
    char first[PASSWORD_BYTES], second[PASSWORD_BYTES];
    password_make(true, first);
    password_make(true, second);
    assert_string_not_equal(first, second);
}

RUN("password", TEST(made_ones_are_long_enough_and_readable), TEST(two_are_not_the_same))
