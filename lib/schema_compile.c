#include "lib/schema_compile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Memory of a schema: a chain freed as a whole. */
struct schema_block {
    struct schema_block *before;
    char bytes[] __attribute__((aligned(16)));
};

struct schema_seen {
    const struct m4_json *json;
    struct schema_node *node;
};

struct schema_ref {
    struct schema_ref *before;
    const struct m4_json *ref;
    struct schema_node **slot;
};

void *schema_compile_alloc(struct schema_compiler *c, size_t size)
{
    struct schema_block *block = calloc(1, sizeof(*block) + size);
    if (!block) {
        m4_fail(c->err, ENOMEM, "cannot compile the schema: %m");
        return NULL;
    }
    block->before = c->schema->blocks;
    c->schema->blocks = block;
    return block->bytes;
}

static const char *copy_text(struct schema_compiler *c, const char *text, size_t len)
{
    char *copy = schema_compile_alloc(c, len + 1);
    return copy ? memcpy(copy, text, len) : NULL;
}

struct m4_json *schema_compile_copy(struct schema_compiler *c, const struct m4_json *value)
{
    struct m4_json *copy = schema_compile_alloc(c, sizeof(*copy));
    if (!copy)
        return NULL;
    *copy = *value;
    copy->next = copy->child = NULL;
    if (value->key && !(copy->key = copy_text(c, value->key, value->key_len)))
        return NULL;
    if (value->type == M4_STRING && !(copy->text = copy_text(c, value->text, value->len)))
        return NULL;
    struct m4_json **end = &copy->child;
    for (const struct m4_json *child = value->child; child; child = child->next) {
        *end = schema_compile_copy(c, child);
        if (!*end)
            return NULL;
        end = &(*end)->next;
    }
    return copy;
}

/* Writes the JSON pointer of `target` below `json` to place[at..size); false when it is not there.
 */
static bool find_place(const struct m4_json *json, const struct m4_json *target, char *place,
                       size_t at, size_t size)
{
    if (json == target) {
        place[at] = '\0';
        return true;
    }
    size_t index = 0;
    for (const struct m4_json *child = json->child; child; child = child->next, index++) {
        size_t room = size - at;
        int len = json->type == M4_OBJECT ? snprintf(place + at, room, "/%s", child->key)
                                          : snprintf(place + at, room, "/%zu", index);
        size_t end = len < 0 || (size_t)len >= room ? size - 1 : at + (size_t)len;
        if (find_place(child, target, place, end, size))
            return true;
    }
    return false;
}

int schema_compile_refuse(struct schema_compiler *c, const struct m4_json *where, const char *fmt,
                          ...)
{
    char place[256] = "", why[160];
    find_place(c->document, where, place, 0, sizeof(place));
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    if (!where->key)
        return m4_fail(c->err, EINVAL, "the schema at \"#%s\" %s", place, why);
    return m4_fail(c->err, EINVAL, "\"%s\" at \"#%s\" %s", where->key, place, why);
}

int schema_compile_node(struct schema_compiler *c, const struct m4_json *json,
                        struct schema_node **ret_node)
{
    if (json->type != M4_OBJECT && json->type != M4_BOOL)
        return schema_compile_refuse(c, json, "must be a schema: an object, true or false");
    if (c->seen_count == SCHEMA_NODES)
        return schema_compile_refuse(c, json, "is more than %d schemas in one", SCHEMA_NODES);
    struct schema_node *node = schema_compile_alloc(c, sizeof(*node));
    if (!node)
        return -ENOMEM;
    c->seen[c->seen_count++] = (struct schema_seen){json, node};
    node->types = SCHEMA_ANY_TYPE;
    node->never = json->type == M4_BOOL && !json->truth;
    for (const struct m4_json *value = json->child; value; value = value->next) {
        int rc = schema_keyword(c, node, json, value);
        if (rc < 0)
            return rc;
    }
    *ret_node = node;
    return 0;
}

int schema_compile_ref(struct schema_compiler *c, const struct m4_json *ref,
                       struct schema_node **slot)
{
    struct schema_ref *r = schema_compile_alloc(c, sizeof(*r));
    if (!r)
        return -ENOMEM;
    *r = (struct schema_ref){c->refs, ref, slot};
    c->refs = r;
    return 0;
}

/* Decodes the percent escapes of a URI fragment; false when one is wrong or the room is short. */
static bool unescape_uri(const char *text, size_t len, char *out, size_t size)
{
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '%') {
            const char *high = len - i > 2 ? memchr(hex, text[i + 1], 32) : NULL;
            const char *low = high ? memchr(hex, text[i + 2], 32) : NULL;
            if (!low)
                return false;
            c = (char)((high - hex) % 16 * 16 + (low - hex) % 16);
            i += 2;
        }
        if (size-- <= 1 || !c)
            return false;
        *out++ = c;
    }
    *out = '\0';
    return true;
}

/* Takes ~0 and ~1 out of one step of a JSON pointer, in place. */
static bool unescape_step(char *step)
{
    char *out = step;
    for (const char *in = step; *in; in++) {
        *out = *in;
        if (*in == '~') {
            in++;
            if (*in != '0' && *in != '1')
                return false;
            *out = *in == '0' ? '~' : '/';
        }
        out++;
    }
    *out = '\0';
    return true;
}

static const struct m4_json *array_step(const struct m4_json *array, const char *step)
{
    if (!*step || strspn(step, "0123456789") != strlen(step) || (*step == '0' && step[1]))
        return NULL;
    size_t index = strtoul(step, NULL, 10);
    const struct m4_json *at = array->child;
    while (at && index--)
        at = at->next;
    return at;
}

/* What a reference within the document leads to, NULL when it leads nowhere. It may begin
 * with the document's own $id. */
static const struct m4_json *follow(const struct m4_json *document, const struct m4_json *ref)
{
    char path[512];
    const char *text = ref->text, *id = m4_json_text(document, "$id", "");
    if (!strncmp(text, id, strlen(id)))
        text += strlen(id);
    if (text == ref->text ? *text != '#' : *text && *text != '#')
        return NULL;
    if (!unescape_uri(text + (*text == '#'), strlen(text + (*text == '#')), path, sizeof(path)))
        return NULL;
    const struct m4_json *at = document;
    if (*path && *path != '/')
        return NULL;
    for (char *step = *path ? path + 1 : NULL; step && at;) {
        char *next = strchr(step, '/');
        if (next)
            *next++ = '\0';
        if (!unescape_step(step))
            return NULL;
        at = at->type == M4_ARRAY ? array_step(at, step) : m4_json_get(at, step);
        step = next;
    }
    return at;
}

static int resolve(struct schema_compiler *c, const struct schema_ref *ref)
{
    const struct m4_json *target = follow(c->document, ref->ref);
    if (!target)
        return schema_compile_refuse(c, ref->ref, "leads nowhere within this document");
    for (size_t i = 0; i < c->seen_count; i++) {
        if (c->seen[i].json == target) {
            *ref->slot = c->seen[i].node;
            return 0;
        }
    }
    return schema_compile_node(c, target, ref->slot);
}

enum { WALKING = 0xff };

static int walk(struct schema_compiler *c, struct schema_node *node, int level);

static int walk_list(struct schema_compiler *c, const struct schema_list *list, int level)
{
    int deepest = 0;
    for (size_t i = 0; i < list->count; i++) {
        int depth = walk(c, list->node[i], level);
        if (depth < 0)
            return depth;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* How many schemas in a row look at one value, beginning with this one; bounded, so that a
 * check ends. Returns -EINVAL when they run in a circle. */
static int walk(struct schema_compiler *c, struct schema_node *node, int level)
{
    if (!node || !node->in_place)
        return node != NULL;
    if (node->depth == WALKING)
        return m4_fail(c->err, EINVAL, "\"$ref\" runs in a circle without going into the value");
    if (level > SCHEMA_IN_PLACE)
        return m4_fail(c->err, EINVAL, "\"$ref\", \"allOf\" and the like are nested deeper than %d",
                       SCHEMA_IN_PLACE);
    if (node->depth)
        return node->depth;
    node->depth = WALKING;
    const struct schema_in_place *p = node->in_place;
    int depths[] = {walk(c, p->ref, level + 1), walk(c, p->not, level + 1),
                    walk_list(c, &p->all, level + 1), walk_list(c, &p->any, level + 1),
                    walk_list(c, &p->one, level + 1)};
    int deepest = 0;
    for (size_t i = 0; i < M4_COUNT(depths); i++) {
        if (depths[i] < 0)
            return depths[i];
        deepest = depths[i] > deepest ? depths[i] : deepest;
    }
    if (deepest >= SCHEMA_IN_PLACE)
        return m4_fail(c->err, EINVAL, "\"$ref\", \"allOf\" and the like are nested deeper than %d",
                       SCHEMA_IN_PLACE);
    node->depth = (uint8_t)(deepest + 1);
    return node->depth;
}

static void *pcre_malloc(size_t size, void *unused)
{
    return malloc(size);
}

static void pcre_free(void *pointer, void *unused)
{
    free(pointer);
}

static int compile_document(struct schema_compiler *c)
{
    struct m4_schema *s = c->schema;
    s->pcre = pcre2_general_context_create(pcre_malloc, pcre_free, NULL);
    s->match = s->pcre ? pcre2_match_context_create(s->pcre) : NULL;
    if (!s->match)
        return m4_fail(c->err, ENOMEM, "cannot compile the schema: %m");
    pcre2_set_match_limit(s->match, SCHEMA_MATCH_LIMIT);
    pcre2_set_depth_limit(s->match, SCHEMA_MATCH_LIMIT);
    pcre2_set_heap_limit(s->match, SCHEMA_HEAP_KIB);

    int rc = schema_compile_node(c, c->document, &s->root);
    while (rc == 0 && c->refs) {
        const struct schema_ref *ref = c->refs;
        c->refs = ref->before;
        rc = resolve(c, ref);
    }
    for (size_t i = 0; rc >= 0 && i < c->seen_count; i++)
        rc = walk(c, c->seen[i].node, 0);
    return rc < 0 ? rc : 0;
}

int m4_schema_compile(const struct m4_json *json, unsigned flags, struct m4_schema **ret_schema,
                      struct m4_err *err)
{
    m4_autofree struct schema_seen *seen = malloc(SCHEMA_NODES * sizeof(*seen));
    struct m4_schema *schema = calloc(1, sizeof(*schema));
    if (!seen || !schema) {
        free(schema);
        return m4_fail(err, ENOMEM, "cannot compile the schema: %m");
    }
    struct schema_compiler c = {
        .schema = schema, .document = json, .flags = flags, .err = err, .seen = seen};
    int rc = compile_document(&c);
    if (rc < 0) {
        m4_schema_free(schema);
        return rc;
    }
    *ret_schema = schema;
    return 0;
}

void m4_schema_free(struct m4_schema *schema)
{
    if (!schema)
        return;
    for (struct schema_code *code = schema->codes; code; code = code->before)
        pcre2_code_free(code->code);
    pcre2_match_context_free(schema->match);
    pcre2_general_context_free(schema->pcre);
    for (struct schema_block *block = schema->blocks; block;) {
        struct schema_block *before = block->before;
        free(block);
        block = before;
    }
    free(schema);
}
