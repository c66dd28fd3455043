/* schema_check.c - a value against a compiled schema
 *
 * Order of refusals: what the value is itself, then $ref, allOf, anyOf, oneOf and not, then
 * what it holds in the order written, then what is missing from it.
 */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/schema_node.h"
#include "lib/utf8.h"

/* Where a value stands: a chain on the stack, written out only when something is wrong. */
struct place {
    const struct place *up;
    const struct m4_json *value;
    size_t index;
    bool in_array;
};

struct check {
    const struct m4_schema *schema;
    struct m4_schema_fault *fault; /* NULL: nobody asks why */
};

static bool holds(const struct check *c, const struct schema_node *n, const struct place *at);

/* Takes a character that was cut in half off the end. */
static void end_whole(char *text)
{
    struct m4_utf8 state = {0};
    size_t whole = 0;
    for (size_t i = 0; text[i] && m4_utf8_feed(&state, text + i, 1); i++)
        if (!state.need)
            whole = i + 1;
    text[whole] = '\0';
}

static size_t write_place(const struct place *at, char *out, size_t size)
{
    if (!at->up)
        return 0;
    size_t n = write_place(at->up, out, size);
    if (at->in_array) {
        int len = snprintf(out + n, size - n, "/%zu", at->index);
        return len < 0 || (size_t)len >= size - n ? size - 1 : n + (size_t)len;
    }
    if (n + 1 < size)
        out[n++] = '/';
    for (uint32_t i = 0; i < at->value->key_len && n + 1 < size; i++) {
        char c = at->value->key[i];
        bool escaped = c == '~' || c == '/';
        if (escaped && n + 2 >= size)
            break;
        if (escaped)
            out[n++] = '~';
        out[n++] = escaped ? (c == '~' ? '0' : '1') : c;
    }
    out[n] = '\0';
    return n;
}

static bool refuse(const struct check *c, const struct place *at, const char *keyword,
                   const char *fmt, ...) M4_PRINTF(4, 5);

static bool refuse(const struct check *c, const struct place *at, const char *keyword,
                   const char *fmt, ...)
{
    struct m4_schema_fault *fault = c->fault;
    if (!fault)
        return false;
    fault->pointer[0] = '\0';
    write_place(at, fault->pointer, sizeof(fault->pointer));
    end_whole(fault->pointer);
    fault->keyword = keyword;
    va_list args;
    va_start(args, fmt);
    vsnprintf(fault->detail, sizeof(fault->detail), fmt, args);
    va_end(args);
    end_whole(fault->detail);
    return false;
}

/* A child whose schema is false is told by the keyword that led there. */
static bool child_holds(const struct check *c, const struct schema_node *n, const struct place *at,
                        const char *keyword, const char *detail)
{
    return n->never ? refuse(c, at, keyword, "%s", detail) : holds(c, n, at);
}

static bool type_holds(const struct schema_node *n, const struct m4_json *v)
{
    return (n->types & 1 << v->type) ||
           (v->type == M4_REAL && (n->types & SCHEMA_WHOLE_NUMBER) && v->real == floor(v->real));
}

static const char *type_name(const struct m4_json *v)
{
    static const char *const names[] = {"null",   "boolean", "integer", "number",
                                        "string", "array",   "object"};
    return names[v->type];
}

static bool among(const struct m4_json *values, const struct m4_json *v)
{
    for (const struct m4_json *one = values->child; one; one = one->next)
        if (m4_json_equal(one, v))
            return true;
    return false;
}

/* -1, 0, 1; exact also between a large integer and a real. */
static int compare(const struct m4_json *a, const struct m4_json *b)
{
    if (a->type == M4_INT && b->type == M4_INT)
        return (a->number > b->number) - (a->number < b->number);
    long double x = a->type == M4_INT ? (long double)a->number : (long double)a->real;
    long double y = b->type == M4_INT ? (long double)b->number : (long double)b->real;
    return (x > y) - (x < y);
}

/* Exact for whole numbers; else as near as binary fractions come (0.0075 is 75 times 0.0001). */
static bool is_multiple(const struct m4_json *v, const struct m4_json *of)
{
    if (v->type == M4_INT && of->type == M4_INT)
        return v->number % of->number == 0;
    if (v->real == floor(v->real) && of->real == floor(of->real))
        return fmod(v->real, of->real) == 0;
    double times = v->real / of->real;
    return isfinite(times) && fabs(times - nearbyint(times)) <= 4 * DBL_EPSILON * fabs(times);
}

/* The number as people write it, into text[0..32). */
static const char *shown(const struct m4_json *v, char *text)
{
    if (v->type == M4_INT)
        snprintf(text, 32, "%lld", (long long)v->number);
    else
        snprintf(text, 32, "%.15g", v->real);
    return text;
}

static bool number_holds(const struct check *c, const struct schema_number *r,
                         const struct place *at)
{
    const struct m4_json *v = at->value;
    if (v->type == M4_INT && v->number >= r->least && v->number <= r->most)
        return true;
    char is[32], bound[32];
    if (r->min && compare(v, r->min) < 0)
        return refuse(c, at, "minimum", "is %s, at least %s allowed", shown(v, is),
                      shown(r->min, bound));
    if (r->max && compare(v, r->max) > 0)
        return refuse(c, at, "maximum", "is %s, at most %s allowed", shown(v, is),
                      shown(r->max, bound));
    if (r->above && compare(v, r->above) <= 0)
        return refuse(c, at, "exclusiveMinimum", "is %s, more than %s needed", shown(v, is),
                      shown(r->above, bound));
    if (r->below && compare(v, r->below) >= 0)
        return refuse(c, at, "exclusiveMaximum", "is %s, less than %s needed", shown(v, is),
                      shown(r->below, bound));
    if (r->multiple && !is_multiple(v, r->multiple))
        return refuse(c, at, "multipleOf", "is %s, no multiple of %s", shown(v, is),
                      shown(r->multiple, bound));
    return true;
}

static bool pattern_holds(const struct check *c, const struct schema_string *r,
                          const struct place *at)
{
    pcre2_match_data *match = pcre2_match_data_create(1, c->schema->pcre);
    if (!match)
        return refuse(c, at, "pattern", "could not be matched: out of memory");
    int rc = pcre2_match(r->code, (PCRE2_SPTR)at->value->text, at->value->len, 0,
                         PCRE2_NO_UTF_CHECK, match, c->schema->match);
    pcre2_match_data_free(match);
    if (rc >= 0)
        return true;
    if (rc == PCRE2_ERROR_NOMATCH)
        return refuse(c, at, "pattern", "does not match %s", r->pattern);
    return refuse(c, at, "pattern", "takes too long to match against %s", r->pattern);
}

static bool string_holds(const struct check *c, const struct schema_string *r,
                         const struct place *at)
{
    const struct m4_json *v = at->value;
    /* A code point has one to four bytes: most texts need no counting. */
    if (v->len > r->max || v->len < 4 * r->min) {
        size_t count = m4_utf8_count(v->text, v->len);
        if (count < r->min)
            return refuse(c, at, "minLength", "has %zu characters, at least %zu needed", count,
                          r->min);
        if (count > r->max)
            return refuse(c, at, "maxLength", "has %zu characters, at most %zu allowed", count,
                          r->max);
    }
    if (r->code && !pattern_holds(c, r, at))
        return false;
    if (r->format && !r->format(v->text, v->len))
        return refuse(c, at, "format", "is no %s", r->format_name);
    return true;
}

static bool array_holds(const struct check *c, const struct schema_array *r, const struct place *at)
{
    const struct m4_json *v = at->value;
    if (v->len < r->min)
        return refuse(c, at, "minItems", "has %zu items, at least %zu needed", v->len, r->min);
    if (v->len > r->max)
        return refuse(c, at, "maxItems", "has %zu items, at most %zu allowed", v->len, r->max);
    struct place child = {.up = at, .in_array = true, .value = v->child};
    for (; child.value; child.value = child.value->next, child.index++) {
        bool listed = child.index < r->prefix.count;
        const struct schema_node *n = listed ? r->prefix.node[child.index] : r->items;
        if (!n && !listed)
            return true;
        if (!child_holds(c, n, &child, listed ? "prefixItems" : "items", "is one item too many"))
            return false;
    }
    return true;
}

/* Which name it is, or r->count; looks first where the schema's own order would have it. */
static size_t find_name(const struct schema_object *r, const struct m4_json *v, size_t first)
{
    for (size_t i = 0; i < r->count; i++) {
        size_t at = first + i < r->count ? first + i : first + i - r->count;
        if (r->name[at].len == v->key_len && !memcmp(r->name[at].text, v->key, v->key_len))
            return at;
    }
    return r->count;
}

static bool object_holds(const struct check *c, const struct schema_object *r,
                         const struct place *at)
{
    const struct m4_json *v = at->value;
    if (v->len < r->min)
        return refuse(c, at, "minProperties", "has %zu fields, at least %zu needed", v->len,
                      r->min);
    if (v->len > r->max)
        return refuse(c, at, "maxProperties", "has %zu fields, at most %zu allowed", v->len,
                      r->max);
    uint64_t seen[SCHEMA_NAMES / 64];
    memset(seen, 0, (r->count + 63) / 64 * sizeof(seen[0]));
    size_t missing = r->required, next = 0;
    struct place child = {.up = at, .value = v->child};
    for (; child.value; child.value = child.value->next) {
        size_t i = find_name(r, child.value, next);
        const struct schema_node *n = i < r->count ? r->name[i].node : NULL;
        if (i < r->count) {
            next = i + 1 < r->count ? i + 1 : 0;
            seen[i / 64] |= UINT64_C(1) << (i % 64);
            missing -= r->name[i].required;
        }
        if (n && !child_holds(c, n, &child, "properties", "is not allowed here"))
            return false;
        if (!n && r->additional &&
            !child_holds(c, r->additional, &child, "additionalProperties", "is not a known field"))
            return false;
    }
    for (size_t i = 0; missing && i < r->count; i++)
        if (r->name[i].required && !(seen[i / 64] & UINT64_C(1) << (i % 64)))
            return refuse(c, at, "required", "\"%s\" is missing", r->name[i].text);
    return true;
}

static size_t count_fitting(const struct check *c, const struct schema_list *list,
                            const struct place *at, size_t enough)
{
    const struct check quiet = {c->schema, NULL};
    size_t fitting = 0;
    for (size_t i = 0; i < list->count && fitting < enough; i++)
        fitting += holds(&quiet, list->node[i], at);
    return fitting;
}

static bool in_place_holds(const struct check *c, const struct schema_in_place *r,
                           const struct place *at)
{
    if (r->ref && !child_holds(c, r->ref, at, "$ref", "is not allowed here"))
        return false;
    for (size_t i = 0; i < r->all.count; i++)
        if (!child_holds(c, r->all.node[i], at, "allOf", "is not allowed here"))
            return false;
    if (r->any.count && !count_fitting(c, &r->any, at, 1))
        return refuse(c, at, "anyOf", "fits none of %zu forms", r->any.count);
    if (r->one.count) {
        size_t fitting = count_fitting(c, &r->one, at, 2);
        if (fitting != 1)
            return refuse(c, at, "oneOf", "fits %s of %zu forms, exactly one needed",
                          fitting ? "more than one" : "none", r->one.count);
    }
    const struct check quiet = {c->schema, NULL};
    if (r->not &&holds(&quiet, r->not, at))
        return refuse(c, at, "not", "has a form that is ruled out");
    return true;
}

static bool holds(const struct check *c, const struct schema_node *n, const struct place *at)
{
    const struct m4_json *v = at->value;
    if (n->never)
        return refuse(c, at, "false", "is not allowed here");
    if (!type_holds(n, v))
        return refuse(c, at, "type", "is %s, %s", type_name(v), n->type_detail);
    if (n->const_value && !m4_json_equal(n->const_value, v))
        return refuse(c, at, "const", "%s", n->const_detail);
    if (n->enum_values && !among(n->enum_values, v))
        return refuse(c, at, "enum", "%s", n->enum_detail);
    if (n->number && (v->type == M4_INT || v->type == M4_REAL) && !number_holds(c, n->number, at))
        return false;
    if (n->string && v->type == M4_STRING && !string_holds(c, n->string, at))
        return false;
    if (n->in_place && !in_place_holds(c, n->in_place, at))
        return false;
    if (n->array && v->type == M4_ARRAY)
        return array_holds(c, n->array, at);
    if (n->object && v->type == M4_OBJECT)
        return object_holds(c, n->object, at);
    return true;
}

bool m4_schema_check(const struct m4_schema *schema, const struct m4_json *value,
                     struct m4_schema_fault *fault)
{
    const struct check c = {schema, fault};
    return holds(&c, schema->root, &(struct place){.value = value});
}
