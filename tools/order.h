/* order.h - an order to the supervisor and its answer, for stop and restart */
#ifndef M4_TOOLS_ORDER_H
#define M4_TOOLS_ORDER_H

#include "tools/cmd.h"

/* Sends {"v":1,"id":1,"do":order}, with "what" beside it when not NULL, waits at most timeout_ms,
 * prints `done` (or the result with --json) and returns the exit code. */
int order_send(const struct cmd_env *env, const char *order, const char *what, int timeout_ms,
               const char *done);

#endif
