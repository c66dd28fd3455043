#include "lib/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "lib/utf8.h"

/* A document is a chain of chunks that only grows and is freed as a whole. The first is
 * what malloc keeps at hand for each thread; each further one is twice as large. */
enum { FIRST_CHUNK_BYTES = 960, LAST_CHUNK_BYTES = 65536 };

struct chunk {
    struct chunk *before;
    size_t used, size;
    char bytes[] __attribute__((aligned(16)));
};

struct m4_doc {
    struct chunk *last;
    struct m4_json *root;
};

struct level {
    struct m4_json *container;
    struct m4_json *last_child;
};

struct parser {
    struct m4_doc *doc;
    unsigned flags;
    int depth;
    struct level levels[M4_JSON_DEPTH];
    const char *key;
    size_t key_len;
    const char *refused; /* why a callback said no */
};

static void *doc_alloc(struct m4_doc *doc, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (!doc->last || doc->last->size - doc->last->used < size) {
        size_t room = doc->last ? doc->last->size * 2 : FIRST_CHUNK_BYTES;
        room = room > LAST_CHUNK_BYTES ? LAST_CHUNK_BYTES : room;
        room = room < size ? size : room;
        struct chunk *c = malloc(sizeof(*c) + room);
        if (!c)
            return NULL;
        *c = (struct chunk){doc->last, 0, room};
        doc->last = c;
    }
    void *p = doc->last->bytes + doc->last->used;
    doc->last->used += size;
    return p;
}

static const char *doc_copy(struct m4_doc *doc, const void *text, size_t len)
{
    char *s = doc_alloc(doc, len + 1);
    if (!s)
        return NULL;
    memcpy(s, text, len);
    s[len] = '\0';
    return s;
}

void m4_doc_free(struct m4_doc *doc)
{
    if (!doc)
        return;
    for (struct chunk *c = doc->last; c;) {
        struct chunk *before = c->before;
        free(c);
        c = before;
    }
    free(doc);
}

const struct m4_json *m4_doc_root(const struct m4_doc *doc)
{
    return doc->root;
}

static int refuse(struct parser *p, const char *why)
{
    p->refused = why;
    return 0; /* yajl_parse stops */
}

/* A new value in the place the parser has reached. */
static struct m4_json *append(struct parser *p, enum m4_json_type type)
{
    struct m4_json *v = doc_alloc(p->doc, sizeof(*v));
    if (!v) {
        refuse(p, "out of memory");
        return NULL;
    }
    *v = (struct m4_json){.type = type, .key = p->key, .key_len = (uint32_t)p->key_len};
    p->key = NULL;
    p->key_len = 0;
    if (!p->depth) {
        p->doc->root = v;
        return v;
    }
    struct level *l = &p->levels[p->depth - 1];
    if (l->last_child)
        l->last_child->next = v;
    else
        l->container->child = v;
    l->last_child = v;
    l->container->len++;
    return v;
}

static int on_null(void *ctx)
{
    return append(ctx, M4_NULL) != NULL;
}

static int on_bool(void *ctx, int truth)
{
    struct m4_json *v = append(ctx, M4_BOOL);
    if (v)
        v->truth = truth;
    return v != NULL;
}

/* At most 18 digits with or without a sign: what nearly every number of ours is. */
static bool short_integer(const char *digits, size_t len, int64_t *ret_number)
{
    int64_t number = 0;
    size_t i = digits[0] == '-';
    if (len > 18)
        return false;
    for (; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        number = number * 10 + (digits[i] - '0');
    }
    *ret_number = digits[0] == '-' ? -number : number;
    return true;
}

static int on_number(void *ctx, const char *digits, size_t len)
{
    struct parser *p = ctx;
    char text[128];
    int64_t small;
    if (short_integer(digits, len, &small)) {
        struct m4_json *v = append(p, M4_INT);
        if (v) {
            v->number = small;
            v->real = (double)small;
        }
        return v != NULL;
    }
    if (len >= sizeof(text))
        return refuse(p, "a number has more than 127 characters");
    memcpy(text, digits, len);
    text[len] = '\0';
    struct m4_json *v = append(p, M4_REAL);
    if (!v)
        return 0;
    if (!strpbrk(text, ".eE")) {
        errno = 0;
        long long number = strtoll(text, NULL, 10);
        if (!errno) {
            v->type = M4_INT;
            v->number = number;
            v->real = (double)number;
            return 1;
        }
    }
    v->real = strtod(text, NULL);
    return isfinite(v->real) ? 1 : refuse(p, "a number is too large");
}

static const char *take_text(struct parser *p, const unsigned char *text, size_t len)
{
    if ((p->flags & M4_JSON_NO_NUL) && memchr(text, '\0', len)) {
        refuse(p, "a string holds U+0000");
        return NULL;
    }
    const char *s = doc_copy(p->doc, text, len);
    if (!s)
        refuse(p, "out of memory");
    return s;
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
    struct parser *p = ctx;
    const char *s = take_text(p, text, len);
    struct m4_json *v = s ? append(p, M4_STRING) : NULL;
    if (!v)
        return 0;
    v->text = s;
    v->len = len;
    return 1;
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
    struct parser *p = ctx;
    p->key = take_text(p, text, len);
    p->key_len = len;
    return p->key != NULL;
}

static int open_container(struct parser *p, enum m4_json_type type)
{
    if (p->depth == M4_JSON_DEPTH)
        return refuse(p, "nested deeper than 32 levels");
    struct m4_json *v = append(p, type);
    if (!v)
        return 0;
    p->levels[p->depth++] = (struct level){v, NULL};
    return 1;
}

static int on_array(void *ctx)
{
    return open_container(ctx, M4_ARRAY);
}

static int on_map(void *ctx)
{
    return open_container(ctx, M4_OBJECT);
}

static int on_array_end(void *ctx)
{
    struct parser *p = ctx;
    p->depth--;
    return 1;
}

static int by_key(const void *a, const void *b)
{
    const struct m4_json *x = *(struct m4_json *const *)a, *y = *(struct m4_json *const *)b;
    size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
    int order = memcmp(x->key, y->key, len);
    return order ? order : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

static bool same_key(const struct m4_json *a, const struct m4_json *b)
{
    return a->key_len == b->key_len && !memcmp(a->key, b->key, a->key_len);
}

/* Small objects pair by pair, large ones sorted: no input makes this quadratic. */
static int names_repeat(struct parser *p, const struct m4_json *object)
{
    if (object->len <= 16) {
        for (const struct m4_json *a = object->child; a; a = a->next)
            for (const struct m4_json *b = a->next; b; b = b->next)
                if (same_key(a, b))
                    return 1;
        return 0;
    }
    m4_autofree struct m4_json **sorted = malloc(object->len * sizeof(struct m4_json *));
    if (!sorted)
        return !refuse(p, "out of memory");
    size_t n = 0;
    for (struct m4_json *v = object->child; v; v = v->next)
        sorted[n++] = v;
    qsort(sorted, n, sizeof(*sorted), by_key);
    for (size_t i = 1; i < n; i++)
        if (same_key(sorted[i - 1], sorted[i]))
            return 1;
    return 0;
}

static int on_map_end(void *ctx)
{
    struct parser *p = ctx;
    p->depth--;
    if (names_repeat(p, p->levels[p->depth].container))
        return p->refused ? 0 : refuse(p, "a name stands twice in one object");
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_bool,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_map_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* yajl writes '?' for a lone surrogate escape, which would let two texts become one. */
static bool lone_surrogate(const char *text, size_t len)
{
    for (size_t i = 0; i + 5 < len; i++) {
        if (text[i] != '\\')
            continue;
        if (text[i + 1] != 'u') {
            i++;
            continue;
        }
        char hex[5] = {text[i + 2], text[i + 3], text[i + 4], text[i + 5], 0};
        unsigned unit = (unsigned)strtoul(hex, NULL, 16);
        i += 5;
        if (unit >= 0xdc00 && unit <= 0xdfff)
            return true;
        if (unit < 0xd800 || unit > 0xdbff)
            continue;
        if (i + 6 >= len || text[i + 1] != '\\' || text[i + 2] != 'u')
            return true;
        char low[5] = {text[i + 3], text[i + 4], text[i + 5], text[i + 6], 0};
        unit = (unsigned)strtoul(low, NULL, 16);
        if (unit < 0xdc00 || unit > 0xdfff)
            return true;
        i += 6;
    }
    return false;
}

/* What yajl lets pass: overlong forms and encoded surrogates, two controls as white space. */
static const char *wrong_bytes(const char *text, size_t len)
{
    if (!len)
        return "it is empty";
    if (!m4_utf8_valid(text, len))
        return "it is not UTF-8";
    if (memchr(text, '\f', len) || memchr(text, '\v', len))
        return "it holds a form feed or vertical tab";
    return NULL;
}

int m4_json_parse(const char *text, size_t len, unsigned flags, struct m4_doc **ret_doc,
                  struct m4_err *err)
{
    const char *wrong = wrong_bytes(text, len);
    if (wrong)
        return m4_fail(err, EINVAL, "not accepted as JSON: %s", wrong);
    struct parser p = {.flags = flags, .doc = calloc(1, sizeof(struct m4_doc))};
    yajl_handle yajl = p.doc ? yajl_alloc(&callbacks, NULL, &p) : NULL;
    if (!yajl) {
        free(p.doc);
        return m4_fail(err, ENOMEM, "cannot parse JSON: %m");
    }
    yajl_config(yajl, yajl_dont_validate_strings, 1); /* just done */
    const unsigned char *bytes = (const unsigned char *)text;
    int rc = 0;
    yajl_status status = yajl_parse(yajl, bytes, len);
    size_t at = yajl_get_bytes_consumed(yajl);
    if (status == yajl_status_ok) /* a line end is wrong in a string that has no end yet */
        status = yajl_parse(yajl, (const unsigned char *)"\n", 1);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(yajl);
    if (status != yajl_status_ok) {
        rc = m4_fail(err, p.refused && !strcmp(p.refused, "out of memory") ? ENOMEM : EINVAL,
                     "not accepted as JSON at byte %zu: %s", at,
                     p.refused ? p.refused : "syntax or UTF-8 is wrong there");
    } else if (!p.doc->root) {
        rc = m4_fail(err, EINVAL, "not accepted as JSON at byte 0: there is no value");
    } else if (memchr(text, '\\', len) && lone_surrogate(text, len)) {
        rc = m4_fail(err, EINVAL, "not accepted as JSON: half of a surrogate pair stands alone");
    }
    yajl_free(yajl);
    if (rc < 0) {
        m4_doc_free(p.doc);
        return rc;
    }
    *ret_doc = p.doc;
    return 0;
}

const struct m4_json *m4_json_get(const struct m4_json *object, const char *key)
{
    if (!object || object->type != M4_OBJECT)
        return NULL;
    size_t len = strlen(key);
    for (const struct m4_json *v = object->child; v; v = v->next)
        if (v->key_len == len && !memcmp(v->key, key, len))
            return v;
    return NULL;
}

const char *m4_json_text(const struct m4_json *object, const char *key, const char *otherwise)
{
    const struct m4_json *v = m4_json_get(object, key);
    return v && v->type == M4_STRING ? v->text : otherwise;
}

bool m4_json_is_whole(const struct m4_json *v)
{
    /* Beyond 2^53 a double is no longer one whole number. */
    return v->type == M4_INT ||
           (v->type == M4_REAL && v->real >= -9007199254740992.0 && v->real <= 9007199254740992.0 &&
            v->real == (double)(int64_t)v->real);
}

int64_t m4_json_number(const struct m4_json *object, const char *key, int64_t otherwise)
{
    const struct m4_json *v = m4_json_get(object, key);
    if (v && v->type == M4_REAL && m4_json_is_whole(v))
        return (int64_t)v->real;
    return v && v->type == M4_INT ? v->number : otherwise;
}

bool m4_json_truth(const struct m4_json *object, const char *key, bool otherwise)
{
    const struct m4_json *v = m4_json_get(object, key);
    return v && v->type == M4_BOOL ? v->truth : otherwise;
}

static const struct m4_json *member(const struct m4_json *object, const struct m4_json *like)
{
    for (const struct m4_json *v = object->child; v; v = v->next)
        if (same_key(v, like))
            return v;
    return NULL;
}

bool m4_json_equal(const struct m4_json *a, const struct m4_json *b)
{
    bool a_number = a->type == M4_INT || a->type == M4_REAL;
    bool b_number = b->type == M4_INT || b->type == M4_REAL;
    if (a_number && b_number)
        return a->type == M4_INT && b->type == M4_INT ? a->number == b->number : a->real == b->real;
    if (a->type != b->type || a->len != b->len)
        return false;
    switch (a->type) {
    case M4_BOOL:
        return a->truth == b->truth;
    case M4_STRING:
        return !memcmp(a->text, b->text, a->len);
    case M4_ARRAY:
        for (const struct m4_json *x = a->child, *y = b->child; x; x = x->next, y = y->next)
            if (!m4_json_equal(x, y))
                return false;
        return true;
    case M4_OBJECT:
        for (const struct m4_json *x = a->child; x; x = x->next) {
            const struct m4_json *y = member(b, x);
            if (!y || !m4_json_equal(x, y))
                return false;
        }
        return true;
    default:
        return true;
    }
}
