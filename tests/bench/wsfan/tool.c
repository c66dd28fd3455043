#include "tests/bench/wsfan/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { SMALLEST = 256 };

void tool_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("wsfan: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

uint64_t tool_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TOOL_NS + (uint64_t)t.tv_nsec;
}

uint64_t tool_random(void)
{
    static uint64_t state;
    if (state == 0 && (getrandom(&state, sizeof(state), 0) != sizeof(state) || state == 0))
        state = tool_now_ns() | 1;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717ull;
}

unsigned char *buf_room(struct buf *b, size_t n)
{
    if (b->len + n > b->cap) {
        size_t cap = b->cap ? b->cap : SMALLEST;
        while (cap < b->len + n)
            cap *= 2;
        b->p = realloc(b->p, cap);
        if (!b->p)
            tool_die("out of memory");
        b->cap = cap;
    }
    return b->p + b->len;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n)
        memcpy(buf_room(b, n), p, n);
    b->len += n;
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_drop(struct buf *b, size_t n)
{
    if (n)
        memmove(b->p, b->p + n, b->len -= n);
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
