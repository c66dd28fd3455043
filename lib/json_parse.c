/* json_parse.c - the reading half of json.h
 *
 * The text is copied once, behind the document's head, and ends in a NUL there: no step
 * can run past it. Strings are decoded where they stand and end in a NUL where their
 * closing quote was. Nodes follow in the same memory while it lasts.
 */
#include <errno.h>
#include <string.h>

#include "lib/json.h"
#include "lib/json_scan.h"
#include "lib/utf8.h"

enum { SPARE_BYTES = 640, CHUNK_BYTES = 4096, LAST_CHUNK_BYTES = 65536 };

struct chunk {
    struct chunk *before;
    size_t used, size;
    char bytes[] __attribute__((aligned(16)));
};

struct m4_doc {
    struct m4_json *root;
    struct chunk *last;
    struct chunk first; /* its bytes are allocated with the document */
};

struct parser {
    struct m4_doc *doc;
    const char *begin, *end;
    char *at;
    unsigned flags;
    int depth;
    const char *refused; /* what is wrong at `at` */
};

static void *doc_alloc(struct m4_doc *doc, size_t size)
{
    struct chunk *c = doc->last;
    if (c->size - c->used < size) {
        size_t room = c == &doc->first ? CHUNK_BYTES : c->size * 2;
        room = room > LAST_CHUNK_BYTES ? LAST_CHUNK_BYTES : room;
        c = malloc(sizeof(*c) + room);
        if (!c)
            return NULL;
        *c = (struct chunk){doc->last, 0, room};
        doc->last = c;
    }
    void *p = c->bytes + c->used;
    c->used += size;
    return p;
}

static struct m4_doc *doc_new(const char *text, size_t len)
{
    size_t copied = (len + 1 + 15) & ~(size_t)15;
    struct m4_doc *doc = malloc(sizeof(*doc) + copied + SPARE_BYTES);
    if (!doc)
        return NULL;
    doc->root = NULL;
    doc->last = &doc->first;
    doc->first = (struct chunk){NULL, copied, copied + SPARE_BYTES};
    memcpy(doc->first.bytes, text, len);
    doc->first.bytes[len] = '\0';
    return doc;
}

void m4_doc_free(struct m4_doc *doc)
{
    if (!doc)
        return;
    for (struct chunk *c = doc->last; c != &doc->first;) {
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

static const char out_of_memory[] = "out of memory";

static bool refuse(struct parser *p, const char *why)
{
    p->refused = why;
    return false;
}

static void skip_space(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')
        p->at++;
}

static bool take_string(struct parser *p, const char **ret_text, size_t *ret_len)
{
    const char *begin = p->at;
    if (!json_scan_string(&p->at, p->end, p->flags, ret_len, &p->refused))
        return false;
    *ret_text = begin;
    return true;
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
static bool names_stand_once(struct parser *p, const struct m4_json *object)
{
    static const char twice[] = "a name stands twice in one object";
    if (object->len <= 16) {
        for (const struct m4_json *a = object->child; a; a = a->next)
            for (const struct m4_json *b = a->next; b; b = b->next)
                if (same_key(a, b))
                    return refuse(p, twice);
        return true;
    }
    m4_autofree struct m4_json **sorted = malloc(object->len * sizeof(struct m4_json *));
    if (!sorted)
        return refuse(p, out_of_memory);
    size_t n = 0;
    for (struct m4_json *v = object->child; v; v = v->next)
        sorted[n++] = v;
    qsort(sorted, n, sizeof(*sorted), by_key);
    for (size_t i = 1; i < n; i++)
        if (same_key(sorted[i - 1], sorted[i]))
            return refuse(p, twice);
    return true;
}

static bool take_value(struct parser *p, struct m4_json *v);

/* A name and its colon into the node. */
static bool take_key(struct parser *p, struct m4_json *v)
{
    size_t len;
    if (*p->at != '"')
        return refuse(p, "a name in quotes should stand here");
    p->at++;
    if (!take_string(p, &v->key, &len))
        return false;
    v->key_len = (uint32_t)len;
    skip_space(p);
    if (*p->at != ':')
        return refuse(p, "a colon should stand here");
    p->at++;
    skip_space(p);
    return true;
}

/* p->at stands after the bracket that opens v. */
static bool take_children(struct parser *p, struct m4_json *v, char bracket)
{
    struct m4_json **last = &v->child;
    if (p->depth == M4_JSON_DEPTH)
        return refuse(p, "nested deeper than 32 levels");
    p->depth++;
    skip_space(p);
    if (*p->at == bracket) {
        p->at++;
        p->depth--;
        return true;
    }
    for (;; p->at++, skip_space(p)) {
        struct m4_json *child = doc_alloc(p->doc, sizeof(*child));
        if (!child)
            return refuse(p, out_of_memory);
        *child = (struct m4_json){0};
        if ((v->type == M4_OBJECT && !take_key(p, child)) || !take_value(p, child))
            return false;
        *last = child;
        last = &child->next;
        v->len++;
        skip_space(p);
        if (*p->at != ',')
            break;
    }
    if (*p->at != bracket)
        return refuse(p, "a comma or the closing bracket should stand here");
    p->at++;
    p->depth--;
    return v->type != M4_OBJECT || names_stand_once(p, v);
}

static bool take_word(struct parser *p, const char *word, size_t len)
{
    if (strncmp(p->at, word, len) != 0)
        return refuse(p, "no value begins so");
    p->at += len;
    return true;
}

static bool take_value(struct parser *p, struct m4_json *v)
{
    switch (*p->at) {
    case '{':
    case '[':
        v->type = *p->at == '{' ? M4_OBJECT : M4_ARRAY;
        p->at++;
        return take_children(p, v, v->type == M4_OBJECT ? '}' : ']');
    case '"':
        v->type = M4_STRING;
        p->at++;
        return take_string(p, &v->text, &v->len);
    case 't':
    case 'f':
        v->type = M4_BOOL;
        v->truth = *p->at == 't';
        return v->truth ? take_word(p, "true", 4) : take_word(p, "false", 5);
    case 'n':
        v->type = M4_NULL;
        return take_word(p, "null", 4);
    case '\0':
        return refuse(p, p->at == p->end ? "a value is missing" : "no value begins so");
    default:
        return json_scan_number(&p->at, v, &p->refused);
    }
}

static bool take_document(struct parser *p)
{
    struct m4_json *root = doc_alloc(p->doc, sizeof(*root));
    if (!root)
        return refuse(p, out_of_memory);
    *root = (struct m4_json){0};
    skip_space(p);
    if (!take_value(p, root))
        return false;
    skip_space(p);
    p->doc->root = root;
    return p->at == p->end || refuse(p, "something follows the value");
}

int m4_json_parse(const char *text, size_t len, unsigned flags, struct m4_doc **ret_doc,
                  struct m4_err *err)
{
    if (!len)
        return m4_fail(err, EINVAL, "not accepted as JSON: it is empty");
    if (!m4_utf8_valid(text, len))
        return m4_fail(err, EINVAL, "not accepted as JSON: it is not UTF-8");
    struct m4_doc *doc = doc_new(text, len);
    if (!doc)
        return m4_fail(err, ENOMEM, "cannot parse JSON: %m");
    char *copy = doc->first.bytes;
    struct parser p = {.doc = doc, .begin = copy, .end = copy + len, .at = copy, .flags = flags};
    if (!take_document(&p)) {
        m4_doc_free(doc);
        return m4_fail(err, p.refused == out_of_memory ? ENOMEM : EINVAL,
                       "not accepted as JSON at byte %zu: %s", (size_t)(p.at - p.begin), p.refused);
    }
    *ret_doc = doc;
    return 0;
}
