#include "tui/term/words.h"

#include <stdio.h>
#include <time.h>

#include "tests/unit/test.h"

static void says(const char *got, const char *want)
{
    assert_string_equal(got, want);
}

static void ukrainian_nouns_have_three_forms(void **state)
{
    (void)state;
    static const struct {
        int64_t n;
        const char *want;
    } cases[] = {{0, "0 уроків"},   {1, "1 урок"},       {2, "2 уроки"},    {4, "4 уроки"},
                 {5, "5 уроків"},   {11, "11 уроків"},   {12, "12 уроків"}, {14, "14 уроків"},
                 {21, "21 урок"},   {22, "22 уроки"},    {25, "25 уроків"}, {111, "111 уроків"},
                 {121, "121 урок"}, {1004, "1004 уроки"}};
    char buf[WORDS_TEXT];
    for (size_t i = 0; i < M4_COUNT(cases); i++)
        says(words_count(WORDS_UK, cases[i].n, WORDS_LESSON, buf), cases[i].want);
    says(words_count(WORDS_EN, 1, WORDS_PERSON, buf), "1 person");
    says(words_count(WORDS_EN, 0, WORDS_PERSON, buf), "0 people");
    says(words_count(WORDS_EN, 84, WORDS_PERSON, buf), "84 people");
}

static void sizes_have_at_most_one_digit_after_the_point(void **state)
{
    (void)state;
    char buf[WORDS_TEXT];
    says(words_bytes(WORDS_EN, 0, buf), "0 B");
    says(words_bytes(WORDS_EN, 999, buf), "999 B");
    says(words_bytes(WORDS_EN, 1000, buf), "1.0 KB");
    says(words_bytes(WORDS_UK, 2100000000, buf), "2,1 ГБ");
    says(words_bytes(WORDS_EN, 9960000, buf), "10 MB");
    says(words_bytes(WORDS_EN, 999600000, buf), "1.0 GB");
    says(words_bytes(WORDS_EN, 124000000000, buf), "124 GB");
}

static void spans_use_the_largest_unit(void **state)
{
    (void)state;
    char buf[WORDS_TEXT];
    says(words_span(WORDS_EN, -5, buf), "0 s");
    says(words_span(WORDS_EN, 59, buf), "59 s");
    says(words_span(WORDS_UK, 60, buf), "1 хв");
    says(words_span(WORDS_UK, 8 * 3600 + 5, buf), "8 год");
    says(words_span(WORDS_EN, 86399, buf), "23 h");
    says(words_span(WORDS_UK, 41 * 86400, buf), "41 день");
}

static void clocks_are_in_both_languages(void **state)
{
    (void)state;
    char buf[WORDS_TEXT];
    setenv("TZ", "UTC", 1);
    tzset();
    int64_t at = words_parse_time("2026-11-20T10:42:07Z");
    says(words_clock(WORDS_EN, at, buf), "Fri 20 November  10:42:07");
    says(words_clock(WORDS_UK, at, buf), "пт 20 листопада  10:42:07");
    says(words_moment(WORDS_UK, at, buf), "пт 10:42");
    setenv("TZ", "Europe/Kyiv", 1);
    tzset();
    says(words_moment(WORDS_EN, at, buf), "Fri 12:42");
}

static void times_are_utc_or_nothing(void **state)
{
    (void)state;
    assert_int_equal(words_parse_time("1970-01-01T00:00:01Z"), 1000000);
    assert_int_equal(words_parse_time("1970-01-01T00:00:01.999Z"), 1000000);
    assert_int_equal(words_parse_time("1970-01-01T00:00:01+00:00"), 1000000);
    static const char *const bad[] = {"",
                                      "yesterday",
                                      "1970-01-01T00:00:01",
                                      "1970-01-01 00:00:01Z",
                                      "1970-01-01T00:00:01+02:00",
                                      "1970-01-01T00:00:01Zx"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_int_equal(words_parse_time(bad[i]), -1);
    assert_int_equal(words_parse_time(NULL), -1);
}

static void language_names(void **state)
{
    (void)state;
    assert_int_equal(words_lang_of("uk"), WORDS_UK);
    assert_int_equal(words_lang_of("uk_UA.UTF-8"), WORDS_UK);
    assert_int_equal(words_lang_of("ukx"), WORDS_EN);
    assert_int_equal(words_lang_of("en_GB"), WORDS_EN);
    assert_int_equal(words_lang_of(NULL), WORDS_EN);
}

RUN("words", TEST(ukrainian_nouns_have_three_forms),
    TEST(sizes_have_at_most_one_digit_after_the_point), TEST(spans_use_the_largest_unit),
    TEST(clocks_are_in_both_languages), TEST(times_are_utc_or_nothing), TEST(language_names))
