/* test_json_worst.c - no text of 1 MiB keeps the parser busy out of proportion
 *
 * Each case is timed against one plain string of 1 MiB in the same run, so the machine and
 * the sanitizers fall out of it. What builds a tree costs tens of plain strings, a step that
 * is quadratic would cost tens of thousands.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/json.h"
#include "tests/unit/test.h"

enum { TEXT_BYTES = 1 << 20, TRIES = 3, MOST_PLAIN_STRINGS = 500 };

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The shortest of some tries; fails unless the text is accepted, or refused, as said. */
static int64_t parse_ns(const char *text, size_t len, bool good)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        struct m4_doc *doc = NULL;
        struct m4_err err = {0};
        int64_t begin = cpu_ns();
        int rc = m4_json_parse(text, len, 0, &doc, &err);
        m4_doc_free(doc);
        int64_t spent = cpu_ns() - begin;
        if (rc != (good ? 0 : -EINVAL))
            fail_msg("%.20s...: %s", text, rc ? err.text : "accepted");
        least = spent < least ? spent : least;
    }
    return least;
}

static int64_t plain_string_ns(void)
{
    static int64_t ns; /* measured once */
    if (!ns) {
        char *text = malloc(TEXT_BYTES);
        assert_non_null(text);
        memset(text, 'x', TEXT_BYTES);
        text[0] = text[TEXT_BYTES - 1] = '"';
        ns = parse_ns(text, TEXT_BYTES, true);
        free(text);
    }
    return ns;
}

static void in_proportion(const char *what, const char *text, size_t len, bool good)
{
    int64_t ns = parse_ns(text, len, good), plain = plain_string_ns();
    if (getenv("M4SH_TEST_SHOW"))
        printf("# %6.1f plain strings: %s\n", (double)ns / (double)plain, what);
    if (ns > plain * MOST_PLAIN_STRINGS)
        fail_msg("%s takes %.0f times a plain string", what, (double)ns / (double)plain);
}

static void the_same_again_and_again(void **state)
{
    static const struct {
        const char *begin, *again, *end;
        bool good;
    } cases[] = {
        {"", "[", "", false},
        {"", "{", "", false},
        {"", "{\"\":", "", false},
        {"", "[]", "", false},
        {"", "{}", "", false},
        {"", ",", "", false},
        {"[", ",", "]", false},
        {"[0", ",", "]", false},
        {"", "]", "", false},
        {"", "\"", "", false},
        {"", "\\", "", false},
        {"", "-", "", false},
        {"", "1", "", false},
        {"0.", "0", "1", false},
        {"1e", "0", "1", false},
        {"", "true", "", false},
        {"", "\xd1\x97", "", false},
        {"\"", "\\u0", "\"", false},
        {"\"", "x", "", false},
        {"", " ", "", false},
        {"", " ", "0", true},
        {"0", "\n", "", true},
        {"[0", ",0", "]", true},
        {"[0", " , 0", "]", true},
        {"[0", ",-9223372036854775808", "]", true},
        {"[0", ",5e-324", "]", true},
        {"[0", ",2.2250738585072011e-308", "]", true},
        {"[0", ",1.7976931348623157e308", "]", true},
        {"[0", ",9.0071992547409930000000000000000000000000000000000000000000000001e15", "]", true},
        {"[0", ",123456789012345678901234567890123456789012345678901234567890", "]", true},
        {"[[]", ",[]", "]", true},
        {"[{}", ",{}", "]", true},
        {"[{}", ",{\"\":{\"\":{}}}", "]", true},
        {"[\"\"", ",\"\"", "]", true},
        {"[null", ",null", "]", true},
        {"[0", ",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "]", true},
        {"[0", ",{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0}", "]",
         true},
        {"\"", "\\n", "\"", true},
        {"\"", "\\u0457", "\"", true},
        {"\"", "\\ud83d\\ude00", "\"", true},
        {"\"", "\\\"xxxxxx", "\"", true},
        {"\"", "\xd1\x97", "\"", true},
        {"\"", "x\xd1\x97", "\"", true},
        {"\"", "\xf0\x9f\x98\x80", "\"", true},
        {"\"", "xxxxxxx\xe2\x82\xac", "\"", true},
    };
    char *text = malloc(TEXT_BYTES + 1), what[128];
    assert_non_null(text);
    for (size_t i = 0; i < M4_COUNT(cases); i++) {
        size_t begin = strlen(cases[i].begin), again = strlen(cases[i].again);
        size_t end = strlen(cases[i].end), len = begin;
        memcpy(text, cases[i].begin, begin);
        for (; len + again + end <= TEXT_BYTES; len += again)
            memcpy(text + len, cases[i].again, again);
        memcpy(text + len, cases[i].end, end);
        snprintf(what, sizeof(what), "%s %s %s", cases[i].begin, cases[i].again, cases[i].end);
        in_proportion(what, text, len + end, cases[i].good);
    }
    free(text);
}

/* One object with as many names as fit. Name i of n is `begin` (as often as `times` says),
 * then the number that `order` makes of i. */
static void object_of_names(const char *what, int times, unsigned (*order)(unsigned i, unsigned n))
{
    m4_autobuf struct m4_buf b = M4_BUF((size_t)2 * TEXT_BYTES);
    unsigned n = (unsigned)((TEXT_BYTES - 32) / (times + 12));
    m4_buf_str(&b, "{");
    for (unsigned i = 0; i < n; i++) {
        m4_buf_str(&b, i ? ",\"" : "\"");
        for (int t = 0; t < times; t++)
            m4_buf_add(&b, "x", 1);
        m4_buf_fmt(&b, "%07u\":0", order(i, n));
    }
    size_t len = b.len;
    m4_buf_str(&b, "}");
    assert_false(b.failed);
    in_proportion(what, b.data, b.len, true);
    b.len = len; /* the first name once more, at the very end */
    m4_buf_str(&b, ",\"");
    for (int t = 0; t < times; t++)
        m4_buf_add(&b, "x", 1);
    m4_buf_fmt(&b, "%07u\":0}", order(0, n));
    assert_false(b.failed);
    in_proportion("the same with a name that stands twice", b.data, b.len, false);
}

static unsigned upwards(unsigned i, unsigned n)
{
    return i;
}

static unsigned downwards(unsigned i, unsigned n)
{
    return n - i;
}

static unsigned up_and_down(unsigned i, unsigned n)
{
    return i < n / 2 ? 2 * i : 2 * (n - i) - 1;
}

static unsigned scattered(unsigned i, unsigned n)
{
    return (unsigned)((uint64_t)i * 7368787 % 9999991); /* both prime: no number comes twice */
}

static void many_names_in_one_object(void **state)
{
    object_of_names("names upwards", 0, upwards);
    object_of_names("names downwards", 0, downwards);
    object_of_names("names up and down", 0, up_and_down);
    object_of_names("names scattered", 0, scattered);
    object_of_names("1,000 bytes in common", 1000, scattered);
    object_of_names("60,000 bytes in common, 17 names", 61000, downwards);
    object_of_names("65,000 bytes in common, 16 names", 65450, downwards);
}

RUN("json_worst", TEST(the_same_again_and_again), TEST(many_names_in_one_object))
