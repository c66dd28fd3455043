/* schema_keyword.c - what each keyword puts into a node; keywords[] at the end is the list */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/schema_compile.h"

enum part { NONE, NUMBER, STRING, ARRAY, OBJECT, IN_PLACE };

struct keyword {
    const char *name;
    int (*set)(struct schema_compiler *c, struct schema_node *node, const struct m4_json *schema,
               const struct m4_json *value, const struct keyword *keyword);
    enum part part; /* where in the node the rule stands, */
    size_t offset;  /* and where in the part */
};

#define ARGS                                                                                       \
    struct schema_compiler *c, struct schema_node *node, const struct m4_json *schema,             \
        const struct m4_json *value, const struct keyword *keyword

/* The place of a keyword's rule in the node, whose part is made when missing; NULL: no memory. */
static void *place_of(struct schema_compiler *c, struct schema_node *node, const struct keyword *k)
{
    const struct {
        void **part;
        size_t size;
    } parts[] = {
        [NUMBER] = {(void **)&node->number, sizeof(*node->number)},
        [STRING] = {(void **)&node->string, sizeof(*node->string)},
        [ARRAY] = {(void **)&node->array, sizeof(*node->array)},
        [OBJECT] = {(void **)&node->object, sizeof(*node->object)},
        [IN_PLACE] = {(void **)&node->in_place, sizeof(*node->in_place)},
    };
    void **part = parts[k->part].part;
    if (!*part) {
        *part = schema_compile_alloc(c, parts[k->part].size);
        if (!*part)
            return NULL;
        if (k->part == NUMBER)
            *node->number = (struct schema_number){.least = INT64_MIN, .most = INT64_MAX};
        if (k->part == STRING)
            node->string->max = SIZE_MAX;
        if (k->part == ARRAY)
            node->array->max = SIZE_MAX;
        if (k->part == OBJECT)
            node->object->max = SIZE_MAX;
    }
    return (char *)*part + k->offset;
}

static int set_note(ARGS)
{
    return 0;
}

static int set_dialect(ARGS)
{
    static const char dialect[] = "https://json-schema.org/draft/2020-12/schema";
    if (schema != c->document)
        return schema_compile_refuse(c, value, "may only stand at the root");
    if (!strcmp(keyword->name, "$id"))
        return value->type == M4_STRING ? 0 : schema_compile_refuse(c, value, "must be a string");
    if (value->type != M4_STRING || strcmp(value->text, dialect))
        return schema_compile_refuse(c, value, "must be \"%s\"", dialect);
    return 0;
}

static int set_size(ARGS)
{
    size_t *size = place_of(c, node, keyword);
    if (!size)
        return -ENOMEM;
    double number = value->real;
    if ((value->type != M4_INT && value->type != M4_REAL) || number < 0 || number > 9e15 ||
        number != floor(number))
        return schema_compile_refuse(c, value, "must be a whole number of 0 or more");
    *size = (size_t)number;
    return 0;
}

static int set_bound(ARGS)
{
    const struct m4_json **bound = place_of(c, node, keyword);
    if (!bound)
        return -ENOMEM;
    if (value->type != M4_INT && value->type != M4_REAL)
        return schema_compile_refuse(c, value, "must be a number");
    if (!strcmp(keyword->name, "multipleOf") && value->real <= 0)
        return schema_compile_refuse(c, value, "must be above 0");
    *bound = schema_compile_copy(c, value);
    struct schema_number *n = node->number;
    if (bound == &n->min && value->type == M4_INT)
        n->least = n->least > value->number ? n->least : value->number;
    else if (bound == &n->max && value->type == M4_INT)
        n->most = n->most < value->number ? n->most : value->number;
    else
        n->least = INT64_MAX, n->most = INT64_MIN; /* each needs the closer look */
    return *bound ? 0 : -ENOMEM;
}

static int set_schema(ARGS)
{
    struct schema_node **slot = place_of(c, node, keyword);
    return slot ? schema_compile_node(c, value, slot) : -ENOMEM;
}

static int set_list(ARGS)
{
    struct schema_list *list = place_of(c, node, keyword);
    if (!list)
        return -ENOMEM;
    if (value->type != M4_ARRAY || !value->len)
        return schema_compile_refuse(c, value, "must be an array of one or more schemas");
    list->node = schema_compile_alloc(c, value->len * sizeof(struct schema_node *));
    if (!list->node)
        return -ENOMEM;
    for (const struct m4_json *v = value->child; v; v = v->next) {
        int rc = schema_compile_node(c, v, &list->node[list->count]);
        if (rc < 0)
            return rc;
        list->count++;
    }
    return 0;
}

static int set_ref(ARGS)
{
    struct schema_node **slot = place_of(c, node, keyword);
    if (!slot)
        return -ENOMEM;
    if (value->type != M4_STRING)
        return schema_compile_refuse(c, value, "must be a string");
    return schema_compile_ref(c, value, slot);
}

static int set_defs(ARGS)
{
    if (value->type != M4_OBJECT)
        return schema_compile_refuse(c, value, "must be an object of schemas");
    for (const struct m4_json *v = value->child; v; v = v->next) {
        struct schema_node *unused;
        int rc = schema_compile_node(c, v, &unused);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* One type's name into the bits and the words; false when there is no such type. */
static bool add_type(struct schema_node *node, const struct m4_json *name, char *words, size_t size)
{
    static const struct {
        const char *name;
        uint8_t bits;
    } types[] = {
        {"null", 1 << M4_NULL},     {"boolean", 1 << M4_BOOL},
        {"string", 1 << M4_STRING}, {"number", 1 << M4_INT | 1 << M4_REAL},
        {"array", 1 << M4_ARRAY},   {"integer", 1 << M4_INT | SCHEMA_WHOLE_NUMBER},
        {"object", 1 << M4_OBJECT},
    };
    for (size_t i = 0; name->type == M4_STRING && i < M4_COUNT(types); i++) {
        if (strcmp(name->text, types[i].name))
            continue;
        size_t len = strlen(words);
        snprintf(words + len, size - len, "%s%s", node->types ? " or " : " ", name->text);
        node->types |= types[i].bits;
        return true;
    }
    return false;
}

static int set_type(ARGS)
{
    char words[128] = "must be";
    node->types = 0;
    const struct m4_json *name = value->type == M4_ARRAY ? value->child : value;
    if (!name)
        return schema_compile_refuse(c, value, "must name a type");
    for (; name; name = value->type == M4_ARRAY ? name->next : NULL) {
        const struct m4_json *twin = value->child;
        while (twin && twin != name && !m4_json_equal(twin, name))
            twin = twin->next;
        if (twin && twin != name)
            return schema_compile_refuse(c, value, "names a type twice");
        if (!add_type(node, name, words, sizeof(words)))
            return schema_compile_refuse(c, value, "names something that is no type");
    }
    char *detail = schema_compile_alloc(c, sizeof(words));
    node->type_detail = detail;
    return detail ? (memcpy(detail, words, sizeof(words)), 0) : -ENOMEM;
}

/* `lead` and the value as JSON, shortened to fit a fault. */
static const char *name_value(struct schema_compiler *c, const char *lead,
                              const struct m4_json *value)
{
    enum { SHOWN = 140, WHOLE = 1 << 20 };
    m4_autobuf struct m4_buf b = M4_BUF(WHOLE);
    m4_buf_str(&b, lead);
    struct m4_jw w = M4_JW(&b);
    m4_jw_value(&w, value);
    size_t len = b.len > SHOWN ? SHOWN : b.len;
    while (len < b.len && len && (b.data[len] & 0xc0) == 0x80)
        len--; /* a character is shown whole or not at all */
    char *detail = schema_compile_alloc(c, len + sizeof(" ..."));
    if (!detail || !b.data)
        return detail;
    memcpy(detail, b.data, len);
    if (len < b.len)
        strcpy(detail + len, " ...");
    return detail;
}

static int set_enum(ARGS)
{
    if (value->type != M4_ARRAY)
        return schema_compile_refuse(c, value, "must be an array of values");
    node->enum_values = schema_compile_copy(c, value);
    node->enum_detail = name_value(c, "must be one of ", value);
    return node->enum_values && node->enum_detail ? 0 : -ENOMEM;
}

static int set_const(ARGS)
{
    node->const_value = schema_compile_copy(c, value);
    node->const_detail = name_value(c, "must be ", value);
    return node->const_value && node->const_detail ? 0 : -ENOMEM;
}

static int set_pattern(ARGS)
{
    if (value->type != M4_STRING)
        return schema_compile_refuse(c, value, "must be a string");
    struct schema_string *string = place_of(c, node, keyword);
    struct schema_code *code = string ? schema_compile_alloc(c, sizeof(*code)) : NULL;
    const struct m4_json *copy = code ? schema_compile_copy(c, value) : NULL;
    if (!copy)
        return -ENOMEM;
    char why[128];
    int rc =
        schema_pattern(c->schema->pcre, value->text, value->len, &code->code, why, sizeof(why));
    if (rc == -ENOMEM)
        return m4_fail(c->err, ENOMEM, "cannot compile the schema: %m");
    if (rc < 0)
        return schema_compile_refuse(c, value, "is no pattern: %s", why);
    code->before = c->schema->codes;
    c->schema->codes = code;
    string->code = code->code;
    string->pattern = copy->text;
    return 0;
}

static int set_format(ARGS)
{
    if (value->type != M4_STRING)
        return schema_compile_refuse(c, value, "must be a string");
    if (c->flags & M4_SCHEMA_FORMAT_IS_NOTE)
        return 0;
    struct schema_string *string = place_of(c, node, keyword);
    const struct m4_json *copy = string ? schema_compile_copy(c, value) : NULL;
    if (!copy)
        return -ENOMEM;
    string->format = schema_format_named(value->text);
    string->format_name = copy->text;
    return string->format ? 0 : schema_compile_refuse(c, value, "is no format known here");
}

/* The entry for a name, made when missing: "properties" and "required" may come in any order. */
static struct schema_name *name_entry(struct schema_compiler *c, struct schema_object *o,
                                      const struct m4_json *schema, const char *text, size_t len)
{
    if (!o->name) {
        const struct m4_json *properties = m4_json_get(schema, "properties");
        const struct m4_json *required = m4_json_get(schema, "required");
        size_t most = (properties ? properties->len : 0) + (required ? required->len : 0);
        o->name = schema_compile_alloc(c, most * sizeof(struct schema_name));
        if (!o->name)
            return NULL;
    }
    for (size_t i = 0; i < o->count; i++)
        if (o->name[i].len == len && !memcmp(o->name[i].text, text, len))
            return &o->name[i];
    char *copy = schema_compile_alloc(c, len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    o->name[o->count] = (struct schema_name){.text = copy, .len = (uint32_t)len};
    return &o->name[o->count++];
}

static int set_properties(ARGS)
{
    if (value->type != M4_OBJECT)
        return schema_compile_refuse(c, value, "must be an object of schemas");
    if (value->len > SCHEMA_NAMES / 2)
        return schema_compile_refuse(c, value, "names more than %d", SCHEMA_NAMES / 2);
    struct schema_object *o = place_of(c, node, keyword);
    if (!o)
        return -ENOMEM;
    for (const struct m4_json *v = value->child; v; v = v->next) {
        struct schema_name *name = name_entry(c, o, schema, v->key, v->key_len);
        int rc = name ? schema_compile_node(c, v, &name->node) : -ENOMEM;
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int set_required(ARGS)
{
    if (value->type != M4_ARRAY)
        return schema_compile_refuse(c, value, "must be an array of names");
    if (value->len > SCHEMA_NAMES / 2)
        return schema_compile_refuse(c, value, "names more than %d", SCHEMA_NAMES / 2);
    struct schema_object *o = place_of(c, node, keyword);
    if (!o)
        return -ENOMEM;
    for (const struct m4_json *v = value->child; v; v = v->next) {
        if (v->type != M4_STRING)
            return schema_compile_refuse(c, value, "must be an array of names");
        struct schema_name *name = name_entry(c, o, schema, v->text, v->len);
        if (!name)
            return -ENOMEM;
        if (name->required)
            return schema_compile_refuse(c, value, "names \"%s\" twice", v->text);
        name->required = true;
        o->required++;
    }
    return 0;
}

static const struct keyword keywords[] = {
    {"type", set_type, NONE, 0},
    {"enum", set_enum, NONE, 0},
    {"const", set_const, NONE, 0},
    {"properties", set_properties, OBJECT, 0},
    {"required", set_required, OBJECT, 0},
    {"additionalProperties", set_schema, OBJECT, offsetof(struct schema_object, additional)},
    {"minProperties", set_size, OBJECT, offsetof(struct schema_object, min)},
    {"maxProperties", set_size, OBJECT, offsetof(struct schema_object, max)},
    {"items", set_schema, ARRAY, offsetof(struct schema_array, items)},
    {"prefixItems", set_list, ARRAY, offsetof(struct schema_array, prefix)},
    {"minItems", set_size, ARRAY, offsetof(struct schema_array, min)},
    {"maxItems", set_size, ARRAY, offsetof(struct schema_array, max)},
    {"minimum", set_bound, NUMBER, offsetof(struct schema_number, min)},
    {"maximum", set_bound, NUMBER, offsetof(struct schema_number, max)},
    {"exclusiveMinimum", set_bound, NUMBER, offsetof(struct schema_number, above)},
    {"exclusiveMaximum", set_bound, NUMBER, offsetof(struct schema_number, below)},
    {"multipleOf", set_bound, NUMBER, offsetof(struct schema_number, multiple)},
    {"minLength", set_size, STRING, offsetof(struct schema_string, min)},
    {"maxLength", set_size, STRING, offsetof(struct schema_string, max)},
    {"pattern", set_pattern, STRING, 0},
    {"format", set_format, STRING, 0},
    {"allOf", set_list, IN_PLACE, offsetof(struct schema_in_place, all)},
    {"anyOf", set_list, IN_PLACE, offsetof(struct schema_in_place, any)},
    {"oneOf", set_list, IN_PLACE, offsetof(struct schema_in_place, one)},
    {"not", set_schema, IN_PLACE, offsetof(struct schema_in_place, not )},
    {"$ref", set_ref, IN_PLACE, offsetof(struct schema_in_place, ref)},
    {"$defs", set_defs, NONE, 0},
    {"$schema", set_dialect, NONE, 0},
    {"$id", set_dialect, NONE, 0},
    {"title", set_note, NONE, 0},
    {"description", set_note, NONE, 0},
    {"default", set_note, NONE, 0},
    {"examples", set_note, NONE, 0},
    {"$comment", set_note, NONE, 0},
};

int schema_keyword(struct schema_compiler *c, struct schema_node *node,
                   const struct m4_json *schema, const struct m4_json *value)
{
    for (size_t i = 0; i < M4_COUNT(keywords); i++) {
        size_t len = strlen(keywords[i].name);
        if (len == value->key_len && !memcmp(keywords[i].name, value->key, len))
            return keywords[i].set(c, node, schema, value, &keywords[i]);
    }
    return schema_compile_refuse(c, value, "is no keyword this box enforces");
}
