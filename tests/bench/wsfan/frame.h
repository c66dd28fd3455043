/* frame.h - WebSocket frames, a client's side; and what a whole message does */
#ifndef M4_BENCH_WSFAN_FRAME_H
#define M4_BENCH_WSFAN_FRAME_H

#include "tests/bench/wsfan/conn.h"

/* Appends one masked frame. */
void frame_put(struct buf *out, int opcode, const unsigned char *p, size_t n);

/* Takes the whole frames at the beginning of p[0..n) and does what they ask; returns how many
 * bytes they had. The connection may be gone after it. */
size_t frame_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns);

/* Goes on with the steps of joining, up to the next that waits for an answer. */
void frame_join(struct conn *c);

#endif
