/* fuzz_json.c - what is accepted can be written and read back as the same value */
#include "lib/json.h"
#include "lib/utf8.h"
#include "tests/fuzz/fuzz.h"

static void strings_are_utf8(const struct m4_json *v)
{
    FUZZ_MUST(m4_utf8_valid(v->key ? v->key : "", v->key_len));
    if (v->type == M4_STRING)
        FUZZ_MUST(m4_utf8_valid(v->text, v->len) && !v->text[v->len]);
    for (const struct m4_json *child = v->child; child; child = child->next)
        strings_are_utf8(child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    m4_autodoc struct m4_doc *doc = NULL, *again = NULL, *no_nul = NULL;
    struct m4_err err;
    int rc = m4_json_parse((const char *)data, size, 0, &doc, &err);
    int rc_no_nul = m4_json_parse((const char *)data, size, M4_JSON_NO_NUL, &no_nul, &err);
    if (rc < 0) {
        FUZZ_MUST(!doc && rc_no_nul < 0);
        return 0;
    }
    strings_are_utf8(m4_doc_root(doc));
    m4_autobuf struct m4_buf out = M4_BUF(64 << 20);
    struct m4_jw w = M4_JW(&out);
    m4_jw_value(&w, m4_doc_root(doc));
    FUZZ_MUST(!out.failed);
    FUZZ_MUST(m4_json_parse(out.data, out.len, 0, &again, &err) == 0);
    FUZZ_MUST(m4_json_equal(m4_doc_root(doc), m4_doc_root(again)));
    return 0;
}
