#include "supervisor/care/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "supervisor/care/spawn.h"

static void read_output(struct job *j)
{
    char part[4096];
    ssize_t n;
    while ((n = read(j->out_fd, part, sizeof(part))) > 0)
        m4_buf_add(&j->answer, part, (size_t)n);
    if (n == 0)
        loop_unwatch(j->loop, &j->output);
}

static void on_output(void *arg, uint32_t events)
{
    (void)events;
    read_output(arg);
}

static void put_away(struct job *j)
{
    int pidfd = j->ended.fd;
    loop_unwatch(j->loop, &j->ended);
    loop_unwatch(j->loop, &j->output);
    loop_unset(j->loop, &j->budget);
    if (pidfd >= 0)
        close(pidfd);
    if (j->out_fd >= 0)
        close(j->out_fd);
    j->out_fd = -1;
    j->pid = 0;
}

static void on_ended(void *arg, uint32_t events)
{
    struct job *j = arg;
    (void)events;
    int status = spawn_reap(j->ended.fd);
    if (status < 0)
        return;
    read_output(j);
    put_away(j);
    char *answer = m4_buf_take(&j->answer);
    j->on_done(j->arg, WIFEXITED(status) ? WEXITSTATUS(status) : -1, answer ? answer : "");
    free(answer);
}

static void on_budget(void *arg)
{
    struct job *j = arg;
    spawn_signal(j->pid, j->ended.fd, SIGKILL, true);
}

void job_init(struct job *j, struct loop *loop, const struct account *account,
              void (*on_done)(void *arg, int code, const char *answer), void *arg)
{
    *j = (struct job){.loop = loop,
                      .account = account,
                      .out_fd = -1,
                      .ended = {-1, on_ended, j},
                      .output = {-1, on_output, j},
                      .budget = {.on_time = on_budget, .arg = j},
                      .answer = M4_BUF(JOB_ANSWER_BYTES),
                      .on_done = on_done,
                      .arg = arg};
}

static _Noreturn void help(const struct job *j,
                           int (*work)(const void *work_arg, struct m4_buf *answer),
                           const void *work_arg, int out_fd)
{
    m4_autobuf struct m4_buf answer = M4_BUF(JOB_ANSWER_BYTES);
    int code = 125;
    if (account_become(j->account) == 0)
        code = work(work_arg, &answer);
    for (size_t sent = 0; sent < answer.len;) {
        ssize_t n = write(out_fd, answer.data + sent, answer.len - sent);
        if (n < 0 && errno != EINTR)
            break;
        sent += n > 0 ? (size_t)n : 0;
    }
    _exit(code);
}

int job_start(struct job *j, int (*work)(const void *work_arg, struct m4_buf *answer),
              const void *work_arg, int budget_ms, struct m4_err *err)
{
    int pipe_fd[2], pidfd;
    if (j->pid)
        return m4_fail(err, EBUSY, "the work before is not done yet");
    if (pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) < 0)
        return m4_fail(err, errno, "cannot start a helper: %m");
    fcntl(pipe_fd[1], F_SETFL, 0); /* the helper may wait, we may not */
    pid_t pid = spawn_fork(pipe_fd[1], &pidfd, err);
    if (pid == 0)
        help(j, work, work_arg, pipe_fd[1]);
    close(pipe_fd[1]);
    if (pid < 0) {
        close(pipe_fd[0]);
        return (int)pid;
    }
    m4_buf_done(&j->answer);
    j->pid = pid;
    j->out_fd = j->output.fd = pipe_fd[0];
    j->ended.fd = pidfd;
    int rc = loop_watch(j->loop, &j->ended, EPOLLIN, err);
    if (rc == 0)
        rc = loop_watch(j->loop, &j->output, EPOLLIN, err);
    if (rc < 0)
        job_cancel(j);
    else
        loop_set(j->loop, &j->budget, budget_ms);
    return rc;
}

void job_cancel(struct job *j)
{
    int status;
    if (!j->pid)
        return;
    spawn_signal(j->pid, j->ended.fd, SIGKILL, true);
    if (spawn_wait(j->ended.fd, 1000, -1, &status) < 0)
        j->pid = 0; /* it is stuck in the kernel; reaped as an orphan when it ends */
    put_away(j);
    m4_buf_done(&j->answer);
}
