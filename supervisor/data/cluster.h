/* cluster.h - the box's private PostgreSQL cluster: found, made, and how to run it
 *
 * Made aside in <home>/pg.new and renamed to <home>/pg when it is complete with its roles and
 * its database, so a kill at any point leaves a whole cluster or none. Listens only on the unix
 * socket in <home>/run. Who may be whom (pg_ident.conf): the account is postgres (superuser),
 * m4sh (owner of the database) and m4shd (reads and writes rows, makes nothing); the
 * supervisor's own user, where that is root, is m4shd only.
 */
#ifndef M4_SUPERVISOR_DATA_CLUSTER_H
#define M4_SUPERVISOR_DATA_CLUSTER_H

#include "lib/settings.h"
#include "supervisor/care/account.h"
#include "supervisor/care/spawn.h"

enum { CLUSTER_OLDEST = 15 };

/* Directory of PostgreSQL's programs into buf[PATH_MAX]: the newest version (15 or later)
 * under /usr/lib/postgresql, else what pg_config says. -ENOENT. */
M4_MUST_CHECK int cluster_find_programs(char *buf, struct m4_err *err);

bool cluster_exists(const struct m4_settings *s);

/* Makes it. stop_fd readable ends the work with -EINTR (-1: never). */
M4_MUST_CHECK int cluster_make(const struct m4_settings *s, const struct account *a,
                               const char *programs, int stop_fd, struct m4_err *err);

/* Writes what the box decides (settings, who may enter) anew, before each start. */
M4_MUST_CHECK int cluster_configure(const struct m4_settings *s, const struct account *a,
                                    const char *dir, struct m4_err *err);

/* Starts the postmaster as a child of ours. */
M4_MUST_CHECK int cluster_start(const struct m4_settings *s, const struct account *a,
                                const char *programs, pid_t *ret_pid, int *ret_pidfd,
                                struct m4_err *err);

#endif
