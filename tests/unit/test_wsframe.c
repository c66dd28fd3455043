#include <stdio.h>
#include <string.h>

#include "lib/wsframe.h"
#include "tests/unit/test.h"

enum { LIMIT = 70000, LOG_BYTES = 4096 };

/* What the decoder says about some bytes, fed in pieces of at most `piece`, as text: one word an
 * event, "!CODE" at the end when it refuses. */
static void decode(const char *bytes, size_t len, bool from_client, size_t limit, size_t piece,
                   char *out)
{
    struct m4_ws ws;
    struct m4_ws_event e;
    struct m4_buf held = M4_BUF(1 << 20);
    size_t at = 0, n = 0;
    m4_ws_init(&ws, from_client, limit);
    out[0] = '\0';
    int rc = 0;
    while (rc >= 0 && at < len) {
        size_t step = len - at < piece ? len - at : piece;
        m4_buf_add(&held, bytes + at, step);
        at += step;
        size_t used;
        while ((rc = m4_ws_next(&ws, held.data, held.len, &used, &e)) == 1) {
            n += (size_t)snprintf(out + n, LOG_BYTES - n,
                                  e.op == M4_WS_CLOSE ? "%d:%.*s/%d " : "%d:%.*s ", e.op,
                                  e.len > 40 ? 40 : (int)e.len,
                                  e.op == M4_WS_CLOSE && e.len > 1 ? e.data + 2 : e.data, e.code);
            m4_buf_cut(&held, used);
        }
        m4_buf_cut(&held, used);
    }
    if (rc < 0) {
        size_t used;
        snprintf(out + n, LOG_BYTES - n, "!%d", ws.refused);
        assert_int_equal(m4_ws_next(&ws, held.data, held.len, &used, &e), -1); /* it stays so */
        assert_int_equal(used, 0);
    }
    m4_buf_done(&held);
    m4_ws_done(&ws);
}

static void server_says(const char *bytes, size_t len, const char *expected)
{
    char out[LOG_BYTES];
    for (size_t piece = 1; piece <= len; piece++) { /* every split gives the same */
        decode(bytes, len, false, LIMIT, piece, out);
        if (strcmp(out, expected))
            fail_msg("in pieces of %zu: \"%s\", not \"%s\"", piece, out, expected);
    }
}

#define SERVER(bytes, expected) server_says(bytes, sizeof(bytes) - 1, expected)

static void client_says(const char *bytes, size_t len, const char *expected)
{
    char out[LOG_BYTES];
    for (size_t piece = 1; piece <= len; piece++) {
        decode(bytes, len, true, LIMIT, piece, out);
        if (strcmp(out, expected))
            fail_msg("in pieces of %zu: \"%s\", not \"%s\"", piece, out, expected);
    }
}

#define CLIENT(bytes, expected) client_says(bytes, sizeof(bytes) - 1, expected)

static void examples_of_the_rfc(void **state) /* RFC 6455 section 5.7 */
{
    SERVER("\x81\x05\x48\x65\x6c\x6c\x6f", "1:Hello ");
    CLIENT("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "1:Hello ");
    SERVER("\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f", "1:Hello ");
    SERVER("\x89\x05\x48\x65\x6c\x6c\x6f", "9:Hello ");
    CLIENT("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "10:Hello ");
}

static void control_frames_may_stand_between_fragments(void **state)
{
    SERVER("\x01\x01"
           "a\x89\x01p\x00\x01"
           "b\x8a\x00\x80\x01"
           "c\x81\x01z",
           "9:p 10: 1:abc 1:z ");
    SERVER("\x02\x00\x00\x00\x80\x00\x81\x00", "2: 1: "); /* empty ones too */
}

static void masks_are_required_from_clients_only(void **state)
{
    CLIENT("\x81\x01"
           "a",
           "!1002");
    SERVER("\x81\x81\x00\x00\x00\x00"
           "a",
           "!1002");
}

static void wrong_headers_end_it(void **state)
{
    SERVER("\xc1\x00", "!1002"); /* reserved bits */
    SERVER("\xa1\x00", "!1002");
    SERVER("\x91\x00", "!1002");
    static const char ops[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};
    for (size_t i = 0; i < sizeof(ops); i++)
        server_says((char[]){(char)(0x80 | ops[i]), 0}, 2, "!1002");
    SERVER("\x09\x00", "!1002");         /* a fragmented ping */
    SERVER("\x89\x7e\x00\x7e", "!1002"); /* a ping of 126 bytes */
    SERVER("\x89\x7f\x00\x00\x00\x00\x00\x00\x00\x01", "!1002");
    SERVER("\x80\x00", "!1002");         /* nothing to continue */
    SERVER("\x01\x00\x81\x00", "!1002"); /* a message within a message */
    SERVER("\x81\x00\x80\x00", "1: !1002");
}

static void lengths_have_one_form(void **state)
{
    SERVER("\x81\x7e\x00\x7d", "!1002");
    SERVER("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", "!1002");
    SERVER("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "!1009");
    static const size_t sizes[] = {0, 1, 125, 126, 127, 65535, 65536, LIMIT};
    for (size_t i = 0; i < M4_COUNT(sizes); i++) {
        m4_autofree char *frame = malloc(sizes[i] + 14);
        char out[LOG_BYTES], expected[64];
        size_t head = m4_ws_header((uint8_t *)frame, M4_WS_BINARY, sizes[i], NULL);
        assert_int_equal(head, sizes[i] < 126 ? 2 : sizes[i] < 65536 ? 4 : 10);
        memset(frame + head, 'x', sizes[i]);
        snprintf(expected, sizeof(expected), "2:%.*s ", sizes[i] > 40 ? 40 : (int)sizes[i],
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        decode(frame, head + sizes[i], false, LIMIT, head + sizes[i], out);
        assert_string_equal(out, expected);
    }
}

static void the_limit_counts_all_fragments(void **state)
{
    char out[LOG_BYTES];
    decode("\x82\x04"
           "abcd\x82\x05",
           8, false, 4, 8, out);
    assert_string_equal(out, "2:abcd !1009"); /* told by the header: no payload is awaited */
    decode("\x02\x03"
           "abc\x80\x01"
           "d",
           8, false, 4, 8, out);
    assert_string_equal(out, "2:abcd ");
    decode("\x02\x03"
           "abc\x00\x01"
           "d\x80\x01"
           "e",
           11, false, 4, 11, out);
    assert_string_equal(out, "!1009");
    decode("\x02\x03"
           "abc\x80\x02",
           7, false, 4, 7, out);
    assert_string_equal(out, "!1009");            /* as soon as the header tells */
    decode("\x89\x05pings", 7, false, 4, 7, out); /* control frames have a limit of their own */
    assert_string_equal(out, "9:pings ");
}

static void closes_carry_codes_that_exist(void **state)
{
    SERVER("\x88\x00", "8:/1005 ");
    SERVER("\x88\x02\x03\xe8", "8:/1000 ");
    SERVER("\x88\x05\x0f\xa0"
           "bye",
           "8:bye/4000 ");
    SERVER("\x88\x01\x03", "!1002");
    SERVER("\x88\x03\x03\xe8\xff", "!1007");
    static const struct {
        int code;
        bool allowed;
    } codes[] = {{0, 0},    {999, 0},  {1000, 1}, {1003, 1}, {1004, 0}, {1005, 0},
                 {1006, 0}, {1007, 1}, {1011, 1}, {1014, 1}, {1015, 0}, {1016, 0},
                 {2999, 0}, {3000, 1}, {4999, 1}, {5000, 0}, {65535, 0}};
    for (size_t i = 0; i < M4_COUNT(codes); i++) {
        char frame[] = {(char)0x88, 2, (char)(codes[i].code >> 8), (char)codes[i].code};
        char expected[32];
        snprintf(expected, sizeof(expected), codes[i].allowed ? "8:/%d " : "!1002", codes[i].code);
        server_says(frame, 4, expected);
    }
}

static void text_is_utf8_to_the_end(void **state)
{
    SERVER("\x01\x01\xd1\x80\x01\x97", "1:\xd1\x97 "); /* a letter over two fragments */
    SERVER("\x81\x01\xd1", "!1007");
    SERVER("\x01\x01\xd1\x80\x00", "!1007");
    SERVER("\x81\x02\xc0\x80", "!1007");
    SERVER("\x82\x02\xc0\x80", "2:\xc0\x80 "); /* binary may be anything */
    SERVER("\x01\x03\xf4\x90\x80", "!1007");   /* at once, not when the message ends */
    SERVER("\x01\x01\xd1\x89\x01\xff\x80\x01\x97", "9:\xff 1:\xd1\x97 ");
}

static void masking_twice_is_nothing(void **state)
{
    char bytes[40], copy[40];
    static const uint8_t mask[4] = {1, 2, 3, 0xff};
    for (size_t len = 0; len < sizeof(bytes); len++) {
        for (size_t i = 0; i < len; i++)
            bytes[i] = copy[i] = (char)(i * 7);
        m4_ws_mask(bytes, len, mask);
        for (size_t i = 0; i < len; i++)
            assert_int_equal((uint8_t)bytes[i], (uint8_t)copy[i] ^ mask[i % 4]);
        m4_ws_mask(bytes, len, mask);
        assert_memory_equal(bytes, copy, len);
    }
}

static void a_masked_frame_is_read_back(void **state)
{
    char frame[64], out[LOG_BYTES];
    size_t head =
        m4_ws_header((uint8_t *)frame, M4_WS_TEXT, 11, (const uint8_t *)"\x9a\x01\x80\x7f");
    assert_int_equal(head, 6);
    memcpy(frame + head, "hello world", 11);
    m4_ws_mask(frame + head, 11, (const uint8_t *)"\x9a\x01\x80\x7f");
    decode(frame, head + 11, true, LIMIT, 3, out);
    assert_string_equal(out, "1:hello world ");
}

static void no_memory_for_a_message_ends_it(void **state)
{
    struct m4_ws ws;
    struct m4_ws_event e;
    size_t used;
    char bytes[] = "\x01\x03"
                   "abc";
    m4_ws_init(&ws, false, LIMIT);
    test_fail_malloc_at = 0;
    assert_int_equal(m4_ws_next(&ws, bytes, 5, &used, &e), -1);
    test_fail_malloc_at = -1;
    assert_int_equal(ws.refused, M4_WS_TOO_BIG);
    m4_ws_done(&ws);
}

static void memory_is_held_only_within_a_message(void **state)
{
    struct m4_ws ws;
    struct m4_ws_event e;
    size_t used;
    char bytes[] = "\x01\x01"
                   "a\x80\x01"
                   "b";
    m4_ws_init(&ws, false, LIMIT);
    assert_int_equal(m4_ws_next(&ws, bytes, 6, &used, &e), 1);
    assert_int_equal(used, 6);
    assert_memory_equal(e.data, "ab", 2);
    assert_int_equal(m4_ws_next(&ws, bytes, 0, &used, &e), 0);
    assert_null(ws.message.data);
    m4_ws_done(&ws);
}

static void accept_is_as_the_rfc_says(void **state)
{
    char out[29];
    m4_ws_accept("dGhlIHNhbXBsZSBub25jZQ==", 24, out);
    assert_string_equal(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

RUN("wsframe", TEST(examples_of_the_rfc), TEST(control_frames_may_stand_between_fragments),
    TEST(masks_are_required_from_clients_only), TEST(wrong_headers_end_it),
    TEST(lengths_have_one_form), TEST(the_limit_counts_all_fragments),
    TEST(closes_carry_codes_that_exist), TEST(text_is_utf8_to_the_end),
    TEST(masking_twice_is_nothing), TEST(a_masked_frame_is_read_back),
    TEST(no_memory_for_a_message_ends_it), TEST(memory_is_held_only_within_a_message),
    TEST(accept_is_as_the_rfc_says))
