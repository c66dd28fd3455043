/* marker.h - the token that tells who sent a message, and when it should have been sent
 *
 *     ~wsf RRRR OOOO CCCC SSSSSSSS TTTTTTTTTTTTTTTT ~      (without the spaces)
 *          run  room clnt sequence intended send time, ns
 *
 * All lower-case hexadecimal, 41 characters. {word} is the same for a field that takes letters
 * and digits alone: "wsfw" in front, nothing behind, 40 characters. The server must hand it on
 * unchanged somewhere in the payload; nothing else is asked of its protocol.
 */
#ifndef M4_BENCH_WSFAN_MARKER_H
#define M4_BENCH_WSFAN_MARKER_H

#include "tests/bench/wsfan/conn.h"

struct seen { /* what one receiver has had from one sender in this phase */
    uint8_t *bits;
    size_t cap;
    uint32_t high;
};

/* This run's number: 16 bits in markers, 48 bits in {cid}. */
uint16_t marker_run(void);
uint64_t marker_run_id(void);

void marker_put(struct buf *out, const struct conn *c, uint64_t when_ns, bool word);

/* Checks and counts every marker in what `c` received. */
void marker_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns);

/* A new phase: nothing seen yet. */
void marker_forget(struct conn *c);

#endif
