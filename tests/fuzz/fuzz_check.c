/* fuzz_check.c - any JSON against every schema of ours, as a stranger might send it */
#include <string.h>

#include "lib/file.h"
#include "lib/schema.h"
#include "lib/utf8.h"
#include "tests/fuzz/fuzz.h"

enum { FILE_BYTES = 1 << 20, SCHEMAS = 128 };

static struct m4_schema *schemas[SCHEMAS];
static size_t schema_count;

static struct m4_doc *read_doc(const char *name)
{
    char path[256];
    m4_autofree char *text = NULL;
    size_t len;
    struct m4_doc *doc = NULL;
    snprintf(path, sizeof(path), "schemas/%s.json", name);
    FUZZ_MUST(m4_file_read(path, FILE_BYTES, &text, &len, NULL) == 0);
    FUZZ_MUST(m4_json_parse(text, len, 0, &doc, NULL) == 0);
    return doc;
}

static void load_schemas(void)
{
    m4_autodoc struct m4_doc *index = read_doc("index");
    for (const struct m4_json *list = m4_doc_root(index)->child; list; list = list->next) {
        for (const struct m4_json *name = list->child; name; name = name->next) {
            m4_autodoc struct m4_doc *doc = read_doc(name->text);
            FUZZ_MUST(schema_count < SCHEMAS);
            FUZZ_MUST(m4_schema_compile(m4_doc_root(doc), 0, &schemas[schema_count++], NULL) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (!schema_count)
        load_schemas();
    if (m4_json_parse((const char *)data, size, M4_JSON_NO_NUL, &doc, NULL) < 0)
        return 0;
    for (size_t i = 0; i < schema_count; i++) {
        struct m4_schema_fault fault = {0};
        bool good = m4_schema_check(schemas[i], m4_doc_root(doc), &fault);
        FUZZ_MUST(good == m4_schema_check(schemas[i], m4_doc_root(doc), NULL));
        if (good)
            continue;
        FUZZ_MUST(fault.keyword && fault.detail[0]);
        FUZZ_MUST(m4_utf8_valid(fault.detail, strlen(fault.detail)));
        FUZZ_MUST(m4_utf8_valid(fault.pointer, strlen(fault.pointer)));
        FUZZ_MUST(!fault.pointer[0] || fault.pointer[0] == '/');
    }
    return 0;
}
