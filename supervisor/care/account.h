/* account.h - the system user that PostgreSQL and m4shd run as
 *
 * Started as root, the supervisor keeps root for itself and gives its children the user
 * `m4sh`, made on first use; started by anybody else, everything runs as that person.
 */
#ifndef M4_SUPERVISOR_CARE_ACCOUNT_H
#define M4_SUPERVISOR_CARE_ACCOUNT_H

#include "lib/err.h"

struct account {
    char name[64];
    uid_t uid;
    gid_t gid;
    bool drop; /* we are root: children change to it */
};

/* Finds the account without making anything: -ENOENT when root and m4sh is absent. */
M4_MUST_CHECK int account_find(struct account *ret, struct m4_err *err);

/* The same, but as root makes the user with useradd when it is absent. */
M4_MUST_CHECK int account_make(struct account *ret, struct m4_err *err);

/* In a forked child: becomes the account for good. Does nothing unless a->drop. 0 or -errno. */
M4_MUST_CHECK int account_become(const struct account *a);

/* Whether the account may do `mode` (as access(2)) with path; asked by a forked child. */
bool account_can(const struct account *a, const char *path, int mode);

#endif
