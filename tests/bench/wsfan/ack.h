/* ack.h - cumulative acknowledgements (--ack-field)
 *
 * A server that stores before it answers may say once "everything up to 12". A matching frame's
 * integer field names the last number it means; each message up to it counts as answered, with
 * a latency from when it should have been sent. Numbers are those of {seq1} where the message
 * holds that, else those of {seq}.
 */
#ifndef M4_BENCH_WSFAN_ACK_H
#define M4_BENCH_WSFAN_ACK_H

#include "tests/bench/wsfan/conn.h"

/* The next message of c (number c->seq) is intended for that time. Before c->seq grows. */
void ack_sent(struct conn *c, uint64_t when_ns);

/* A frame that matched. */
void ack_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns);

#endif
