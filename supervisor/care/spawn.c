#include "supervisor/care/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lib/clock.h"

/* --- in the child: only calls that are safe after fork ---------------------------------------- */

static void begin_child(bool dies_with_us, pid_t parent)
{
    setpgid(0, 0);
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dies_with_us) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(127);
    }
}

static int arrange(const struct spawn_plan *plan)
{
    m4_autoclose int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0 || dup2(plan->in_fd >= 0 ? plan->in_fd : null_fd, 0) < 0 ||
        (plan->out_fd >= 0 && dup2(plan->out_fd, 1) < 0) ||
        (plan->err_fd >= 0 && dup2(plan->err_fd, 2) < 0) || (plan->dir && chdir(plan->dir) < 0))
        return -errno;
    for (const char *const *e = plan->env; e && *e; e++)
        if (putenv((char *)*e) != 0)
            return -ENOMEM;
    return 0;
}

static _Noreturn void become(const struct spawn_plan *plan, int tell_fd, pid_t parent)
{
    begin_child(false, parent);
    int rc = account_become(plan->account);
    if (rc == 0)
        rc = arrange(plan);
    if (rc == 0 && plan->dies_with_us) { /* after the change of user, which forgets it */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(127);
    }
    if (rc == 0) {
        execv(plan->argv[0], (char *const *)plan->argv);
        rc = -errno;
    }
    ssize_t n = write(tell_fd, &rc, sizeof(rc));
    _exit(n == sizeof(rc) ? 127 : 126);
}

/* --- in the supervisor ------------------------------------------------------------------------ */

int spawn_start(const struct spawn_plan *plan, pid_t *ret_pid, int *ret_pidfd, struct m4_err *err)
{
    int tell[2];
    if (pipe2(tell, O_CLOEXEC) < 0)
        return m4_fail(err, errno, "cannot start \"%s\": %m", plan->argv[0]);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(plan, tell[1], parent);
    int code = errno;
    close(tell[1]);
    m4_autoclose int told = tell[0];
    if (pid < 0)
        return m4_fail(err, code, "cannot start \"%s\": %m", plan->argv[0]);
    setpgid(pid, pid); /* both do it: neither may be too late */
    m4_autoclose int pidfd = pidfd_open(pid, 0);
    int rc = pidfd < 0 ? -errno : 0;
    ssize_t n = 0;
    if (rc == 0)
        while ((n = read(told, &rc, sizeof(rc))) < 0 && errno == EINTR)
            ;
    if (rc == 0 && n == 0) {
        *ret_pid = pid;
        *ret_pidfd = M4_TAKE_FD(pidfd);
        return 0;
    }
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return m4_fail(err, -rc, "cannot start \"%s\": %m", plan->argv[0]);
}

pid_t spawn_fork(int keep_fd, int *ret_pidfd, struct m4_err *err)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return m4_fail(err, errno, "cannot start a helper: %m");
    if (pid == 0) {
        begin_child(true, parent);
        if (keep_fd > 3)
            close_range(3, (unsigned)keep_fd - 1, 0);
        close_range(keep_fd < 3 ? 3 : (unsigned)keep_fd + 1, ~0U, 0);
        return 0;
    }
    setpgid(pid, pid);
    *ret_pidfd = pidfd_open(pid, 0);
    if (*ret_pidfd >= 0)
        return pid;
    int code = errno;
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return m4_fail(err, code, "cannot hold a helper: %m");
}

void spawn_signal(pid_t pid, int pidfd, int signal, bool group)
{
    /* Until it is reaped the number is its own, so the group cannot be a stranger's. */
    if (group && kill(-pid, signal) == 0)
        return;
    pidfd_send_signal(pidfd, signal, NULL, 0);
}

int spawn_reap(int pidfd)
{
    siginfo_t si = {0};
    if (waitid(P_PIDFD, (id_t)pidfd, &si, WEXITED | WNOHANG) < 0 || si.si_pid == 0)
        return -1;
    return si.si_code == CLD_EXITED ? (si.si_status & 0xff) << 8 : si.si_status & 0x7f;
}

int spawn_wait(int pidfd, int timeout_ms, int stop_fd, int *ret_status)
{
    int64_t deadline = m4_mono_ms() + timeout_ms;
    for (;;) {
        struct pollfd p[2] = {{.fd = pidfd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        int64_t left = deadline - m4_mono_ms();
        int n = poll(p, 2, left > 0 ? (int)left : 0);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0 && p[0].revents) {
            int status = spawn_reap(pidfd);
            *ret_status = status;
            return status < 0 ? -ECHILD : 0;
        }
        if (n > 0 && p[1].revents)
            return -EINTR;
        if (left <= 0)
            return -ETIMEDOUT;
    }
}

void spawn_reap_orphans(bool (*is_ours)(pid_t pid, void *arg), void *arg)
{
    for (;;) {
        siginfo_t si = {0};
        if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) < 0 || si.si_pid == 0)
            return;
        if (is_ours(si.si_pid, arg) || waitpid(si.si_pid, NULL, WNOHANG) <= 0)
            return;
    }
}

void spawn_tell_status(int status, char *buf, size_t size)
{
    if (WIFEXITED(status))
        snprintf(buf, size, "ended with code %d", WEXITSTATUS(status));
    else
        snprintf(buf, size, "was killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
}
