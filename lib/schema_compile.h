/* schema_compile.h - the walk over a schema document, for schema_keyword.c
 *
 * schema_compile.c owns memory, places and references; schema_keyword.c knows what
 * each keyword means. Nobody else includes this.
 */
#ifndef M4_LIB_SCHEMA_COMPILE_H
#define M4_LIB_SCHEMA_COMPILE_H

#include "lib/schema_node.h"

struct schema_compiler {
    struct m4_schema *schema;
    const struct m4_json *document;
    unsigned flags;
    struct m4_err *err;
    struct schema_seen *seen; /* each subschema and what became of it */
    size_t seen_count;
    struct schema_ref *refs; /* a chain of $refs that lead to no node yet */
};

/* Zeroed memory that lives as long as the schema; NULL after telling err. */
void *schema_compile_alloc(struct schema_compiler *c, size_t size);

/* A copy of value and all in it, living as long as the schema. */
struct m4_json *schema_compile_copy(struct schema_compiler *c, const struct m4_json *value);

/* Compiles what must be a schema into *ret_node. Returns 0 or -errno. */
M4_MUST_CHECK int schema_compile_node(struct schema_compiler *c, const struct m4_json *json,
                                      struct schema_node **ret_node);

/* Notes that *slot is to be the node of the $ref in `ref` once all are compiled. */
M4_MUST_CHECK int schema_compile_ref(struct schema_compiler *c, const struct m4_json *ref,
                                     struct schema_node **slot);

/* Tells err that the keyword whose value stands at `where` is wrong. Returns -EINVAL. */
int schema_compile_refuse(struct schema_compiler *c, const struct m4_json *where, const char *fmt,
                          ...) M4_PRINTF(3, 4);

/* One keyword of a schema object into the node. Returns 0 or -errno. */
M4_MUST_CHECK int schema_keyword(struct schema_compiler *c, struct schema_node *node,
                                 const struct m4_json *schema, const struct m4_json *value);

#endif
