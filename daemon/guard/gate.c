#include "daemon/guard/gate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMAS = 64, SCHEMA_BYTES = 256 * 1024 };

struct gate_entry {
    char name[48];
    char type[16]; /* of a message: the const of its "t", else "" */
    struct m4_schema *schema;
};

static struct gate_entry entries[SCHEMAS];
static size_t count;

static const char *message_type(const struct m4_json *schema)
{
    const struct m4_json *t = m4_json_get(m4_json_get(schema, "properties"), "t");
    return m4_json_text(t, "const", "");
}

static int load_one(const char *dir, const char *name, struct m4_err *err)
{
    char file[80];
    m4_autodoc struct m4_doc *doc = NULL;
    if (count == SCHEMAS)
        return m4_fail(err, E2BIG, "more than %d schemas", SCHEMAS);
    struct gate_entry *e = &entries[count];
    snprintf(file, sizeof(file), "%.60s.json", name);
    int rc = m4_json_file(dir, file, SCHEMA_BYTES, &doc, err);
    if (rc == 0)
        rc = m4_schema_compile(m4_doc_root(doc), 0, &e->schema, err);
    if (rc < 0)
        return m4_wrap(err, rc, "schema \"%s\"", name);
    snprintf(e->name, sizeof(e->name), "%s", name);
    snprintf(e->type, sizeof(e->type), "%s", message_type(m4_doc_root(doc)));
    count++;
    return 0;
}

int gate_load(const char *dir, struct m4_err *err)
{
    static const char *const lists[] = {"in", "body"};
    m4_autodoc struct m4_doc *doc = NULL;
    int rc = m4_json_file(dir, "index.json", SCHEMA_BYTES, &doc, err);
    for (size_t i = 0; rc == 0 && i < M4_COUNT(lists); i++) {
        const struct m4_json *list = m4_json_get(m4_doc_root(doc), lists[i]);
        for (const struct m4_json *v = list ? list->child : NULL; rc == 0 && v; v = v->next)
            rc = load_one(dir, v->type == M4_STRING ? v->text : "", err);
    }
    return rc;
}

void gate_done(void)
{
    while (count)
        m4_schema_free(entries[--count].schema);
}

const struct m4_schema *gate_schema(const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(entries[i].name, name))
            return entries[i].schema;
    return NULL;
}

const struct m4_schema *gate_message(const char *t)
{
    for (size_t i = 0; i < count; i++)
        if (*entries[i].type && !strcmp(entries[i].type, t))
            return entries[i].schema;
    return NULL;
}
