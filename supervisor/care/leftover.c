#include "supervisor/care/leftover.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>

#include "lib/buf.h"
#include "lib/file.h"

enum { NOTE_BYTES = 4096 };

/* When a process started, in clock ticks since boot; 0 when there is none. */
static unsigned long long started(pid_t pid)
{
    char path[64];
    m4_autofree char *stat = NULL;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (m4_file_read(path, NOTE_BYTES, &stat, NULL, NULL) < 0)
        return 0;
    const char *at = strrchr(stat, ')'); /* the name before it may hold anything */
    unsigned long long ticks = 0;
    if (!at || sscanf(at + 1,
                      " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
                      "%*d %llu",
                      &ticks) != 1)
        return 0;
    return ticks;
}

int leftover_note(const struct m4_settings *s, const struct leftover_child *list, size_t count,
                  struct m4_err *err)
{
    m4_autobuf struct m4_buf text = M4_BUF(NOTE_BYTES);
    char path[PATH_MAX];
    for (size_t i = 0; i < count; i++)
        if (list[i].pid)
            m4_buf_fmt(&text, "%s %d %llu %d\n", list[i].name, (int)list[i].pid,
                       started(list[i].pid), list[i].stop_signal);
    if (text.failed)
        return m4_fail(err, ENOMEM, "no memory for the note of children");
    return m4_file_write(m4_settings_path(s, "run/children", path), text.data ? text.data : "",
                         text.len, 0600, (uid_t)-1, (gid_t)-1, err);
}

static bool is_gone(int pidfd, int wait_ms)
{
    struct pollfd p = {.fd = pidfd, .events = POLLIN};
    return poll(&p, 1, wait_ms) > 0;
}

static int end_one(const char *name, pid_t pid, unsigned long long ticks, int stop_signal,
                   int wait_ms, struct events *events, struct m4_err *err)
{
    m4_autoclose int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0 || started(pid) != ticks) /* asked after the pidfd: it cannot change any more */
        return 0;
    bool asked = pidfd_send_signal(pidfd, stop_signal, NULL, 0) == 0;
    pidfd_send_signal(pidfd, SIGCONT, NULL, 0);
    if (!asked || !is_gone(pidfd, wait_ms)) {
        pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
        if (!is_gone(pidfd, 5000))
            return m4_fail(err, EBUSY, "%s (pid %d) of an earlier supervisor cannot be ended", name,
                           (int)pid);
    }
    events_add(events, M4_WARN, "leftover_ended",
               "%s (pid %d), left running by a supervisor that was killed, was ended", name,
               (int)pid);
    return 0;
}

int leftover_end(const struct m4_settings *s, int wait_ms, struct events *events,
                 struct m4_err *err)
{
    char path[PATH_MAX], name[32];
    m4_autofree char *text = NULL;
    m4_settings_path(s, "run/children", path);
    int rc = m4_file_read(path, NOTE_BYTES, &text, NULL, err);
    if (rc < 0)
        return rc == -ENOENT ? 0 : rc;
    rc = 0;
    char *rest = text;
    for (char *line; rc == 0 && (line = strsep(&rest, "\n"));) {
        int pid, signal;
        unsigned long long ticks;
        if (sscanf(line, "%31s %d %llu %d", name, &pid, &ticks, &signal) == 4 && pid > 1 &&
            ticks > 0 && signal > 0 && signal < NSIG)
            rc = end_one(name, pid, ticks, signal, wait_ms, events, err);
    }
    return rc;
}
