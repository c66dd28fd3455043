/* tool.h - what every part of wsfan needs: giving up, the clock, chance, growing bytes
 *
 * wsfan is one thread and ends when something is senseless, so nothing here reports errors:
 * tool_die() says why and exits with 1.
 */
#ifndef M4_BENCH_WSFAN_TOOL_H
#define M4_BENCH_WSFAN_TOOL_H

#include <stddef.h>
#include <stdint.h>

#define TOOL_NS 1000000000ull

__attribute__((noreturn, format(printf, 1, 2))) void tool_die(const char *format, ...);

uint64_t tool_now_ns(void); /* CLOCK_MONOTONIC */

/* xorshift64*: masks and pacing, not secrets. */
uint64_t tool_random(void);

struct buf {
    unsigned char *p;
    size_t len, cap;
};

/* Place for n more bytes after len, which stays as it is. */
unsigned char *buf_room(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_text(struct buf *b, const char *text);

/* Drops the first n bytes. */
void buf_drop(struct buf *b, size_t n);
void buf_free(struct buf *b);

#endif
