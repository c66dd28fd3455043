#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/schema.h"
#include "tests/unit/test.h"

enum { CASE_BYTES = 1 << 20 };

static struct m4_doc *read_doc(const char *path)
{
    m4_autofree char *text = NULL;
    size_t len;
    struct m4_err err = {0};
    struct m4_doc *doc = NULL;
    if (m4_file_read(path, CASE_BYTES, &text, &len, &err) < 0 ||
        m4_json_parse(text, len, 0, &doc, &err) < 0)
        fail_msg("%s: %s", path, err.text);
    return doc;
}

static struct m4_doc *parse(const char *text)
{
    struct m4_err err = {0};
    struct m4_doc *doc = NULL;
    if (m4_json_parse(text, strlen(text), 0, &doc, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    return doc;
}

/* value, pointer, keyword and, where it is given, detail */
static int refused_as_said(const struct m4_schema *schema, const struct m4_json *bad)
{
    const struct m4_json *value = bad->child, *pointer = value->next, *keyword = pointer->next;
    const struct m4_json *detail = keyword->next;
    struct m4_schema_fault fault;
    if (m4_schema_check(schema, value, &fault)) {
        print_error("accepted, but should be refused for %s\n", keyword->text);
        return 0;
    }
    assert_false(m4_schema_check(schema, value, NULL));
    if (!strcmp(fault.pointer, pointer->text) && !strcmp(fault.keyword, keyword->text) &&
        (!detail || !strcmp(fault.detail, detail->text)))
        return 1;
    print_error("got \"%s\" %s: %s\nnot \"%s\" %s: %s\n", fault.pointer, fault.keyword,
                fault.detail, pointer->text, keyword->text, detail ? detail->text : "");
    return 0;
}

static void run_cases(const char *name)
{
    char path[128];
    snprintf(path, sizeof(path), "tests/data/schema/%s.json", name);
    struct m4_doc *doc = read_doc(path);
    int wrong = 0, index = 0;
    for (const struct m4_json *one = m4_doc_root(doc)->child; one; one = one->next, index++) {
        struct m4_schema *schema = NULL;
        struct m4_err err = {0};
        if (m4_schema_compile(m4_json_get(one, "schema"), 0, &schema, &err) < 0)
            fail_msg("%s case %d: %s", path, index, err.text);
        int before = wrong;
        for (const struct m4_json *v = m4_json_get(one, "good")->child; v; v = v->next) {
            struct m4_schema_fault fault = {0};
            if (!m4_schema_check(schema, v, &fault)) {
                print_error("refused: %s %s %s\n", fault.pointer, fault.keyword, fault.detail);
                wrong++;
            }
        }
        for (const struct m4_json *v = m4_json_get(one, "bad")->child; v; v = v->next)
            wrong += !refused_as_said(schema, v);
        if (wrong > before)
            print_error("in %s case %d\n", path, index);
        m4_schema_free(schema);
    }
    m4_doc_free(doc);
    assert_int_equal(wrong, 0);
}

static void values_are_compared_whole(void **state)
{
    run_cases("values");
}

static void numbers_keep_their_bounds(void **state)
{
    run_cases("numbers");
}

static void strings_are_counted_in_characters(void **state)
{
    run_cases("strings");
}

static void formats_know_the_calendar(void **state)
{
    run_cases("formats");
}

static void arrays_keep_length_and_items(void **state)
{
    run_cases("arrays");
}

static void objects_know_their_fields(void **state)
{
    run_cases("objects");
}

static void combined_schemas_and_references_hold(void **state)
{
    run_cases("in_place");
}

static void what_is_not_enforced_is_refused(void **state)
{
    struct m4_doc *doc = read_doc("tests/data/schema/refused.json");
    int wrong = 0;
    for (const struct m4_json *one = m4_doc_root(doc)->child; one; one = one->next) {
        struct m4_schema *schema = NULL;
        struct m4_err err = {0};
        const char *begins = one->child->next->text;
        int rc = m4_schema_compile(one->child, 0, &schema, &err);
        if (rc == -EINVAL && !strncmp(err.text, begins, strlen(begins)))
            continue;
        wrong++;
        print_error("said \"%s\"\nnot  \"%s\"\n", rc < 0 ? err.text : "nothing", begins);
        m4_schema_free(schema);
    }
    m4_doc_free(doc);
    assert_int_equal(wrong, 0);
}

static void format_may_be_a_note(void **state)
{
    struct m4_doc *doc = parse("{\"format\": \"email\", \"minLength\": 1}"),
                  *value = parse("\"x\"");
    struct m4_schema *schema = NULL;
    assert_int_equal(m4_schema_compile(m4_doc_root(doc), M4_SCHEMA_FORMAT_IS_NOTE, &schema, NULL),
                     0);
    m4_doc_free(doc); /* the schema keeps nothing of it */
    assert_true(m4_schema_check(schema, m4_doc_root(value), NULL));
    m4_doc_free(value);
    m4_schema_free(schema);
}

static void a_chain_of_references_has_an_end(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(CASE_BYTES);
    m4_buf_str(&b, "{\"$defs\":{\"d0\":true");
    for (int i = 1; i < 200; i++)
        m4_buf_fmt(&b, ",\"d%d\":{\"$ref\":\"#/$defs/d%d\"}", i, i - 1);
    m4_buf_str(&b, "}}");
    struct m4_doc *doc = parse(b.data);
    struct m4_schema *schema = NULL;
    struct m4_err err = {0};
    assert_int_equal(m4_schema_compile(m4_doc_root(doc), 0, &schema, &err), -EINVAL);
    assert_string_equal(err.text, "\"$ref\", \"allOf\" and the like are nested deeper than 64");
    m4_doc_free(doc);
}

static void too_many_schemas_or_names_are_refused(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(CASE_BYTES);
    struct m4_schema *schema = NULL;
    struct m4_err err = {0};
    m4_buf_str(&b, "{\"anyOf\":[true");
    for (int i = 0; i < 9000; i++)
        m4_buf_str(&b, ",true");
    m4_buf_str(&b, "]}");
    struct m4_doc *doc = parse(b.data);
    assert_int_equal(m4_schema_compile(m4_doc_root(doc), 0, &schema, &err), -EINVAL);
    assert_non_null(strstr(err.text, "is more than 8192 schemas in one"));
    m4_doc_free(doc);

    m4_buf_clear(&b);
    m4_buf_str(&b, "{\"required\":[\"n\"");
    for (int i = 0; i < 600; i++)
        m4_buf_fmt(&b, ",\"n%d\"", i);
    m4_buf_str(&b, "]}");
    doc = parse(b.data);
    assert_int_equal(m4_schema_compile(m4_doc_root(doc), 0, &schema, &err), -EINVAL);
    assert_string_equal(err.text, "\"required\" at \"#/required\" names more than 512");
    m4_doc_free(doc);
}

static void more_than_64_required_names_are_all_looked_for(void **state)
{
    m4_autobuf struct m4_buf b = M4_BUF(CASE_BYTES), v = M4_BUF(CASE_BYTES);
    m4_buf_str(&b, "{\"required\":[\"n0\"");
    m4_buf_str(&v, "{\"n0\":1");
    for (int i = 1; i < 130; i++) {
        m4_buf_fmt(&b, ",\"n%d\"", i);
        if (i != 129)
            m4_buf_fmt(&v, ",\"n%d\":1", i);
    }
    m4_buf_str(&b, "]}");
    m4_buf_str(&v, "}");
    struct m4_doc *doc = parse(b.data), *value = parse(v.data);
    struct m4_schema *schema = NULL;
    struct m4_schema_fault fault;
    assert_int_equal(m4_schema_compile(m4_doc_root(doc), 0, &schema, NULL), 0);
    assert_false(m4_schema_check(schema, m4_doc_root(value), &fault));
    assert_string_equal(fault.detail, "\"n129\" is missing");
    m4_schema_free(schema);
    m4_doc_free(value);
    m4_doc_free(doc);
}

static void no_memory_is_an_error_and_leaks_nothing(void **state)
{
    struct m4_doc *doc = parse("{\"type\":[\"object\",\"null\"],\"properties\":{\"a\":{\"pattern\":"
                               "\"^\\\\p{Letter}[a-z]+$\",\"minLength\":1,\"format\":\"date\"},"
                               "\"b\":{\"enum\":[1,{\"x\":[\"y\"]}]},\"c\":{\"const\":\"c\"},"
                               "\"d\":{\"$ref\":\"#/$defs/e\"}},\"required\":[\"a\",\"z\"],"
                               "\"$defs\":{\"e\":{\"anyOf\":[{\"minimum\":1},{\"items\":{}}]}}}");
    struct m4_schema *schema = NULL;
    struct m4_err err = {0};
    int rc = -ENOMEM;
    for (long n = 0; rc < 0; n++) {
        assert_true(n < 1000);
        test_fail_malloc_at = n;
        rc = m4_schema_compile(m4_doc_root(doc), 0, &schema, &err);
        test_fail_malloc_at = -1;
        if (rc < 0)
            assert_int_equal(rc, -ENOMEM);
    }
    m4_doc_free(doc);
    doc = parse("{\"a\":\"2026-01-01\"}");
    struct m4_schema_fault fault;
    test_fail_malloc_at = 0;
    assert_false(m4_schema_check(schema, m4_doc_root(doc), &fault)); /* refused, not let through */
    assert_string_equal(fault.keyword, "pattern");
    test_fail_malloc_at = -1;
    m4_doc_free(doc);
    m4_schema_free(schema);
    m4_schema_free(NULL);
}

RUN("schema", TEST(values_are_compared_whole), TEST(numbers_keep_their_bounds),
    TEST(strings_are_counted_in_characters), TEST(formats_know_the_calendar),
    TEST(arrays_keep_length_and_items), TEST(objects_know_their_fields),
    TEST(combined_schemas_and_references_hold), TEST(what_is_not_enforced_is_refused),
    TEST(format_may_be_a_note), TEST(a_chain_of_references_has_an_end),
    TEST(too_many_schemas_or_names_are_refused),
    TEST(more_than_64_required_names_are_all_looked_for),
    TEST(no_memory_is_an_error_and_leaks_nothing))
