/* test_readers.c - the small pure readers: cookie, query, path; and the three words */
#include <stdio.h>

#include "daemon/api/path.h"
#include "daemon/api/query.h"
#include "daemon/api/words.h"
#include "daemon/guard/cookie.h"
#include "tests/unit/test.h"

#define TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCD_-g"

static void our_cookie_is_found_among_others(void **state)
{
    (void)state;
    static const char *const good[] = {"m4sh_session=" TOKEN, "a=1; m4sh_session=" TOKEN "; b=2",
                                       " ;; m4sh_session=" TOKEN " ;",
                                       "m4sh_session=;m4sh_session=" TOKEN};
    static const char *const bad[] = {"",
                                      "m4sh_session=",
                                      "m4sh_session=short",
                                      "xm4sh_session=" TOKEN,
                                      "m4sh_session=" TOKEN "x",
                                      "M4SH_SESSION=" TOKEN,
                                      "a=m4sh_session=" TOKEN,
                                      "m4sh_session =" TOKEN,
                                      ";;; ;"};
    char token[COOKIE_TOKEN_CHARS + 1];
    for (size_t i = 0; i < M4_COUNT(good); i++) {
        assert_true(cookie_token(good[i], token));
        assert_string_equal(token, TOKEN);
    }
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_false(cookie_token(bad[i], token));
    assert_false(cookie_token(NULL, token));
}

static void query_is(const char *query, enum query_verdict verdict, const char *value)
{
    char buf[16] = "";
    assert_int_equal(query_get(query, "q", buf, sizeof(buf)), verdict);
    if (verdict == QUERY_FOUND)
        assert_string_equal(buf, value);
}

static void a_parameter_is_decoded(void **state)
{
    (void)state;
    query_is("q=a", QUERY_FOUND, "a");
    query_is("a=1&q=two+words%21&q=second", QUERY_FOUND, "two words!");
    query_is("q=%D1%96", QUERY_FOUND, "і");
    query_is("q=", QUERY_FOUND, "");
    query_is("q=a=b", QUERY_FOUND, "a=b");
    query_is("q=123456789012345", QUERY_FOUND, "123456789012345");
    query_is("q=1234567890123456", QUERY_WRONG, NULL);
    query_is("q=%", QUERY_WRONG, NULL);
    query_is("q=%4", QUERY_WRONG, NULL);
    query_is("q=%4&1", QUERY_WRONG, NULL);
    query_is("q=%zz", QUERY_WRONG, NULL);
    query_is("q=%00", QUERY_WRONG, NULL);
    query_is("q=%ff", QUERY_WRONG, NULL);
    query_is("", QUERY_ABSENT, NULL);
    query_is("q", QUERY_ABSENT, NULL);
    query_is("&&qq=1&xq=2&Q=3", QUERY_ABSENT, NULL);
}

static void a_path_is_as_its_pattern_says(void **state)
{
    (void)state;
    struct path_match m = {0};
    assert_true(path_matches("lessons/{id}/start", "lessons/42/start", &m));
    assert_int_equal(m.ids[0], 42);
    assert_true(path_matches("lessons/{id}/start", "lessons/42/start/", &m));
    assert_true(
        path_matches("classrooms/{id}/members/{id}", "classrooms/7/members/9007199254740991", &m));
    assert_int_equal(m.ids[0], 7);
    assert_int_equal(m.ids[1], INT64_C(9007199254740991));
    assert_true(path_matches("probes/{tag}", "probes/0123456789abcdef", &m));
    assert_string_equal(m.tag, "0123456789abcdef");
    static const char *const none[][2] = {
        {"lessons/{id}", "lessons/"},
        {"lessons/{id}", "lessons/0"},
        {"lessons/{id}", "lessons/-1"},
        {"lessons/{id}", "lessons/+1"},
        {"lessons/{id}", "lessons/9007199254740992"},
        {"lessons/{id}", "lessons/99999999999999999999999"},
        {"lessons/{id}", "lessons/1x"},
        {"lessons/{id}", "lessons/1//"},
        {"lessons/{id}", "lessons/1/start"},
        {"lessons/{id}/start", "lessons/1"},
        {"lessons", "lesson"},
        {"lessons", "lessonsx"},
        {"lessons", ""},
        {"probes/{tag}", "probes/0123456789ABCDEF"},
        {"probes/{tag}", "probes/0123456789abcde"},
        {"probes/{tag}", "probes/0123456789abcdef0"},
    };
    for (size_t i = 0; i < M4_COUNT(none); i++)
        assert_false(path_matches(none[i][0], none[i][1], &m));
}

static void the_api_stands_under_two_names(void **state)
{
    (void)state;
    assert_string_equal(path_in_api("/api/v1/lessons"), "lessons");
    assert_string_equal(path_in_api("/api/lessons"), "lessons");
    assert_string_equal(path_in_api("/auth/login/"), "auth/login/");
    assert_null(path_in_api("/auth/logout"));
    assert_null(path_in_api("/api"));
    assert_null(path_in_api("/"));
    assert_null(path_in_api("/xapi/v1/lessons"));
}

static void three_words_stand_for_33_bits(void **state)
{
    (void)state;
    uint8_t digest[32] = {0};
    char a[64], b[64];
    words_of(digest, a, sizeof(a));
    assert_string_equal(a, "bada-bada-bada");
    memset(digest, 0xff, sizeof(digest));
    words_of(digest, a, sizeof(a));
    assert_string_equal(a, "jozo-jozo-jozo");
    memset(digest, 0, sizeof(digest));
    words_of(digest, a, sizeof(a));
    for (size_t bit = 0; bit < 64; bit++) { /* each of the first 33 bits counts, no other */
        digest[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        words_of(digest, b, sizeof(b));
        assert_true((strcmp(a, b) != 0) == (bit < 33));
        digest[bit / 8] = 0;
    }
}

RUN("readers", TEST(our_cookie_is_found_among_others), TEST(a_parameter_is_decoded),
    TEST(a_path_is_as_its_pattern_says), TEST(the_api_stands_under_two_names),
    TEST(three_words_stand_for_33_bits))
