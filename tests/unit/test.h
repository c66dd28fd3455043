/* test.h - the two words a unit test needs, and a malloc that says no
 *
 *     TEST(name) lists a test, RUN("group", TEST(a), TEST(b)) is the program.
 *     test_fail_malloc_at = 0 lets the next allocation fail, 1 the one after it.
 */
#ifndef M4_TESTS_UNIT_TEST_H
#define M4_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern long test_fail_malloc_at; /* -1: never */

#define TEST(function) cmocka_unit_test(function)
#define RUN(group, ...)                                                                            \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        cmocka_set_message_output(CM_OUTPUT_TAP);                                                  \
        return cmocka_run_group_tests_name(group, tests, NULL, NULL);                              \
    }

#endif
