/* test_password_rules.c - which passwords are good enough, and how they are kept */
#include <stdio.h>

#include "daemon/app.h"
#include "daemon/guard/common_passwords.h"
#include "daemon/guard/password.h"
#include "lib/file.h"
#include "tests/unit/test.h"

struct app app;

static void length_counts_letters_not_bytes(void **state)
{
    (void)state;
    assert_non_null(strstr(password_fault("соняш", ROLE_STUDENT), "6 characters"));
    assert_null(password_fault("соняшк", ROLE_STUDENT));
    assert_non_null(strstr(password_fault("дев'ять99", ROLE_TEACHER), "10 characters"));
    assert_non_null(password_fault("дев'ять99", ROLE_ADMIN));
    assert_null(password_fault("дев'ять99!", ROLE_TEACHER));
    assert_null(password_fault("дев'ять99!", ROLE_ADMIN));
    assert_non_null(password_fault("", ROLE_STUDENT));
}

static void the_commonest_are_refused_in_any_case(void **state)
{
    (void)state;
    assert_non_null(strstr(password_fault("qwerty", ROLE_STUDENT), "commonest"));
    assert_non_null(password_fault("QwErTy", ROLE_STUDENT));
    assert_non_null(password_fault("1234567890", ROLE_ADMIN));
    assert_null(password_fault("qwertyfox", ROLE_STUDENT));
    assert_false(password_is_common(""));
    assert_false(password_is_common("password and much more than the longest word of the list"));
}

/* The list is searched by halves: every word must be found, so the order must be strcmp()'s. */
static void every_word_of_the_list_is_found(void **state)
{
    (void)state;
    m4_autofree char *source = NULL;
    size_t len, words = 0;
    char before[64] = "";
    assert_int_equal(m4_file_read("daemon/guard/common_passwords.c", 1 << 20, &source, &len, NULL),
                     0);
    char *at = strstr(source, "common[] = {");
    assert_non_null(at);
    *strstr(at, "};") = '\0';
    for (at = strchr(at, '"'); at; at = strchr(at, '"')) {
        char *end = strchr(++at, '"');
        *end = '\0';
        assert_true(strcmp(before, at) < 0); /* sorted, and none twice */
        assert_true(strlen(at) >= 6 && strlen(at) < sizeof(before));
        assert_true(password_is_common(at));
        snprintf(before, sizeof(before), "%s", at);
        at = end + 1;
        words++;
    }
    assert_int_equal(words, 1000);
}

static void a_hash_is_argon2id_with_a_salt_of_its_own(void **state)
{
    (void)state;
    char one[PASSWORD_HASH_BYTES], other[PASSWORD_HASH_BYTES];
    assert_true(password_hash_now("соняшник", one) && password_hash_now("соняшник", other));
    assert_memory_equal(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
    assert_string_not_equal(one, other);
}

RUN("password rules", TEST(length_counts_letters_not_bytes),
    TEST(the_commonest_are_refused_in_any_case), TEST(every_word_of_the_list_is_found),
    TEST(a_hash_is_argon2id_with_a_salt_of_its_own))
