/* upgrade.h - the HTTP request that makes a connection a WebSocket, and its answer */
#ifndef M4_BENCH_WSFAN_UPGRADE_H
#define M4_BENCH_WSFAN_UPGRADE_H

#include "tests/bench/wsfan/conn.h"

/* Sends the request; the connection is CONN_HTTP then. */
void upgrade_ask(struct conn *c);

/* Looks at what is in ->in; true once the answer was a good one, which is taken out. */
bool upgrade_answered(struct conn *c);

#endif
