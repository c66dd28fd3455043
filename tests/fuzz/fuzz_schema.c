/* fuzz_schema.c - any document may be offered as a schema; refusals name what and where */
#include <string.h>

#include "lib/schema.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (m4_json_parse((const char *)data, size, 0, &doc, NULL) < 0)
        return 0;
    for (unsigned flags = 0; flags <= M4_SCHEMA_FORMAT_IS_NOTE; flags++) {
        struct m4_schema *schema = NULL;
        struct m4_err err = {0};
        int rc = m4_schema_compile(m4_doc_root(doc), flags, &schema, &err);
        FUZZ_MUST((rc == 0) == (schema != NULL));
        FUZZ_MUST(rc == 0 || err.text[0]);
        m4_schema_free(schema);
    }
    return 0;
}
