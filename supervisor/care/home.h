/* home.h - the box's home directory: who may look after it, and what stands in it
 *
 *     <home>          0755   root (or the one user) owns it
 *     <home>/pg       0700   the account's; made by data/cluster
 *     <home>/run     01770   sockets of PostgreSQL, m4shd and the supervisor
 *     <home>/tls      0750   read by the account, written by the supervisor
 *     <home>/log, journal, backup   0750
 */
#ifndef M4_SUPERVISOR_CARE_HOME_H
#define M4_SUPERVISOR_CARE_HOME_H

#include "lib/settings.h"
#include "supervisor/care/account.h"

/* Refuses a home whose name PostgreSQL's socket list could not hold: comma, quotes,
 * backslash, line end. */
M4_MUST_CHECK int home_check_name(const char *home, struct m4_err *err);

/* Makes what is missing and sets owners and modes. */
M4_MUST_CHECK int home_make(const struct m4_settings *s, const struct account *a,
                            struct m4_err *err);

/* Takes the lock that only one supervisor of a home has, for as long as the returned
 * descriptor is open. -EBUSY names the pid that has it. With `make` false a home without
 * lock file is -ENOENT and stays untouched. Never open the lock file elsewhere in this
 * process: closing any descriptor of it gives the lock up. */
M4_MUST_CHECK int home_lock(const struct m4_settings *s, bool make, struct m4_err *err);

/* Removes a directory and all in it; an absent one is fine. Never follows a link. -ENOTEMPTY when
 * somebody else writes there meanwhile. */
M4_MUST_CHECK int home_remove_tree(const char *path, struct m4_err *err);

#endif
