/* box.h - one running box: its children in their order, its clock work, its orders
 *
 * PostgreSQL first, then the migrations, then m4shd; backwards at the end, within BOX_STOP_MS.
 * Everything happens on one loop, and what may wait happens in a helper (care/job).
 */
#ifndef M4_SUPERVISOR_BOX_H
#define M4_SUPERVISOR_BOX_H

#include "lib/settings.h"
#include "supervisor/care/account.h"
#include "supervisor/care/events.h"

enum {
    BOX_DRAIN_MS = 5000,       /* m4shd: SIGTERM, then SIGKILL */
    BOX_FAST_MS = 3500,        /* PostgreSQL: SIGINT, then SIGQUIT; SIGKILL a second later */
    BOX_STOP_MS = 10 * 1000,   /* all of it */
    BOX_RESTART_MS = 30 * 1000 /* PostgreSQL, when a person restarts it: it may checkpoint */
};

struct box_plan {
    const struct m4_settings *settings;
    const struct account *account;
    const char *programs; /* PostgreSQL's; NULL: the database is not ours */
    const char *m4shd;    /* path of the program */
    int signal_fd;     /* a signalfd for SIGTERM and SIGINT; SIGHUP and SIGCHLD are blocked, too */
    bool migrate_only; /* stop after the migrations */
    int target;        /* of the migrations */
    struct events *events;
};

/* Runs until it is told to stop. 0, or -errno with what made it give up. */
M4_MUST_CHECK int box_run(const struct box_plan *plan, struct m4_err *err);

#endif
