/* ready.h - waiting, from outside, until a box is ready
 *
 * What `m4sh-supervisor --wait-ready N` does: it is a client of the control socket like any
 * other, for scripts that start a box and go on when it serves.
 */
#ifndef M4_SUPERVISOR_ORDERS_READY_H
#define M4_SUPERVISOR_ORDERS_READY_H

#include "lib/settings.h"

/* Asks until the state is ready, seconds at most (0: once), and then prints the addresses, https
 * and http, on one line. -ETIMEDOUT says what the state was. */
M4_MUST_CHECK int ready_wait(const struct m4_settings *s, int seconds, struct m4_err *err);

#endif
