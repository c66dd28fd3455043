/* spawn.h - starting a program as a child that can be held by its pidfd
 *
 * Every child has a process group of its own, so a Ctrl-C at the terminal reaches only the
 * supervisor, which stops the others in order; and a pidfd, so a signal never meets a
 * stranger that got the same number.
 */
#ifndef M4_SUPERVISOR_CARE_SPAWN_H
#define M4_SUPERVISOR_CARE_SPAWN_H

#include "supervisor/care/account.h"

struct spawn_plan {
    const char *const *argv;       /* argv[0] is the path of the program */
    const char *const *env;        /* NULL or a NULL-ended list of "NAME=value" set besides ours */
    const struct account *account; /* who the child becomes */
    const char *dir;               /* where it begins; NULL: where we are */
    int in_fd;                     /* standard input; -1: /dev/null */
    int out_fd;                    /* standard output; -1: ours */
    int err_fd;                    /* standard error; -1: ours */
    bool dies_with_us;             /* killed when the supervisor dies */
};

/* Starts it. Returns 0 with pid and pidfd (yours to close), or -errno when it could not be
 * made or the program could not be run. */
M4_MUST_CHECK int spawn_start(const struct spawn_plan *plan, pid_t *ret_pid, int *ret_pidfd,
                              struct m4_err *err);

/* Forks without a program: returns 0 in the child (its group, signals and descriptors above 2
 * but keep_fd set right, dying with us), the pid in the supervisor with ret_pidfd, or -errno. */
M4_MUST_CHECK pid_t spawn_fork(int keep_fd, int *ret_pidfd, struct m4_err *err);

/* Sends a signal; a child that is gone already is no error. With `group` its descendants in
 * the same group get it too. */
void spawn_signal(pid_t pid, int pidfd, int signal, bool group);

/* Waits for the end of a child at most timeout_ms, or until stop_fd (-1: none) is readable.
 * 0 with its wait status, -ETIMEDOUT, -EINTR for stop_fd; the child then still runs. */
M4_MUST_CHECK int spawn_wait(int pidfd, int timeout_ms, int stop_fd, int *ret_status);

/* Takes the wait status of a child that has ended, as waitpid() gives it; -1 when it has not. */
int spawn_reap(int pidfd);

/* Takes what others left behind for us (we are their subreaper). Stops at one of ours, named by
 * is_ours(pid, arg), which is taken by its pidfd. */
void spawn_reap_orphans(bool (*is_ours)(pid_t pid, void *arg), void *arg);

/* "ended with code 3", "was killed by signal 9 (Killed)" */
void spawn_tell_status(int status, char *buf, size_t size);

#endif
