/* schema_node.h - a compiled schema, as schema_compile.c makes it and schema_check.c reads it
 *
 * Nobody else includes this. Every pointer leads into the schema's own memory, which
 * nothing changes once it is compiled; that is why any thread may read it.
 */
#ifndef M4_LIB_SCHEMA_NODE_H
#define M4_LIB_SCHEMA_NODE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/schema.h"

enum {
    SCHEMA_NODES = 8192,         /* most subschemas in one document */
    SCHEMA_NAMES = 1024,         /* most names one object schema knows */
    SCHEMA_IN_PLACE = 64,        /* most steps of $ref, allOf, ... that stay at one value */
    SCHEMA_MATCH_LIMIT = 100000, /* of PCRE2, on matching and on depth */
    SCHEMA_HEAP_KIB = 2048,
    SCHEMA_ANY_TYPE = 0xff,
    SCHEMA_WHOLE_NUMBER = 1 << 7, /* "integer", beside 1 << enum m4_json_type */
};

typedef bool schema_format_fn(const char *text, size_t len);

/* The rule behind a format's name, NULL when the name is not one of ours. */
schema_format_fn *schema_format_named(const char *name);

/* Compiles a pattern as ECMA-262 means it. Returns 0 and the code, -ENOMEM, or -EINVAL with
 * the reason in why[0..size). */
M4_MUST_CHECK int schema_pattern(pcre2_general_context *pcre, const char *pattern, size_t len,
                                 pcre2_code **ret_code, char *why, size_t size);

struct schema_node;

struct schema_list {
    struct schema_node **node;
    size_t count;
};

struct schema_number {
    const struct m4_json *min, *max, *above, *below, *multiple;
    int64_t least, most; /* integers from here to there are right without a closer look */
};

struct schema_string {
    size_t min, max; /* code points */
    pcre2_code *code;
    const char *pattern;
    schema_format_fn *format;
    const char *format_name;
};

struct schema_array {
    size_t min, max;
    struct schema_list prefix;
    struct schema_node *items; /* of the rest */
};

struct schema_name {
    const char *text;
    uint32_t len;
    bool required;
    struct schema_node *node; /* NULL: required, but not in "properties" */
};

struct schema_object {
    size_t min, max;
    size_t count, required;
    struct schema_name *name;
    struct schema_node *additional;
};

/* What holds for the value itself by way of other schemas. */
struct schema_in_place {
    struct schema_node *ref, *not ;
    struct schema_list all, any, one;
};

struct schema_node {
    bool never; /* the schema false */
    uint8_t types;
    uint8_t depth;           /* how many schemas in a row look at the value; for the compiler */
    const char *type_detail; /* "must be string or null" */
    const struct m4_json *enum_values; /* an array */
    const char *enum_detail;
    const struct m4_json *const_value;
    const char *const_detail;
    struct schema_number *number;
    struct schema_string *string;
    struct schema_array *array;
    struct schema_object *object;
    struct schema_in_place *in_place;
};

struct schema_block;

/* A compiled pattern: PCRE2 wants each one back. */
struct schema_code {
    struct schema_code *before;
    pcre2_code *code;
};

struct m4_schema {
    struct schema_block *blocks;
    struct schema_code *codes;
    pcre2_general_context *pcre;
    pcre2_match_context *match;
    struct schema_node *root;
};

#endif
