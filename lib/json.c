/* json.c - looking into a document of json.h */
#include "lib/json.h"

#include <string.h>

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

static bool same_key(const struct m4_json *a, const struct m4_json *b)
{
    return a->key_len == b->key_len && !memcmp(a->key, b->key, a->key_len);
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
