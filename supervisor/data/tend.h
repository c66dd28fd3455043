/* tend.h - what the supervisor does to the database, each in a helper process
 *
 * Works for care/job: they may wait, they run as the box's account, and their answer is one
 * JSON object {"schema", "bytes", "ran"} with code TEND_DONE, or words for people.
 */
#ifndef M4_SUPERVISOR_DATA_TEND_H
#define M4_SUPERVISOR_DATA_TEND_H

#include "lib/buf.h"
#include "lib/settings.h"

enum tend_code {
    TEND_DONE = 0,
    TEND_REFUSED = 1, /* a person must look: nothing was changed by what failed */
    TEND_LATER = 2    /* the database was away or busy */
};

struct tend {
    const struct m4_settings *settings;
    int target; /* migration to go to, or MIGRATE_LATEST */
};

/* Migrates to the target, and opens the month. `tend` is a struct tend. */
int tend_migrate(const void *tend, struct m4_buf *answer);

/* Every hour: opens the month, and measures. */
int tend_hourly(const void *tend, struct m4_buf *answer);

#endif
