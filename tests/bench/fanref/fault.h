/* fault.h - deliveries, and the faults fanref can be told to make
 *
 * With all of it 0 a delivery is just that. Else every N-th is spoilt, so that the checks of
 * wsfan can be checked themselves.
 */
#ifndef M4_BENCH_FANREF_FAULT_H
#define M4_BENCH_FANREF_FAULT_H

#include "tests/bench/fanref/peer.h"

struct faults {
    unsigned long drop, duplicate, swap, misroute, corrupt; /* every so many deliveries */
    unsigned long stall_every, stall_ms;                    /* every so many messages */
};

extern struct faults faults;

void fault_deliver(struct peer *p, const unsigned char *frame, size_t n);

/* Counts a message; stands still when it is its turn. */
void fault_stall(void);

#endif
