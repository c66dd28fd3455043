/* status.h - how the box is, as the control socket tells it
 *
 * Filled by the one who knows (supervisor/box.c), written here; docs/operators/control.md
 * explains each field.
 */
#ifndef M4_SUPERVISOR_ORDERS_STATUS_H
#define M4_SUPERVISOR_ORDERS_STATUS_H

#include "lib/json.h"
#include "lib/settings.h"
#include "supervisor/care/child.h"
#include "supervisor/care/events.h"

enum { STATUS_CHILDREN = 4 };

struct status {
    const char *state; /* starting, ready, degraded, stopping */
    int64_t since_us;  /* of the supervisor's start, wall time */
    const struct m4_settings *settings;
    bool private_database;
    int64_t schema, database_bytes; /* -1: not known yet */
    int64_t free_bytes, total_bytes;
    int64_t days_left;
    const char *fingerprint;
    const struct child *child[STATUS_CHILDREN]; /* in the order of their start */
    size_t children;
    const struct events *events;
};

void status_write(const struct status *s, struct m4_jw *w);

#endif
