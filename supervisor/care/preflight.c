#include "supervisor/care/preflight.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>

/* --- who has a port -------------------------------------------------------------------------- */

/* Inode of the socket that listens on the port; 0 when the table has none. */
static unsigned long find_listener(const char *table, int64_t port)
{
    FILE *f = fopen(table, "re");
    if (!f)
        return 0;
    unsigned long found = 0;
    char line[512];
    while (!found && fgets(line, sizeof(line), f)) {
        unsigned at_port, state;
        unsigned long inode;
        if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*s %*s %lu",
                   &at_port, &state, &inode) == 3 &&
            at_port == port && state == 0x0A)
            found = inode;
    }
    fclose(f);
    return found;
}

static bool has_socket(const char *pid, unsigned long inode)
{
    char path[640], want[64], link[64];
    snprintf(want, sizeof(want), "socket:[%lu]", inode);
    snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    bool found = false;
    for (const struct dirent *e; !found && (e = readdir(dir));) {
        snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, e->d_name);
        ssize_t n = readlink(path, link, sizeof(link) - 1);
        if (n > 0) {
            link[n] = '\0';
            found = !strcmp(link, want);
        }
    }
    closedir(dir);
    return found;
}

static void name_of(const char *pid, char *name, size_t size)
{
    char path[300];
    snprintf(path, sizeof(path), "/proc/%s/comm", pid);
    snprintf(name, size, "a process");
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    if (fgets(name, (int)size, f))
        name[strcspn(name, "\n")] = '\0';
    fclose(f);
}

/* "python3 (pid 12)", or why that cannot be said. */
static void tell_holder(int64_t port, char *buf, size_t size)
{
    unsigned long inode = find_listener("/proc/net/tcp", port);
    if (!inode)
        inode = find_listener("/proc/net/tcp6", port);
    snprintf(buf, size, "another program");
    DIR *dir = inode ? opendir("/proc") : NULL;
    if (!dir)
        return;
    bool found = false;
    for (const struct dirent *e; !found && (e = readdir(dir));) {
        if (!isdigit((unsigned char)e->d_name[0]) || !has_socket(e->d_name, inode))
            continue;
        char name[64];
        name_of(e->d_name, name, sizeof(name));
        snprintf(buf, size, "%s (pid %.20s)", name, e->d_name);
        found = true;
    }
    closedir(dir);
}

int preflight_port(const char *address, int64_t port, struct m4_err *err)
{
    char service[12], holder[128];
    snprintf(service, sizeof(service), "%d", (int)port);
    struct addrinfo want = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                            .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(address, service, &want, &found);
    if (rc != 0)
        return m4_fail(err, EINVAL, "bind address \"%s\" is not an IP address: %s", address,
                       gai_strerror(rc));
    m4_autoclose int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1, code = 0; /* with REUSEADDR only a listener is in the way, as it is for m4shd */
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, 1) < 0)
        code = errno;
    freeaddrinfo(found);
    if (code == 0)
        return 0;
    if (code == EADDRINUSE) {
        tell_holder(port, holder, sizeof(holder));
        return m4_fail(err, code, "port %d is taken by %s", (int)port, holder);
    }
    if (code == EACCES)
        return m4_fail(err, code, "port %d is for root only: choose one from 1024 up", (int)port);
    return m4_fail(err, code, "cannot listen on %s port %d: %m", address, (int)port);
}

/* --- room on the disk ------------------------------------------------------------------------ */

int preflight_space(const char *path, int64_t *ret_free, int64_t *ret_total, struct m4_err *err)
{
    char at[PATH_MAX];
    snprintf(at, sizeof(at), "%s", path);
    struct statvfs fs;
    while (statvfs(at, &fs) < 0) {
        char *slash = strrchr(at, '/');
        if (errno != ENOENT || !slash || slash[1] == '\0')
            return m4_fail(err, errno, "cannot ask for the free space of \"%s\": %m", at);
        slash[slash == at] = '\0';
    }
    *ret_free = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    *ret_total = (int64_t)fs.f_blocks * (int64_t)fs.f_frsize;
    return 0;
}

int preflight_disk(const char *home, struct m4_err *err)
{
    int64_t free_bytes, total_bytes;
    int rc = preflight_space(home, &free_bytes, &total_bytes, err);
    if (rc < 0)
        return rc;
    if (free_bytes >= (int64_t)PREFLIGHT_FREE_MB << 20)
        return 0;
    return m4_fail(err, ENOSPC, "the disk of \"%s\" has %lld MB free; the box needs %d MB", home,
                   (long long)(free_bytes >> 20), PREFLIGHT_FREE_MB);
}
