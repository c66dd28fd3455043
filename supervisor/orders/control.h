/* control.h - the control socket: lines of JSON from the console and m4shctl
 *
 * run/supervisor.sock, 0660, for root, the box's account and whoever runs the supervisor; the
 * kernel says who asks (SO_PEERCRED). docs/operators/control.md is its reference. Limits:
 * CONTROL_CLIENTS at once, M4_CTL_LINE bytes a line; a client that does not read its answers is
 * closed. Knows how to read and write lines, and no command: those come from orders.h.
 */
#ifndef M4_SUPERVISOR_ORDERS_CONTROL_H
#define M4_SUPERVISOR_ORDERS_CONTROL_H

#include "lib/json.h"
#include "lib/settings.h"
#include "supervisor/care/account.h"
#include "supervisor/care/loop.h"

enum { CONTROL_CLIENTS = 16 };

/* Carries out one request: writes a value as the result to w and returns 0, or returns -errno
 * with the code of the error ("unknown") in *ret_code and its words in err. */
typedef int control_order(void *arg, const struct m4_json *request, struct m4_jw *w,
                          const char **ret_code, struct m4_err *err);

struct control;

/* Listens. A socket file that a killed supervisor left is replaced (the home's lock is ours). */
M4_MUST_CHECK int control_open(const struct m4_settings *s, const struct account *a,
                               struct loop *loop, control_order *order, void *arg,
                               struct control **ret, struct m4_err *err);

/* Closes all and removes the socket file. */
void control_close(struct control *c);

#endif
