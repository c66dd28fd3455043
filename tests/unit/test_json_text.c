/* test_json_text.c - what RFC 8259 calls JSON, form by form, and nothing beside it */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/json.h"
#include "tests/unit/test.h"

/* Parses a copy that ends where the text ends, so that AddressSanitizer sees a step beyond. */
static struct m4_doc *parse(const char *text, size_t len)
{
    struct m4_doc *doc = NULL;
    char *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, text, len);
    int rc = m4_json_parse(exact, len, 0, &doc, NULL);
    free(exact);
    assert_true(rc == 0 || rc == -EINVAL);
    assert_true((rc == 0) == (doc != NULL));
    return doc;
}

static void refused(const char *text, size_t len)
{
    struct m4_doc *doc = parse(text, len);
    if (doc)
        fail_msg("not refused: %.*s", (int)len, text);
}

static struct m4_doc *accepted(const char *text)
{
    struct m4_doc *doc = parse(text, strlen(text));
    if (!doc)
        fail_msg("not accepted: %s", text);
    return doc;
}

static const char *const around[][2] = {
    {"", ""},        {" ", "\n"},        {"[", "]"},
    {"[0,", ",0]"},  {"{\"a\":", "}"},   {"{\"a\":", ",\"b\":0}"},
    {"[[", "],[]]"}, {"[{\"\":", " }]"}, {"\t[\r", " , 1]"}};

static void number_in_every_place(const char *number, bool whole)
{
    char text[256];
    for (size_t i = 0; i < M4_COUNT(around); i++) {
        snprintf(text, sizeof(text), "%s%s%s", around[i][0], number, around[i][1]);
        struct m4_doc *doc = accepted(text);
        const struct m4_json *v = m4_doc_root(doc);
        if (i == 3) /* [0,NUMBER,0] */
            v = v->child->next;
        while (v->child)
            v = v->child;
        if (v->type != (whole ? M4_INT : M4_REAL) || v->real != strtod(number, NULL))
            fail_msg("%s was read as %.17g, type %d", text, v->real, v->type);
        assert_int_equal(v->number, whole ? strtoll(number, NULL, 10) : 0);
        m4_doc_free(doc);
    }
}

static const char *const signs[] = {"", "-"};
static const char *const wholes[] = {"0",
                                     "7",
                                     "10",
                                     "90210",
                                     "999999999",
                                     "123456789012345678",
                                     "1234567890123456789",
                                     "92233720368547758070"};
static const char *const fractions[] = {"", ".0", ".5", ".05", ".000000000000000000001", ".125"};
static const char *const exponents[] = {"", "e0", "E7", "e+3", "E-07", "e00012", "e-300"};

static void every_form_of_a_number_is_read_everywhere(void **state)
{
    char number[128];
    for (size_t s = 0; s < M4_COUNT(signs); s++)
        for (size_t w = 0; w < M4_COUNT(wholes); w++)
            for (size_t f = 0; f < M4_COUNT(fractions); f++)
                for (size_t e = 0; e < M4_COUNT(exponents); e++) {
                    snprintf(number, sizeof(number), "%s%s%s%s", signs[s], wholes[w], fractions[f],
                             exponents[e]);
                    number_in_every_place(number, !f && !e && w < M4_COUNT(wholes) - 1);
                }
}

static void what_only_looks_like_a_number_is_refused_everywhere(void **state)
{
    static const char *const bad[] = {"-",         "+",     "+1",
                                      "--1",       "- 1",   "00",
                                      "01",        "-01",   "-00",
                                      "1.",        "-1.",   ".5",
                                      "-.5",       "1..5",  "1.5.",
                                      "1.e3",      "1.-5",  "1.+5",
                                      "0.e1",      "1e",    "1E",
                                      "1e+",       "1E-",   "1e+-2",
                                      "1ee2",      "1e2e3", "1e2.5",
                                      "1e 2",      "1 e2",  "1 .5",
                                      "1 2",       "0x1F",  "1f",
                                      "0b1",       "1_000", "1,",
                                      "1'000",     "1a",    "e1",
                                      "E1",        "NaN",   "nan",
                                      "inf",       "-inf",  "Infinity",
                                      "-Infinity", "1e400", "-1e400",
                                      "½",         "１",    "1e99999999999999999999",
                                      "1L",        "0.1d",  "$1",
                                      "1%",        "#1",    "(1)",
                                      "1;"};
    char text[256];
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        for (size_t a = 0; a < M4_COUNT(around); a++) {
            int len = snprintf(text, sizeof(text), "%s%s%s", around[a][0], bad[i], around[a][1]);
            refused(text, (size_t)len);
        }
}

static void every_letter_of_an_escape_means_one_byte_or_is_refused(void **state)
{
    static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    for (int c = 0; c < 256; c++) {
        char text[] = {'"', 'a', '\\', (char)c, 'z', '"'};
        const char *letter = c ? strchr(letters, c) : NULL;
        if (!letter) {
            refused(text, sizeof(text));
            continue;
        }
        char expected[] = {'a', means[letter - letters], 'z', '\0'};
        struct m4_doc *doc = parse(text, sizeof(text));
        assert_non_null(doc);
        assert_string_equal(m4_doc_root(doc)->text, expected);
        m4_doc_free(doc);
    }
}

static size_t utf8_of(unsigned c, char *out)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[len] | c);
    return len;
}

static void escape_is(const char *text, unsigned code)
{
    char expected[4];
    size_t len = utf8_of(code, expected);
    struct m4_doc *doc = accepted(text);
    const struct m4_json *v = m4_doc_root(doc);
    if (v->len != len || memcmp(v->text, expected, len) != 0 || v->text[len])
        fail_msg("%s is not U+%04X", text, code);
    m4_doc_free(doc);
}

static void every_unit_is_its_letter_and_half_a_pair_is_refused(void **state)
{
    char text[32];
    for (unsigned c = 0; c < 0x10000; c++) {
        int len = snprintf(text, sizeof(text), c & 1 ? "\"\\u%04x\"" : "\"\\u%04X\"", c);
        if (c >= 0xd800 && c <= 0xdfff)
            refused(text, (size_t)len);
        else
            escape_is(text, c);
    }
}

static void every_plane_is_reached_by_a_pair(void **state)
{
    char text[32];
    for (unsigned c = 0x10000; c < 0x110000; c += 0xff) {
        unsigned high = 0xd800 + ((c - 0x10000) >> 10), low = 0xdc00 + (c & 0x3ff);
        snprintf(text, sizeof(text), "\"\\u%04x\\u%04X\"", high, low);
        escape_is(text, c);
        int len = snprintf(text, sizeof(text), "\"\\u%04x\\u%04x\"", low, high);
        refused(text, (size_t)len);
        len = snprintf(text, sizeof(text), "\"\\u%04x\\u%04x\"", high, 0xe000 + (c & 0xfff));
        refused(text, (size_t)len);
    }
    escape_is("\"\\udbff\\udfff\"", 0x10ffff);
}

static void four_digits_are_hexadecimal(void **state)
{
    for (int place = 0; place < 8; place++)
        for (int c = 0; c < 256; c++) {
            char text[] = "\"\\ud83d\\ude00\"";
            text[place < 4 ? 3 + place : 9 + place - 4] = (char)c;
            bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!digit)
                refused(text, sizeof(text) - 1);
        }
    refused("\"\\u\"", 4);
    refused("\"\\u123\"", 7);
    refused("\"\\U0041\"", 8);
    refused("\"\\u{41}\"", 8);
}

/* The scanner looks at eight bytes at a time: what stops it may stand at any of them. */
static void a_string_stops_at_every_place(void **state)
{
    char text[64];
    for (size_t before = 0; before < 20; before++) {
        for (int c = 0; c < 0x20; c++) {
            memset(text, 'x', sizeof(text));
            text[0] = text[40] = '"';
            text[1 + before] = (char)c;
            refused(text, 41);
        }
        for (int c = 0x20; c < 0x80; c++) {
            memset(text, c == '"' || c == '\\' ? 'y' : c, sizeof(text));
            text[0] = text[1 + before] = '"';
            struct m4_doc *doc = parse(text, before + 2);
            assert_non_null(doc);
            assert_int_equal(m4_doc_root(doc)->len, before);
            assert_memory_equal(m4_doc_root(doc)->text, text + 1, before);
            m4_doc_free(doc);
        }
        memset(text, 'x', sizeof(text));
        text[1 + before] = '\\';
        text[2 + before] = 't';
        text[0] = text[40] = '"';
        struct m4_doc *doc = parse(text, 41);
        assert_non_null(doc);
        assert_int_equal(m4_doc_root(doc)->len, 38);
        assert_int_equal(m4_doc_root(doc)->text[before], '\t');
        assert_int_equal(m4_doc_root(doc)->text[before + 1], 'x');
        m4_doc_free(doc);
    }
}

static const char *const tokens[] = {
    "{", "\"a\"", ":", "[", "\"x\"",       ",", "true", ",", "{",     "}", ",",      "[]",
    ",", "false", "]", ",", "\"\\u0457\"", ":", "null", ",", "\"c\"", ":", "-1.5e3", "}"};

/* The tokens with `insert` before token `at`; the length of what is in `text`. */
static size_t with_bytes(char *text, size_t at, const char *insert, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i <= M4_COUNT(tokens); i++) {
        if (i == at) {
            memcpy(text + used, insert, len);
            used += len;
        }
        if (i < M4_COUNT(tokens)) {
            memcpy(text + used, tokens[i], strlen(tokens[i]));
            used += strlen(tokens[i]);
        }
    }
    return used;
}

static void four_bytes_are_white_space_and_no_other(void **state)
{
    char text[256];
    for (size_t at = 0; at <= M4_COUNT(tokens); at++) {
        size_t len = with_bytes(text, at, " \t\r\n\n\r\t ", 8);
        struct m4_doc *doc = parse(text, len);
        assert_non_null(doc);
        m4_doc_free(doc);
        for (int c = 0; c < 256; c++) {
            char byte = (char)c;
            bool space = c && strchr(" \t\r\n", c);
            bool longer_number = at > 0 && *tokens[at - 1] == '-' && c >= '0' && c <= '9';
            if (!space && !longer_number)
                refused(text, with_bytes(text, at, &byte, 1));
        }
        refused(text, with_bytes(text, at, "\xc2\xa0", 2));     /* no-break space */
        refused(text, with_bytes(text, at, "\xe2\x80\xa8", 3)); /* line separator */
        refused(text, with_bytes(text, at, "\xef\xbb\xbf", 3)); /* byte order mark */
        refused(text, with_bytes(text, at, "/**/", 4));
        refused(text, with_bytes(text, at, "//\n", 3));
    }
}

static void a_token_too_few_or_too_many_is_refused(void **state)
{
    char text[256];
    for (size_t at = 0; at < M4_COUNT(tokens); at++) {
        refused(text, with_bytes(text, at, tokens[at], strlen(tokens[at])));
        size_t len = 0;
        for (size_t i = 0; i < M4_COUNT(tokens); i++)
            if (i != at)
                len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", tokens[i]);
        refused(text, len);
    }
}

static void cut_at_any_byte_it_is_refused(void **state)
{
    static const char text[] =
        " {\"key\\n\" : [ 1, -2.50E+1, true, false, null, \"plain and long\" ],"
        "\"\\ud83d\\ude00\":{\"\":[[],{}]}, \"ї€😀\":\"\\\"\\\\\\/\" }";
    m4_doc_free(accepted(text));
    for (size_t len = 0; len < sizeof(text) - 1; len++)
        refused(text, len);
    static const char *const words[] = {"true",        "false", "null", "\"a\"",
                                        "\"\\u0041\"", "[]",    "{}"};
    for (size_t i = 0; i < M4_COUNT(words); i++) {
        m4_doc_free(accepted(words[i]));
        for (size_t len = 0; len < strlen(words[i]); len++)
            refused(words[i], len);
    }
}

static void words_are_written_one_way(void **state)
{
    static const char *const bad[] = {"True",
                                      "TRUE",
                                      "truE",
                                      "False",
                                      "Null",
                                      "NULL",
                                      "nul",
                                      "truee",
                                      "true1",
                                      "t",
                                      "yes",
                                      "undefined",
                                      "None",
                                      "nil",
                                      "a",
                                      "'a'",
                                      "`a`",
                                      "«a»",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{null:1}",
                                      "{[]:1}",
                                      "{\"a\":1;\"b\":2}",
                                      "[1;2]",
                                      "(1)"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]));
}

/* The two faults of the parser we had before this one (docs/adr/0002-own-json-scanner.md). */
static void what_follows_the_value_is_read_to_its_end(void **state)
{
    static const char *const bad[] = {
        "{} \"", "[]\"", "1 \"a", "{}\"a\":[{", "null \"\\u00", "\"a\"\"", "[1]\n\"never closed"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]));
}

static void a_letter_is_written_with_as_few_bytes_as_it_needs(void **state)
{
    static const char *const bad[] = {
        "\"\xc0\xaf\"",         "\"\xc1\xbf\"",         "\"\xe0\x80\xaf\"", "\"\xe0\x9f\xbf\"",
        "\"\xf0\x80\x80\xaf\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xc0\xa2",       "{\"\xc1\x81\":1}"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]));
    struct m4_doc *doc = accepted("\"\x7f\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80\"");
    assert_int_equal(m4_doc_root(doc)->len, 10);
    m4_doc_free(doc);
}

RUN("json_text", TEST(every_form_of_a_number_is_read_everywhere),
    TEST(what_only_looks_like_a_number_is_refused_everywhere),
    TEST(every_letter_of_an_escape_means_one_byte_or_is_refused),
    TEST(every_unit_is_its_letter_and_half_a_pair_is_refused),
    TEST(every_plane_is_reached_by_a_pair), TEST(four_digits_are_hexadecimal),
    TEST(a_string_stops_at_every_place), TEST(four_bytes_are_white_space_and_no_other),
    TEST(a_token_too_few_or_too_many_is_refused), TEST(cut_at_any_byte_it_is_refused),
    TEST(words_are_written_one_way), TEST(what_follows_the_value_is_read_to_its_end),
    TEST(a_letter_is_written_with_as_few_bytes_as_it_needs))
