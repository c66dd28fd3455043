#include <string.h>

#include "lib/secret.h"
#include "tests/unit/test.h"

static void digests_are_the_known_ones(void **state)
{
    uint8_t out[32];
    char text[65];
    m4_sha256("abc", 3, out); /* FIPS 180-2, appendix B.1 */
    m4_hex(out, 32, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    m4_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out); /* RFC 4231, case 2 */
    m4_hex(out, 32, text);
    assert_string_equal(text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hex_goes_both_ways_in_lower_case(void **state)
{
    uint8_t out[2];
    assert_true(m4_unhex("00fe", 2, out));
    assert_int_equal(out[1], 0xfe);
    static const char *const bad[] = {"",     "0",     "00",    "00f", "00fg",
                                      "00FE", "00fe0", "00 fe", "g0fe"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_false(m4_unhex(bad[i], 2, out));
}

static void base64_is_padded_and_url_is_not(void **state)
{
    char out[16];
    assert_int_equal(m4_base64("\xfb\xff\xbf\x01", 4, out), 8);
    assert_string_equal(out, "+/+/AQ==");
    m4_base64url("\xfb\xff\xbf\x01", 4, out);
    assert_string_equal(out, "-_-_AQ");
    m4_base64url("", 0, out);
    assert_string_equal(out, "");
}

static void equal_looks_at_every_byte(void **state)
{
    assert_true(m4_equal("abcd", "abcx", 3));
    assert_false(m4_equal("abcd", "abcx", 4));
    assert_false(m4_equal("xbcd", "abcd", 4));
}

static void random_numbers_stay_below_and_reach_all(void **state)
{
    unsigned seen = 0;
    for (int i = 0; i < 2000; i++) {
        uint64_t n = m4_random_below(7);
        assert_true(n < 7);
        seen |= 1u << n;
    }
    assert_int_equal(seen, 0x7f);
    assert_int_equal(m4_random_below(1), 0);
    uint8_t a[16], b[16];
    m4_random(a, sizeof(a));
    m4_random(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
}

RUN("secret", TEST(digests_are_the_known_ones), TEST(hex_goes_both_ways_in_lower_case),
    TEST(base64_is_padded_and_url_is_not), TEST(equal_looks_at_every_byte),
    TEST(random_numbers_stay_below_and_reach_all))
