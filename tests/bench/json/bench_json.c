/* bench_json.c FOLDER - our parser and our schema gate, as compare.mjs asks
 *
 * The other half is bench_ajv.mjs; the orders stand there. Each message goes the way
 * daemon/room/message.c sends it: m4_json_parse(), m4_schema_check(), m4_doc_free().
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/file.h"
#include "lib/schema.h"

enum { FILE_BYTES = 8 << 20, MESSAGES = 256, KINDS = 8 };

struct kind {
    char name[32];
    struct m4_schema *schema;
    char *text; /* the messages, each ended by a newline */
    struct {
        const char *text;
        size_t len;
    } messages[MESSAGES];
    int count;
};

static struct kind kinds[KINDS];

static int kind_schema(struct kind *k, const char *file, struct m4_err *err)
{
    char path[512];
    m4_autofree char *text = NULL;
    m4_autodoc struct m4_doc *doc = NULL;
    size_t len;
    int rc = m4_file_path(path, sizeof(path), "schemas", file, err);
    if (rc == 0)
        rc = m4_file_read(path, FILE_BYTES, &text, &len, err);
    if (rc == 0)
        rc = m4_json_parse(text, len, 0, &doc, err);
    return rc < 0 ? rc : m4_schema_compile(m4_doc_root(doc), 0, &k->schema, err);
}

static int kind_messages(struct kind *k, const char *folder, struct m4_err *err)
{
    char name[64], path[512];
    snprintf(name, sizeof(name), "%.31s.jsonl", k->name);
    int rc = m4_file_path(path, sizeof(path), folder, name, err);
    if (rc == 0)
        rc = m4_file_read(path, FILE_BYTES, &k->text, NULL, err);
    if (rc < 0)
        return rc;
    for (char *line = k->text, *end; (end = strchr(line, '\n')); line = end + 1) {
        if (k->count == MESSAGES)
            return m4_fail(err, EFBIG, "\"%s\" holds more than %d messages", path, MESSAGES);
        k->messages[k->count].text = line;
        k->messages[k->count++].len = (size_t)(end - line);
    }
    return k->count ? 0 : m4_fail(err, EINVAL, "\"%s\" holds no message", path);
}

/* The kind of that name, read on its first use; NULL with the reason on stderr. */
static struct kind *kind_get(const char *folder, const char *name, const char *file)
{
    struct m4_err err = {0};
    for (struct kind *k = kinds; k < kinds + KINDS; k++) {
        if (!strcmp(k->name, name))
            return k;
        if (k->name[0])
            continue;
        snprintf(k->name, sizeof(k->name), "%s", name);
        if (kind_schema(k, file, &err) == 0 && kind_messages(k, folder, &err) == 0)
            return k;
        fprintf(stderr, "bench_json: %s\n", err.text);
        return NULL;
    }
    fprintf(stderr, "bench_json: more than %d kinds\n", KINDS);
    return NULL;
}

static bool verdict(const struct kind *k, int i)
{
    m4_autodoc struct m4_doc *doc = NULL;
    struct m4_schema_fault fault;
    struct m4_err err;
    return m4_json_parse(k->messages[i].text, k->messages[i].len, M4_JSON_NO_NUL, &doc, &err) ==
               0 &&
           m4_schema_check(k->schema, m4_doc_root(doc), &fault);
}

static void print_verdicts(const struct kind *k)
{
    for (int i = 0; i < k->count; i++)
        putchar(verdict(k, i) ? '1' : '0');
    putchar('\n');
}

static int all_of(const struct kind *k)
{
    int good = 0;
    for (int i = 0; i < k->count; i++)
        good += verdict(k, i);
    return good;
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool print_time(const struct kind *k, int64_t ms)
{
    int expected = all_of(k);
    int64_t begin = cpu_ns(), spent = 0, passes = 0;
    for (; spent < ms * 1000000; spent = cpu_ns() - begin, passes++)
        if (all_of(k) != expected)
            return false;
    printf("%.1f\n", (double)spent / (double)(passes * k->count));
    return true;
}

int main(int argc, char **argv)
{
    char line[256], order[16], name[32], file[64];
    if (argc != 2) {
        fputs("usage: bench_json FOLDER\n", stderr);
        return 2;
    }
    while (fgets(line, sizeof(line), stdin)) {
        long ms = 0;
        int words = sscanf(line, "%15s %31s %63s %ld", order, name, file, &ms);
        const struct kind *k = words >= 3 ? kind_get(argv[1], name, file) : NULL;
        if (!k)
            return 1;
        if (!strcmp(order, "verdicts"))
            print_verdicts(k);
        else if (!print_time(k, ms))
            return 1;
        fflush(stdout);
    }
    return 0;
}
