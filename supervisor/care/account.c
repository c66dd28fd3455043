#include "supervisor/care/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define BOX_USER "m4sh"

static int fill(struct account *a, const struct passwd *pw, struct m4_err *err)
{
    if (strlen(pw->pw_name) >= sizeof(a->name) || strpbrk(pw->pw_name, " \"\\,\n"))
        return m4_fail(err, EINVAL, "the user name \"%s\" cannot stand in pg_ident.conf",
                       pw->pw_name);
    snprintf(a->name, sizeof(a->name), "%s", pw->pw_name);
    a->uid = pw->pw_uid;
    a->gid = pw->pw_gid;
    return 0;
}

int account_find(struct account *ret, struct m4_err *err)
{
    uid_t uid = geteuid();
    errno = 0;
    const struct passwd *pw = uid == 0 ? getpwnam(BOX_USER) : getpwuid(uid);
    if (!pw && uid == 0)
        return m4_fail(err, ENOENT, "there is no system user \"%s\"", BOX_USER);
    if (!pw)
        return m4_fail(err, errno ? errno : ENOENT, "user %u has no name in this system: %m",
                       (unsigned)uid);
    struct account a = {.drop = uid == 0};
    int rc = fill(&a, pw, err);
    if (rc == 0 && a.drop && a.uid == 0)
        return m4_fail(err, EINVAL, "the user \"%s\" is root; it must be one of its own", BOX_USER);
    if (rc == 0)
        *ret = a;
    return rc;
}

int account_make(struct account *ret, struct m4_err *err)
{
    int rc = account_find(ret, err);
    if (rc != -ENOENT || geteuid() != 0)
        return rc;
    pid_t pid = fork();
    if (pid < 0)
        return m4_fail(err, errno, "cannot start useradd: %m");
    if (pid == 0) {
        execle("/usr/sbin/useradd", "useradd", "--system", "--user-group", "--no-create-home",
               "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", BOX_USER, NULL,
               (const char *const[]){"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL});
        _exit(127);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return m4_fail(err, errno, "cannot wait for useradd: %m");
    if (status != 0)
        return m4_fail(err, EIO, "useradd could not make the system user \"%s\" (it ended with %d)",
                       BOX_USER, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    return account_find(ret, err);
}

int account_become(const struct account *a)
{
    if (!a->drop)
        return 0;
    if (setgroups(1, &a->gid) < 0 || setgid(a->gid) < 0 || setuid(a->uid) < 0)
        return -errno;
    return setuid(0) == 0 ? -EPERM : 0; /* root must be gone for good */
}

bool account_can(const struct account *a, const char *path, int mode)
{
    if (!a->drop)
        return access(path, mode) == 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(account_become(a) == 0 && access(path, mode) == 0 ? 0 : 1);
    int status = 1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && status == 0;
}
