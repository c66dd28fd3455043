#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int m4_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len,
                 struct m4_err *err)
{
    m4_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return m4_fail(err, errno, "cannot read \"%s\": %m", path);
    size_t cap = 4096, len = 0;
    m4_autofree char *data = malloc(cap);
    for (;;) {
        if (!data)
            return m4_fail(err, ENOMEM, "cannot read \"%s\": %m", path);
        ssize_t n = read(fd, data + len, cap - len - 1);
        if (n < 0)
            return m4_fail(err, errno, "cannot read \"%s\": %m", path);
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > limit)
            return m4_fail(err, EFBIG, "\"%s\" has more than %zu bytes", path, limit);
        if (cap - len < 2) {
            cap *= 2;
            char *more = realloc(data, cap);
            if (!more)
                return m4_fail(err, ENOMEM, "cannot read \"%s\": %m", path);
            data = more;
        }
    }
    data[len] = '\0';
    *ret_data = M4_TAKE(data);
    if (ret_len)
        *ret_len = len;
    return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

static int sync_dir_of(const char *path)
{
    char dir[PATH_MAX];
    snprintf(dir, sizeof(dir), "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash && slash != dir)
        *slash = '\0';
    m4_autoclose int fd = open(slash ? dir : ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -1 : fsync(fd);
}

int m4_file_write(const char *path, const void *data, size_t len, mode_t mode, uid_t uid, gid_t gid,
                  struct m4_err *err)
{
    char aside[PATH_MAX];
    if (snprintf(aside, sizeof(aside), "%s.new", path) >= (int)sizeof(aside))
        return m4_fail(err, ENAMETOOLONG, "cannot write \"%s\": %m", path);
    m4_autoclose int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return m4_fail(err, errno, "cannot create \"%s\": %m", aside);
    bool owner = uid != (uid_t)-1 || gid != (gid_t)-1;
    if (write_all(fd, data, len) < 0 || (owner && fchown(fd, uid, gid) < 0) ||
        fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(aside, path) < 0 || sync_dir_of(path) < 0) {
        int code = errno;
        unlink(aside);
        return m4_fail(err, code, "cannot write \"%s\": %m", path);
    }
    return 0;
}

int m4_file_mkdirs(const char *path, mode_t mode, struct m4_err *err)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
        return m4_fail(err, ENAMETOOLONG, "cannot make \"%s\": %m", path);
    if (!*part)
        return m4_fail(err, ENOENT, "cannot make a directory without a name");
    for (char *slash = part + 1;; slash++) {
        slash = strchrnul(slash, '/');
        bool last = !*slash;
        *slash = '\0';
        struct stat st;
        if (mkdir(part, last ? mode : 0755) < 0 &&
            (errno != EEXIST || stat(part, &st) < 0 || !S_ISDIR(st.st_mode)))
            return m4_fail(err, errno == EEXIST ? ENOTDIR : errno, "cannot make \"%s\": %m", part);
        if (last)
            return 0;
        *slash = '/';
        if (!slash[1])
            return 0;
    }
}

int m4_file_path(char *buf, size_t size, const char *dir, const char *name, struct m4_err *err)
{
    int n = snprintf(buf, size, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= size)
        return m4_fail(err, ENAMETOOLONG, "path \"%s/%s\" is longer than %zu bytes", dir, name,
                       size - 1);
    return 0;
}
