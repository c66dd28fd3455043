/* json_write.c - the writing half of json.h */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/json.h"

static void before_value(struct m4_jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    uint64_t bit = UINT64_C(1) << w->depth;
    if (w->has_item & bit)
        m4_buf_add(w->out, ",", 1);
    w->has_item |= bit;
}

void m4_jw_open(struct m4_jw *w, char bracket)
{
    before_value(w);
    m4_buf_add(w->out, &bracket, 1);
    if (w->depth >= M4_JSON_DEPTH) {
        w->out->failed = true;
        return;
    }
    w->depth++;
    w->has_item &= ~(UINT64_C(1) << w->depth);
}

void m4_jw_close(struct m4_jw *w, char bracket)
{
    if (w->depth > 0)
        w->depth--;
    m4_buf_add(w->out, &bracket, 1);
}

static void put_escaped(struct m4_buf *b, const char *text, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    m4_buf_add(b, "\"", 1);
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        m4_buf_add(b, text + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\')
            m4_buf_add(b, (char[]){'\\', (char)c}, 2);
        else if (c == '\n')
            m4_buf_add(b, "\\n", 2);
        else
            m4_buf_add(b, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
    }
    m4_buf_add(b, text + from, len - from);
    m4_buf_add(b, "\"", 1);
}

static void put_key(struct m4_jw *w, const char *key, size_t len)
{
    before_value(w);
    put_escaped(w->out, key, len);
    m4_buf_add(w->out, ":", 1);
    w->after_key = true;
}

void m4_jw_key(struct m4_jw *w, const char *key)
{
    put_key(w, key, strlen(key));
}

void m4_jw_strn(struct m4_jw *w, const char *text, size_t len)
{
    before_value(w);
    put_escaped(w->out, text, len);
}

void m4_jw_str(struct m4_jw *w, const char *text)
{
    if (text)
        m4_jw_strn(w, text, strlen(text));
    else
        m4_jw_null(w);
}

void m4_jw_int(struct m4_jw *w, int64_t number)
{
    before_value(w);
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);
    m4_buf_add(w->out, digits, (size_t)n);
}

void m4_jw_real(struct m4_jw *w, double number)
{
    before_value(w);
    if (isfinite(number))
        m4_buf_fmt(w->out, "%.17g", number);
    else
        m4_buf_str(w->out, "null");
}

void m4_jw_raw(struct m4_jw *w, const char *json, size_t len)
{
    before_value(w);
    m4_buf_add(w->out, json, len);
}

void m4_jw_bool(struct m4_jw *w, bool truth)
{
    m4_jw_raw(w, truth ? "true" : "false", truth ? 4 : 5);
}

void m4_jw_null(struct m4_jw *w)
{
    m4_jw_raw(w, "null", 4);
}

void m4_jw_value(struct m4_jw *w, const struct m4_json *value)
{
    switch (value->type) {
    case M4_NULL:
        m4_jw_null(w);
        return;
    case M4_BOOL:
        m4_jw_bool(w, value->truth);
        return;
    case M4_INT:
        m4_jw_int(w, value->number);
        return;
    case M4_REAL:
        m4_jw_real(w, value->real);
        return;
    case M4_STRING:
        m4_jw_strn(w, value->text, value->len);
        return;
    case M4_ARRAY:
    case M4_OBJECT:
        break;
    }
    bool object = value->type == M4_OBJECT;
    m4_jw_open(w, object ? '{' : '[');
    for (const struct m4_json *v = value->child; v; v = v->next) {
        if (object)
            put_key(w, v->key, v->key_len); /* a name may hold NULs */
        m4_jw_value(w, v);
    }
    m4_jw_close(w, object ? '}' : ']');
}

void m4_jw_kstr(struct m4_jw *w, const char *key, const char *text)
{
    m4_jw_key(w, key);
    m4_jw_str(w, text);
}

void m4_jw_kint(struct m4_jw *w, const char *key, int64_t number)
{
    m4_jw_key(w, key);
    m4_jw_int(w, number);
}

void m4_jw_kbool(struct m4_jw *w, const char *key, bool truth)
{
    m4_jw_key(w, key);
    m4_jw_bool(w, truth);
}
