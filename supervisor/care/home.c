#include "supervisor/care/home.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"

int home_check_name(const char *home, struct m4_err *err)
{
    if (strpbrk(home, ",'\"\\\n\r"))
        return m4_fail(err, EINVAL,
                       "home \"%s\" may not have a comma, quote, backslash or line end "
                       "in its name",
                       home);
    return 0;
}

static int make_one(const struct m4_settings *s, const char *name, mode_t mode, gid_t gid,
                    struct m4_err *err)
{
    char path[PATH_MAX];
    m4_settings_path(s, name, path);
    int rc = m4_file_mkdirs(path, mode & 0777, err);
    if (rc < 0)
        return rc;
    m4_autoclose int fd = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return m4_fail(err, errno, "cannot open \"%s\": %m", path);
    if (fchown(fd, geteuid(), gid) < 0 || fchmod(fd, mode) < 0)
        return m4_fail(err, errno, "cannot set owner and mode of \"%s\": %m", path);
    return 0;
}

int home_make(const struct m4_settings *s, const struct account *a, struct m4_err *err)
{
    static const struct {
        const char *name;
        mode_t mode, alone; /* as root with an account; as one user */
    } dirs[] = {
        {"run", 01770, 0750},   {"tls", 0750, 0700},     {"log", 0750, 0700},
        {"backup", 0750, 0700}, {"journal", 0750, 0700},
    };
    int rc = m4_file_mkdirs(s->home, 0755, err);
    for (size_t i = 0; rc == 0 && i < M4_COUNT(dirs); i++)
        rc = make_one(s, dirs[i].name, a->drop ? dirs[i].mode : dirs[i].alone, a->gid, err);
    if (rc < 0)
        return m4_wrap(err, rc, "cannot make the box's home");
    if (!account_can(a, m4_settings_path(s, "run", (char[PATH_MAX]){0}), W_OK))
        return m4_fail(err, EACCES,
                       "the user \"%s\" cannot reach \"%s\": a directory above it keeps others out",
                       a->name, s->home);
    return 0;
}

int home_lock(const struct m4_settings *s, bool make, struct m4_err *err)
{
    char path[PATH_MAX];
    m4_settings_path(s, "run/supervisor.lock", path);
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0);
    m4_autoclose int fd = open(path, flags, 0600);
    if (fd < 0 && !make && (errno == ENOENT || errno == ENOTDIR))
        return -ENOENT;
    if (fd < 0)
        return m4_fail(err, errno, "cannot open \"%s\": %m", path);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_SETLK, &lock) == 0)
        return M4_TAKE_FD(fd);
    if (errno != EACCES && errno != EAGAIN)
        return m4_fail(err, errno, "cannot lock \"%s\": %m", path);
    lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
        lock.l_pid = 0; /* it went this moment */
    return m4_fail(err, EBUSY, "another supervisor (pid %d) looks after \"%s\"", (int)lock.l_pid,
                   s->home);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

int home_remove_tree(const char *path, struct m4_err *err)
{
    struct stat st;
    int code = nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : errno;
    if (lstat(path, &st) < 0 && errno == ENOENT)
        return 0;
    /* Something in it vanished or came while we walked: somebody else is at work there. */
    return m4_fail(err, code == 0 || code == ENOENT ? ENOTEMPTY : code, "cannot remove \"%s\": %m",
                   path);
}
