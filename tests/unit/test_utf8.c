#include <string.h>

#include "lib/utf8.h"
#include "tests/unit/test.h"

/* The lengths RFC 3629 gives; 0 for what may not be encoded. */
static size_t encode(uint32_t c, uint8_t *out)
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (c & 63));
    return 4;
}

static void every_code_point_but_surrogates_passes(void **state)
{
    uint8_t bytes[4];
    for (uint32_t c = 0; c < 0x110000; c++) {
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        size_t len = encode(c, bytes);
        if (m4_utf8_valid(bytes, len) == surrogate)
            fail_msg("U+%04X", (unsigned)c);
    }
    size_t len = encode(0x110000, bytes);
    assert_false(m4_utf8_valid(bytes, len));
}

static void no_other_bytes_pass(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2\x7f",
                                      "\xc2\xc0",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xe0\xa0",
                                      "\xe0\xa0\x7f",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xef\xbf",
                                      "\xf0\x80\x80\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf0\x90\x80",
                                      "\xf0\x90\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf8\x88\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "12345678\xff",
                                      "1234567\xc2",
                                      "їжак\xd1"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        if (m4_utf8_valid(bad[i], strlen(bad[i])))
            fail_msg("case %zu passes", i);
}

static void a_split_anywhere_changes_nothing(void **state)
{
    static const char text[] = "abcdefgh їжак 😀 zz \xef\xbf\xbf and more ASCII text";
    size_t len = strlen(text);
    for (size_t cut = 0; cut <= len; cut++) {
        struct m4_utf8 s = {0};
        assert_true(m4_utf8_feed(&s, text, cut));
        assert_true(m4_utf8_feed(&s, text + cut, len - cut));
        assert_int_equal(s.need, 0);
    }
}

static void what_is_wrong_is_said_at_once(void **state)
{
    struct m4_utf8 s = {0};
    assert_true(m4_utf8_feed(&s, "\xe0", 1));
    assert_false(m4_utf8_feed(&s, "\x80", 1)); /* overlong: no third byte can mend it */
    s = (struct m4_utf8){0};
    assert_true(m4_utf8_feed(&s, "\xf4", 1));
    assert_false(m4_utf8_feed(&s, "\x90", 1));
}

static void code_points_are_counted(void **state)
{
    assert_int_equal(m4_utf8_count("", 0), 0);
    assert_int_equal(m4_utf8_count("aї😀", 7), 3);
}

RUN("utf8", TEST(every_code_point_but_surrogates_passes), TEST(no_other_bytes_pass),
    TEST(a_split_anywhere_changes_nothing), TEST(what_is_wrong_is_said_at_once),
    TEST(code_points_are_counted))
