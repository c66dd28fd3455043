/* schema.h - JSON Schema (draft 2020-12), the part our schemas use
 *
 * Compiled once, used from any thread. Keywords: type, enum, const, properties,
 * required, additionalProperties, items, prefixItems, minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern
 * (PCRE2 with a match limit), minItems, maxItems, minProperties, maxProperties,
 * format, anyOf, oneOf, allOf, not, $ref within the document, $defs; and the
 * annotations title, description, default, examples, $comment, $schema, $id (at
 * the root). Any other keyword is refused when the schema is compiled, so a rule
 * that is not enforced cannot stand in a schema.
 */
#ifndef M4_LIB_SCHEMA_H
#define M4_LIB_SCHEMA_H

#include "lib/err.h"
#include "lib/json.h"

struct m4_schema;

enum m4_schema_flags {
    /* "format" says nothing about validity, as the standard's default vocabulary has
     * it. Without it the formats date-time, date, uuid and hex are rules, and any
     * other name is refused. */
    M4_SCHEMA_FORMAT_IS_NOTE = 1
};

/* Compiles a schema document. Returns 0 and the schema (m4_schema_free()), or
 * -EINVAL with the keyword and the place in err->text. `json` need not outlive it. */
M4_MUST_CHECK int m4_schema_compile(const struct m4_json *json, unsigned flags,
                                    struct m4_schema **ret_schema, struct m4_err *err);
void m4_schema_free(struct m4_schema *schema);

/* Where and why a value was refused: the first failure in document order. A value is
 * looked at before what it holds, a missing field is told after the fields that stand. */
struct m4_schema_fault {
    char pointer[256];   /* RFC 6901, "" is the whole value; cut when longer */
    const char *keyword; /* borrowed, "maxLength" */
    char detail[160]; /* for people, names the limit: "has 2001 characters, at most 2000 allowed" */
};

/* Whether the value is as the schema says; fills fault (may be NULL) when it is not. */
bool m4_schema_check(const struct m4_schema *schema, const struct m4_json *value,
                     struct m4_schema_fault *fault);

#endif
