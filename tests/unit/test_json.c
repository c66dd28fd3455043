#include <errno.h>
#include <math.h>
#include <string.h>

#include "lib/json.h"
#include "tests/unit/test.h"

enum { OUT_BYTES = 1 << 20 };

static struct m4_doc *parse(const char *text)
{
    struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    if (m4_json_parse(text, strlen(text), 0, &doc, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    return doc;
}

static void refused(const char *text, size_t len, unsigned flags, const char *why)
{
    struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    if (m4_json_parse(text, len, flags, &doc, &err) != -EINVAL)
        fail_msg("not refused: %s", text);
    if (!strstr(err.text, why))
        fail_msg("%s: said \"%s\", not \"%s\"", text, err.text, why);
    assert_null(doc);
}

static void a_document_keeps_order_types_and_lengths(void **state)
{
    struct m4_doc *doc =
        parse(" {\"a\":[1,2.5,true,null],\"b\":{\"c\":\"d\\u0000e\"},\"\":false} ");
    const struct m4_json *root = m4_doc_root(doc), *a = root->child;
    assert_int_equal(root->len, 3);
    assert_string_equal(a->key, "a");
    assert_int_equal(a->len, 4);
    assert_int_equal(a->child->type, M4_INT);
    assert_int_equal(a->child->number, 1);
    assert_true(a->child->real == 1.0);
    assert_int_equal(a->child->next->type, M4_REAL);
    assert_true(a->child->next->real == 2.5);
    assert_true(a->child->next->next->truth);
    assert_int_equal(a->child->next->next->next->type, M4_NULL);
    const struct m4_json *c = m4_json_get(m4_json_get(root, "b"), "c");
    assert_int_equal(c->len, 3);
    assert_memory_equal(c->text, "d\0e", 4);
    assert_int_equal(m4_json_get(root, "")->type, M4_BOOL);
    assert_null(m4_json_get(root, "x"));
    assert_null(m4_json_get(c, "x"));
    assert_null(m4_json_get(NULL, "x"));
    m4_doc_free(doc);
    m4_doc_free(NULL);
}

static void getters_fall_back(void **state)
{
    struct m4_doc *doc = parse("{\"t\":\"x\",\"n\":-3,\"b\":true,\"r\":1.5}");
    const struct m4_json *root = m4_doc_root(doc);
    assert_string_equal(m4_json_text(root, "t", "?"), "x");
    assert_string_equal(m4_json_text(root, "n", "?"), "?");
    assert_int_equal(m4_json_number(root, "n", 9), -3);
    assert_int_equal(m4_json_number(root, "r", 9), 9);
    assert_int_equal(m4_json_number(root, "none", 9), 9);
    assert_true(m4_json_truth(root, "b", false));
    assert_true(m4_json_truth(root, "t", true));
    m4_doc_free(doc);
}

static void depth_32_is_the_last(void **state)
{
    char text[80];
    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    text[64] = '\0';
    m4_doc_free(parse(text));
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    refused(text, 66, 0, "nested deeper than 32 levels");
    char deep[4096];
    memset(deep, '[', sizeof(deep));
    refused(deep, sizeof(deep), 0, "nested deeper than 32 levels");
}

static void names_stand_once(void **state)
{
    refused("{\"a\":1,\"b\":2,\"a\":3}", 19, 0, "a name stands twice");
    refused("{\"a\":1,\"\\u0061\":3}", 18, 0, "a name stands twice");
    m4_doc_free(parse("{\"a\":1,\"aa\":2,\"a\\u0000\":3,\"b\":{\"a\":1}}"));

    m4_autobuf struct m4_buf b = M4_BUF(OUT_BYTES);
    m4_buf_str(&b, "{\"n0\":0");
    for (int i = 1; i < 100; i++)
        m4_buf_fmt(&b, ",\"n%d\":0", i);
    size_t len = b.len;
    m4_buf_str(&b, "}");
    m4_doc_free(parse(b.data));
    b.len = len;
    m4_buf_str(&b, ",\"n50\":0}");
    refused(b.data, b.len, 0, "a name stands twice");
}

static void numbers_keep_what_they_can(void **state)
{
    struct m4_doc *doc = parse("[9223372036854775807,-9223372036854775808,9223372036854775808,"
                               "-0,1e2,1E-400,0.1]");
    const struct m4_json *v = m4_doc_root(doc)->child;
    assert_true(v->type == M4_INT && v->number == INT64_MAX);
    v = v->next;
    assert_true(v->type == M4_INT && v->number == INT64_MIN);
    v = v->next;
    assert_true(v->type == M4_REAL && v->real == 9223372036854775808.0);
    v = v->next;
    assert_true(v->type == M4_INT && v->number == 0);
    v = v->next;
    assert_true(v->type == M4_REAL && v->real == 100);
    v = v->next;
    assert_true(v->type == M4_REAL && v->real == 0);
    v = v->next;
    assert_true(v->type == M4_REAL && v->real == 0.1);
    m4_doc_free(doc);
    refused("1e999", 5, 0, "a number is too large");
    refused("-1e999", 6, 0, "a number is too large");
    char digits[200];
    memset(digits, '1', sizeof(digits));
    refused(digits, 128, 0, "more than 127 characters");
    static const char *const bad[] = {"01", "+1", ".5", "1.", "1e", "-", "0x10", "NaN", "Infinity"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]), 0, "not accepted as JSON");
}

static void surrogates_come_in_pairs(void **state)
{
    struct m4_doc *doc = parse("\"\\ud83d\\ude00 \\\\ud800\"");
    assert_string_equal(m4_doc_root(doc)->text, "😀 \\ud800");
    m4_doc_free(doc);
    static const char *const bad[] = {
        "\"\\ud800\"",        "\"\\ud800x\"",       "\"\\udc00\"",
        "\"\\ud800\\ud800\"", "\"\\ud800\\u0041\"", "\"\\ud800\\n\"",
        "{\"\\udfff\":1}",    "\"\\\\\\ud800\"",    "\"\\uDBFF\\uE000\""};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]), 0, "half of a surrogate pair");
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
    static const char *const bad[] = {"\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xf5\x80\x80\x80\"",
                                      "\"\xc3\"",
                                      "{\"\xe0\x80\x80\":1}",
                                      "\"abcdefghijklm\xf4\x90\x80\x80\""};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]), 0, "it is not UTF-8");
}

static void nul_is_refused_where_asked(void **state)
{
    struct m4_doc *doc = parse("{\"a\\u0000\":\"\\u0000\"}");
    assert_int_equal(m4_doc_root(doc)->child->key_len, 2);
    m4_doc_free(doc);
    refused("\"\\u0000\"", 8, M4_JSON_NO_NUL, "a string holds U+0000");
    refused("{\"\\u0000\":1}", 12, M4_JSON_NO_NUL, "a string holds U+0000");
    refused("\"a\0b\"", 5, 0, "not accepted as JSON"); /* a raw one never is JSON */
}

static void anything_else_is_refused(void **state)
{
    static const char *const bad[] = {"",        " ",
                                      "{",       "[1,]",
                                      "{\"a\"}", "{\"a\":1,}",
                                      "[1 2]",   "'a'",
                                      "\"a",     "tru",
                                      "nulll",   "[1]]",
                                      "1 2",     "{} {}",
                                      "\"\t\"",  "// x",
                                      "[1] x",   "\"\\x41\"",
                                      "{1:2}",   "\"\\u12g4\"",
                                      "/* */1",  "\xef\xbb\xbf[]",
                                      "[1,\f2]", "\v1",
                                      "1\f",     "{} \"",
                                      "[]\"x",   "{}\"a\":[{"};
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        refused(bad[i], strlen(bad[i]), 0, "not accepted as JSON");
    assert_int_equal(m4_json_parse(NULL, 0, 0, NULL, NULL), -EINVAL);
}

static void equal_is_by_value(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } pairs[] = {
        {"1", "1.0", true},
        {"9007199254740993", "9007199254740992", false},
        {"1", "true", false},
        {"0", "false", false},
        {"null", "null", true},
        {"true", "true", true},
        {"true", "false", false},
        {"\"a\"", "\"a\"", true},
        {"\"a\"", "\"b\"", false},
        {"\"a\"", "\"a\\u0000\"", false},
        {"[1,2]", "[1,2]", true},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,1]", false},
        {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}", true},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
        {"{}", "[]", false},
    };
    for (size_t i = 0; i < M4_COUNT(pairs); i++) {
        struct m4_doc *a = parse(pairs[i].a), *b = parse(pairs[i].b);
        if (m4_json_equal(m4_doc_root(a), m4_doc_root(b)) != pairs[i].equal)
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
        m4_doc_free(a);
        m4_doc_free(b);
    }
}

static void refused_memory_leaks_nothing(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(OUT_BYTES);
    m4_buf_str(&b, "{\"n0\":[1,{\"x\":\"\\u0457\"}]");
    for (int i = 1; i < 60; i++)
        m4_buf_fmt(&b, ",\"n%d\":\"%0200d\"", i, i);
    m4_buf_str(&b, "}");
    int rc = -ENOMEM;
    for (long n = 0; rc < 0; n++) {
        struct m4_doc *doc = NULL;
        struct m4_err err = {0};
        assert_true(n < 1000);
        test_fail_malloc_at = n;
        rc = m4_json_parse(b.data, b.len, 0, &doc, &err);
        test_fail_malloc_at = -1;
        if (rc < 0) {
            assert_int_equal(rc, -ENOMEM);
            assert_null(doc);
        }
        m4_doc_free(doc);
    }
}

static void the_writer_sets_commas(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(OUT_BYTES);
    struct m4_jw w = M4_JW(&b);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "s", "a\"b\\c\n\x01\x7fї");
    m4_jw_kstr(&w, "z", NULL);
    m4_jw_kint(&w, "i", INT64_MIN);
    m4_jw_kbool(&w, "b", false);
    m4_jw_key(&w, "a");
    m4_jw_open(&w, '[');
    m4_jw_open(&w, '[');
    m4_jw_close(&w, ']');
    m4_jw_open(&w, '{');
    m4_jw_close(&w, '}');
    m4_jw_real(&w, 0.5);
    m4_jw_real(&w, NAN);
    m4_jw_null(&w);
    m4_jw_strn(&w, "a\0b", 3);
    m4_jw_raw(&w, "[1]", 3);
    m4_jw_close(&w, ']');
    m4_jw_key(&w, "k\"");
    m4_jw_int(&w, 1);
    m4_jw_close(&w, '}');
    assert_false(b.failed);
    assert_string_equal(b.data, "{\"s\":\"a\\\"b\\\\c\\n\\u0001\\u007fї\",\"z\":null,"
                                "\"i\":-9223372036854775808,\"b\":false,"
                                "\"a\":[[],{},0.5,null,null,\"a\\u0000b\",[1]],\"k\\\"\":1}");
}

static void what_is_written_is_read_back(void **state)
{
    struct m4_doc *doc = parse(
        "{\"a\\u0000b\":[1,-2.25,1e300,\"x\\u0000y\",null,true,[],{}],\"c\":{\"d\":\"\\\"\"}}");
    m4_autobuf struct m4_buf b = M4_BUF(OUT_BYTES);
    struct m4_jw w = M4_JW(&b);
    m4_jw_value(&w, m4_doc_root(doc));
    struct m4_doc *again = parse(b.data);
    assert_true(m4_json_equal(m4_doc_root(doc), m4_doc_root(again)));
    m4_doc_free(again);
    m4_doc_free(doc);
}

static void the_writer_knows_its_depth_and_room(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(OUT_BYTES);
    struct m4_jw w = M4_JW(&b);
    for (int i = 0; i < M4_JSON_DEPTH; i++)
        m4_jw_open(&w, '[');
    assert_false(b.failed);
    m4_jw_open(&w, '[');
    assert_true(b.failed);
    for (int i = 0; i < 40; i++)
        m4_jw_close(&w, ']');
    assert_int_equal(w.depth, 0);

    m4_autobuf struct m4_buf small = M4_BUF(4);
    w = M4_JW(&small);
    m4_jw_str(&w, "abc");
    assert_true(small.failed);
}

static void a_whole_number_may_be_written_as_a_real(void **state)
{
    (void)state;
    struct m4_doc *doc = parse("{\"a\":5.0,\"b\":1e6,\"c\":5.5,\"d\":1e300,\"e\":-2.0,"
                               "\"f\":9007199254740994.0,\"g\":9007199254740993}");
    const struct m4_json *o = m4_doc_root(doc);
    assert_int_equal(m4_json_number(o, "a", -1), 5);
    assert_int_equal(m4_json_number(o, "b", -1), 1000000);
    assert_int_equal(m4_json_number(o, "c", -1), -1);
    assert_int_equal(m4_json_number(o, "d", -1), -1);
    assert_int_equal(m4_json_number(o, "e", -1), -2);
    assert_int_equal(m4_json_number(o, "f", -1), -1); /* beyond 2^53 */
    assert_int_equal(m4_json_number(o, "g", -1), INT64_C(9007199254740993));
    m4_doc_free(doc);
}

RUN("json", TEST(a_document_keeps_order_types_and_lengths), TEST(getters_fall_back),
    TEST(depth_32_is_the_last), TEST(names_stand_once), TEST(numbers_keep_what_they_can),
    TEST(a_whole_number_may_be_written_as_a_real), TEST(surrogates_come_in_pairs),
    TEST(bytes_that_are_no_utf8_are_refused), TEST(nul_is_refused_where_asked),
    TEST(anything_else_is_refused), TEST(equal_is_by_value), TEST(refused_memory_leaks_nothing),
    TEST(the_writer_sets_commas), TEST(what_is_written_is_read_back),
    TEST(the_writer_knows_its_depth_and_room))
