/* buf.h - bytes that grow up to a limit
 *
 * Failure sticks: after a refused append (limit or memory) every further one is
 * refused too, so a writer checks once at the end. Always NUL-terminated when
 * not empty. Not thread-safe.
 */
#ifndef M4_LIB_BUF_H
#define M4_LIB_BUF_H

#include "lib/base.h"

struct m4_buf {
    char *data; /* NULL while nothing was appended */
    size_t len;
    size_t cap;
    size_t limit; /* most bytes it may hold, without the NUL */
    bool failed;
};

#define M4_BUF(limit_bytes) ((struct m4_buf){.limit = (limit_bytes)})

void m4_buf_done(struct m4_buf *b);
void m4_buf_clear(struct m4_buf *b); /* empties and forgives; keeps the memory */

void m4_buf_add(struct m4_buf *b, const void *bytes, size_t len);
void m4_buf_str(struct m4_buf *b, const char *text);
void m4_buf_fmt(struct m4_buf *b, const char *fmt, ...) M4_PRINTF(2, 3);

/* Room for `len` more bytes at the end, to be written by the caller, who then
 * adds to b->len; NULL when refused. */
char *m4_buf_room(struct m4_buf *b, size_t len);

/* Removes the first len bytes. */
void m4_buf_cut(struct m4_buf *b, size_t len);

/* The text, now the caller's to free(); NULL when anything was refused. Empties b. */
char *m4_buf_take(struct m4_buf *b);

#define m4_autobuf __attribute__((cleanup(m4_buf_done)))

#endif
