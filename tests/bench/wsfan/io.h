/* io.h - bytes of one connection, with TLS or without
 *
 * Both return the byte count, 0 for "try later", -1 for closed or broken.
 */
#ifndef M4_BENCH_WSFAN_IO_H
#define M4_BENCH_WSFAN_IO_H

#include "tests/bench/wsfan/conn.h"

ssize_t io_read(struct conn *c, void *p, size_t n);
ssize_t io_write(struct conn *c, const void *p, size_t n);

/* The TLS handshake of a connection that has just been made; 1 once it is done (at once
 * without TLS), 0 to be called again, with ->want_out as it wants, -1 when it failed. */
int io_handshake(struct conn *c, bool *ret_want_out);

/* Bytes that were read from the kernel already and wait in TLS. */
bool io_pending(const struct conn *c);

void io_close(struct conn *c);

#endif
