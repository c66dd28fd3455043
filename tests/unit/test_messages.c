/* test_messages.c - every schema of ours takes what it should and says why it does not
 *
 * tests/data/messages/NAME.json has examples for schemas/NAME.json: "good" values, and
 * "bad" rows of pointer, keyword, value. A schema without examples fails.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/schema.h"
#include "tests/unit/test.h"

enum { FILE_BYTES = 1 << 20, LEAST_GOOD = 1, LEAST_BAD = 3 };

static struct m4_doc *read_doc(const char *folder, const char *name)
{
    char path[256];
    m4_autofree char *text = NULL;
    size_t len;
    struct m4_err err = {0};
    struct m4_doc *doc = NULL;
    snprintf(path, sizeof(path), "%s/%s.json", folder, name);
    if (m4_file_read(path, FILE_BYTES, &text, &len, &err) < 0 ||
        m4_json_parse(text, len, 0, &doc, &err) < 0)
        fail_msg("%s", err.text);
    return doc;
}

static struct m4_schema *compile(const char *name)
{
    struct m4_doc *doc = read_doc("schemas", name);
    struct m4_schema *schema = NULL;
    struct m4_err err = {0};
    if (m4_schema_compile(m4_doc_root(doc), 0, &schema, &err) < 0)
        fail_msg("schemas/%s.json: %s", name, err.text);
    m4_doc_free(doc);
    return schema;
}

static int check_examples(const char *name)
{
    struct m4_schema *schema = compile(name);
    struct m4_doc *doc = read_doc("tests/data/messages", name);
    const struct m4_json *good = m4_json_get(m4_doc_root(doc), "good");
    const struct m4_json *bad = m4_json_get(m4_doc_root(doc), "bad");
    struct m4_schema_fault fault = {.keyword = ""};
    int wrong = good->len < LEAST_GOOD || bad->len < LEAST_BAD, index = 0;
    for (const struct m4_json *v = good->child; v; v = v->next, index++) {
        if (m4_schema_check(schema, v, &fault))
            continue;
        print_error("%s good %d: %s %s %s\n", name, index, fault.pointer, fault.keyword,
                    fault.detail);
        wrong++;
    }
    index = 0;
    for (const struct m4_json *row = bad->child; row; row = row->next, index++) {
        const struct m4_json *pointer = row->child, *keyword = pointer->next;
        if (!m4_schema_check(schema, keyword->next, &fault) &&
            !strcmp(fault.pointer, pointer->text) && !strcmp(fault.keyword, keyword->text))
            continue;
        print_error("%s bad %d: \"%s\" %s, but got \"%s\" %s\n", name, index, pointer->text,
                    keyword->text, fault.pointer, fault.keyword);
        wrong++;
    }
    m4_doc_free(doc);
    m4_schema_free(schema);
    return wrong;
}

static void every_listed_schema_meets_its_examples(void **state)
{
    struct m4_doc *index = read_doc("schemas", "index");
    int wrong = 0;
    for (const struct m4_json *list = m4_doc_root(index)->child; list; list = list->next)
        for (const struct m4_json *name = list->child; name; name = name->next)
            wrong += check_examples(name->text);
    m4_doc_free(index);
    assert_int_equal(wrong, 0);
}

static bool listed(const struct m4_json *index, const char *file)
{
    for (const struct m4_json *list = index->child; list; list = list->next)
        for (const struct m4_json *name = list->child; name; name = name->next)
            if (!strncmp(file, name->text, name->len) && !strcmp(file + name->len, ".json"))
                return true;
    return !strcmp(file, "index.json");
}

static void every_file_is_listed(void **state)
{
    struct m4_doc *index = read_doc("schemas", "index");
    static const char *const folders[] = {"schemas", "tests/data/messages"};
    for (size_t i = 0; i < M4_COUNT(folders); i++) {
        DIR *dir = opendir(folders[i]);
        assert_non_null(dir);
        for (struct dirent *entry; (entry = readdir(dir));)
            if (entry->d_name[0] != '.' && !listed(m4_doc_root(index), entry->d_name))
                fail_msg("%s/%s is not in schemas/index.json", folders[i], entry->d_name);
        closedir(dir);
    }
    m4_doc_free(index);
}

RUN("messages", TEST(every_listed_schema_meets_its_examples), TEST(every_file_is_listed))
