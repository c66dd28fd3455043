/* test_schema_suite.c - the JSON Schema conformance suite, draft 2020-12
 *
 * Reads $M4SH_TEST_DATA/json-schema-test-suite/tests/draft2020-12/ (not in this tree; SKIP
 * where it is absent). A group whose schema uses a keyword that is not ours must be refused
 * when it is compiled; every other group must pass, each of its tests. Prints TAP, one line
 * a file, then the counts.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/schema.h"

/* A change of ours may not quietly refuse what passed. Grows with the keywords we take up. */
enum { LEAST_PASSED = 184, FILE_BYTES = 4 << 20, REASONS = 64 };

struct tally {
    int passed, refused, failed;
    struct {
        char keyword[32];
        int count;
    } reasons[REASONS];
};

static bool read_file(const char *path, struct m4_buf *b)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof(part), f)) > 0)
        m4_buf_add(b, part, n);
    bool good = !ferror(f) && !b->failed;
    fclose(f);
    return good;
}

/* Errors begin with the keyword in quotes. */
static void count_reason(struct tally *t, const char *text)
{
    char keyword[32] = "other";
    sscanf(text, "\"%31[^\"]", keyword);
    for (size_t i = 0; i < REASONS; i++) {
        if (!t->reasons[i].count)
            strcpy(t->reasons[i].keyword, keyword);
        if (strcmp(t->reasons[i].keyword, keyword))
            continue;
        t->reasons[i].count++;
        return;
    }
}

/* Whether each test of the group has the verdict the suite names. */
static bool group_passes(const struct m4_schema *schema, const struct m4_json *group)
{
    bool good = true;
    for (const struct m4_json *test = m4_json_get(group, "tests")->child; test; test = test->next) {
        struct m4_schema_fault fault = {0};
        bool valid = m4_schema_check(schema, m4_json_get(test, "data"), &fault);
        if (valid == m4_json_truth(test, "valid", !valid))
            continue;
        good = false;
        printf("# %s: %s: %s %s %s\n", m4_json_text(group, "description", "?"),
               m4_json_text(test, "description", "?"), valid ? "accepted" : "refused",
               valid ? "" : fault.keyword, fault.detail);
    }
    return good;
}

static void run_group(struct tally *t, const struct m4_json *group)
{
    struct m4_schema *schema = NULL;
    struct m4_err err = {0};
    int rc =
        m4_schema_compile(m4_json_get(group, "schema"), M4_SCHEMA_FORMAT_IS_NOTE, &schema, &err);
    if (rc < 0) {
        t->refused++;
        count_reason(t, err.text);
    } else if (group_passes(schema, group)) {
        t->passed++;
    } else {
        t->failed++;
    }
    m4_schema_free(schema);
}

static bool run_file(struct tally *t, const char *path)
{
    m4_autobuf struct m4_buf text = M4_BUF(FILE_BYTES);
    m4_autodoc struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    int failed_before = t->failed;
    if (!read_file(path, &text)) {
        printf("# %s: cannot be read\n", path);
        return false;
    }
    if (m4_json_parse(text.data, text.len, 0, &doc, &err) < 0) {
        printf("# %s: %s\n", path, err.text);
        return false;
    }
    for (const struct m4_json *group = m4_doc_root(doc)->child; group; group = group->next)
        run_group(t, group);
    return t->failed == failed_before;
}

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".json");
}

int main(void)
{
    const char *data = getenv("M4SH_TEST_DATA");
    char folder[512];
    snprintf(folder, sizeof(folder), "%s/json-schema-test-suite/tests/draft2020-12",
             data ? data : "");
    struct dirent **files = NULL;
    int count = data ? scandir(folder, &files, is_json, alphasort) : -1;
    if (count < 0) {
        printf("1..0 # SKIP M4SH_TEST_DATA has no json-schema-test-suite\n");
        return 0;
    }
    struct tally t = {0};
    bool all = true;
    for (int i = 0; i < count; i++) {
        char path[1024];
        snprintf(path, sizeof(path), "%s/%s", folder, files[i]->d_name);
        bool good = run_file(&t, path);
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1, files[i]->d_name);
        all = all && good;
        free(files[i]);
    }
    free(files);
    for (size_t i = 0; i < REASONS && t.reasons[i].count; i++)
        printf("# %d refused for %s\n", t.reasons[i].count, t.reasons[i].keyword);
    printf("# %d groups passed, %d refused, %d failed\n", t.passed, t.refused, t.failed);
    bool enough = t.passed >= LEAST_PASSED;
    printf("%s %d - at least %d groups pass\n1..%d\n", enough ? "ok" : "not ok", count + 1,
           LEAST_PASSED, count + 1);
    return all && enough ? 0 : 1;
}
