/* json.h - JSON in (bounded, whole document in one arena) and out
 *
 * In: at most M4_JSON_DEPTH levels, as many bytes as the caller allows; names
 * repeated in one object, lone surrogates and invalid UTF-8 are refused. Strings
 * keep their length, so U+0000 can be told from an end; M4_JSON_NO_NUL refuses
 * it (PostgreSQL's text cannot hold it). An integer that fits int64_t is an
 * M4_INT, any other number an M4_REAL.
 * Out: a writer on an m4_buf that sets commas itself.
 * A document belongs to one thread at a time.
 */
#ifndef M4_LIB_JSON_H
#define M4_LIB_JSON_H

#include "lib/buf.h"
#include "lib/err.h"

enum { M4_JSON_DEPTH = 32 };

enum m4_json_type { M4_NULL, M4_BOOL, M4_INT, M4_REAL, M4_STRING, M4_ARRAY, M4_OBJECT };

struct m4_json {
    enum m4_json_type type;
    bool truth;            /* M4_BOOL */
    uint32_t key_len;      /* where the value stands in an object */
    const char *key;       /* NUL-terminated, may hold NULs within */
    int64_t number;        /* M4_INT */
    double real;           /* M4_REAL, and M4_INT as a double */
    const char *text;      /* M4_STRING, NUL-terminated */
    size_t len;            /* bytes of text, or how many children */
    struct m4_json *child; /* first of M4_ARRAY, M4_OBJECT, in the order written */
    struct m4_json *next;  /* in the same array or object */
};

struct m4_doc;

enum m4_json_flags { M4_JSON_NO_NUL = 1 };

/* Parses text[0..len), which need not outlive the call. Returns 0 and the document,
 * to be given back with m4_doc_free(), or -EINVAL with the offset in err->text, or
 * -ENOMEM. */
M4_MUST_CHECK int m4_json_parse(const char *text, size_t len, unsigned flags,
                                struct m4_doc **ret_doc, struct m4_err *err);
/* The document in the file dir/name of at most `limit` bytes; the errors of reading it too. */
M4_MUST_CHECK int m4_json_file(const char *dir, const char *name, size_t limit,
                               struct m4_doc **ret_doc, struct m4_err *err);
void m4_doc_free(struct m4_doc *doc);
const struct m4_json *m4_doc_root(const struct m4_doc *doc);

static inline void m4_doc_freep_(struct m4_doc **doc)
{
    m4_doc_free(*doc);
}
#define m4_autodoc __attribute__((cleanup(m4_doc_freep_)))

/* The value under `key`, NULL when there is none or `object` is none. */
const struct m4_json *m4_json_get(const struct m4_json *object, const char *key);

/* Whether the value is a whole number: an M4_INT, or one written as 5.0 or 1e6, which a
 * schema takes for an integer too. */
bool m4_json_is_whole(const struct m4_json *value);

/* The text, whole number or truth under `key`; `otherwise` when absent or of another type. */
const char *m4_json_text(const struct m4_json *object, const char *key, const char *otherwise);
int64_t m4_json_number(const struct m4_json *object, const char *key, int64_t otherwise);
bool m4_json_truth(const struct m4_json *object, const char *key, bool otherwise);

/* Same type and value, members in any order; 1 equals 1.0. */
bool m4_json_equal(const struct m4_json *a, const struct m4_json *b);

/* The writer. Depth at most M4_JSON_DEPTH; what does not fit the buffer sets out->failed. */
struct m4_jw {
    struct m4_buf *out;
    uint64_t has_item; /* bit per level: a comma is due */
    int depth;
    bool after_key;
};

#define M4_JW(buf) ((struct m4_jw){.out = (buf)})

void m4_jw_open(struct m4_jw *w, char bracket); /* '{' or '[' */
void m4_jw_close(struct m4_jw *w, char bracket);
void m4_jw_key(struct m4_jw *w, const char *key);
void m4_jw_str(struct m4_jw *w, const char *text); /* NULL writes null */
void m4_jw_strn(struct m4_jw *w, const char *text, size_t len);
void m4_jw_int(struct m4_jw *w, int64_t number);
void m4_jw_real(struct m4_jw *w, double number);
void m4_jw_bool(struct m4_jw *w, bool truth);
void m4_jw_null(struct m4_jw *w);
void m4_jw_raw(struct m4_jw *w, const char *json, size_t len); /* already JSON */
void m4_jw_value(struct m4_jw *w, const struct m4_json *value);

/* key and value in one step */
void m4_jw_kstr(struct m4_jw *w, const char *key, const char *text);
void m4_jw_kint(struct m4_jw *w, const char *key, int64_t number);
void m4_jw_kbool(struct m4_jw *w, const char *key, bool truth);

#endif
