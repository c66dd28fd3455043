#include "lib/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void m4_buf_done(struct m4_buf *b)
{
    free(b->data);
    *b = (struct m4_buf){.limit = b->limit};
}

void m4_buf_clear(struct m4_buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

char *m4_buf_room(struct m4_buf *b, size_t len)
{
    if (b->failed || len > b->limit - b->len) {
        b->failed = true;
        return NULL;
    }
    size_t need = b->len + len + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 128;
        if (cap < need)
            cap = need;
        char *data = realloc(b->data, cap);
        if (!data) {
            b->failed = true;
            return NULL;
        }
        b->data = data;
        b->cap = cap;
    }
    return b->data + b->len;
}

void m4_buf_add(struct m4_buf *b, const void *bytes, size_t len)
{
    char *at = m4_buf_room(b, len);
    if (!at)
        return;
    if (len)
        memcpy(at, bytes, len);
    at[len] = '\0';
    b->len += len;
}

void m4_buf_str(struct m4_buf *b, const char *text)
{
    m4_buf_add(b, text, strlen(text));
}

void m4_buf_fmt(struct m4_buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *at = len < 0 ? NULL : m4_buf_room(b, (size_t)len);
    if (at) {
        vsnprintf(at, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

void m4_buf_cut(struct m4_buf *b, size_t len)
{
    if (!b->data)
        return;
    b->len -= len;
    memmove(b->data, b->data + len, b->len + 1);
}

char *m4_buf_take(struct m4_buf *b)
{
    m4_buf_add(b, "", 0); /* an empty text is a text */
    char *data = b->failed ? NULL : M4_TAKE(b->data);
    m4_buf_done(b);
    return data;
}
