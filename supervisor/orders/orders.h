/* orders.h - the commands of the control socket, one row each
 *
 * Knows their words and their answers; what they do is the box's, handed in as hooks.
 */
#ifndef M4_SUPERVISOR_ORDERS_ORDERS_H
#define M4_SUPERVISOR_ORDERS_ORDERS_H

#include "supervisor/orders/control.h"
#include "supervisor/orders/status.h"

enum orders_target { ORDERS_M4SHD, ORDERS_POSTGRESQL, ORDERS_ALL };

struct orders_hooks {
    void (*status)(void *arg, struct status *ret);
    void (*stop)(void *arg);
    /* -ENOTSUP with the reason when that is not ours to restart, -EBUSY while stopping. */
    int (*restart)(void *arg, enum orders_target target, struct m4_err *err);
    void *arg;
};

/* A control_order; `arg` is a struct orders_hooks. */
int orders_carry_out(void *arg, const struct m4_json *request, struct m4_jw *w,
                     const char **ret_code, struct m4_err *err);

#endif
