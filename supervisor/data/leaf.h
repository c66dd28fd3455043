/* leaf.h - the certificate the box shows, kept fresh, and the session key
 *
 * tls/leaf.pem (with the authority after it), tls/leaf.key, tls/session.key. A leaf lives 396
 * days and is made anew when less than a third of that is left, when the box has a name or
 * address it does not have, or when the files do not fit each other.
 */
#ifndef M4_SUPERVISOR_DATA_LEAF_H
#define M4_SUPERVISOR_DATA_LEAF_H

#include "lib/settings.h"
#include "supervisor/care/account.h"

enum { LEAF_DAYS = 396, LEAF_RENEW_DAYS = LEAF_DAYS / 3 };

struct leaf {
    bool renewed;         /* m4shd must read it again */
    char cause[160];      /* of the renewal, in words */
    int64_t days_left;    /* at the time of asking */
    char fingerprint[96]; /* of the authority: what people compare */
};

/* Makes what is missing, renews what is due, and tells how things are. */
M4_MUST_CHECK int leaf_care(const struct m4_settings *s, const struct account *account,
                            struct leaf *ret, struct m4_err *err);

#endif
