#include "supervisor/data/migration.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/secret.h"

void migrations_done(struct migrations *m)
{
    for (int i = 0; i < m->count; i++) {
        free(m->list[i].up);
        free(m->list[i].down);
    }
    free(m->list);
    *m = (struct migrations){0};
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

int migration_parse_name(const char *file, int *ret_version, char *ret_name, size_t size,
                         bool *ret_up, struct m4_err *err)
{
    if (!ends_with(file, ".sql"))
        return 0;
    bool up = ends_with(file, ".up.sql");
    size_t name_len = strlen(file) - strlen(up ? ".up.sql" : ".down.sql");
    bool good = (up || ends_with(file, ".down.sql")) && name_len > 5 && name_len < size;
    for (size_t i = 0; good && i < name_len; i++) {
        unsigned char c = (unsigned char)file[i];
        good = i < 4 ? isdigit(c) : i == 4 ? c == '_' : islower(c) || isdigit(c) || c == '_';
    }
    int version = good ? atoi(file) : 0; /* NOLINT(cert-err34-c): four digits */
    if (version < 1 || version > MIGRATION_MOST)
        return m4_fail(err, EINVAL,
                       "\"%s\" is not named as a migration is: NNNN_name.up.sql or "
                       "NNNN_name.down.sql, from 0001 to %d",
                       file, MIGRATION_MOST);
    *ret_version = version;
    snprintf(ret_name, size, "%.*s", (int)name_len, file);
    *ret_up = up;
    return 1;
}

static int make_room(struct migrations *m, int version, struct m4_err *err)
{
    if (version <= m->count)
        return 0;
    struct migration *list = realloc(m->list, sizeof(*list) * (size_t)version);
    if (!list)
        return m4_fail(err, ENOMEM, "no memory for the migrations");
    memset(list + m->count, 0, sizeof(*list) * (size_t)(version - m->count));
    m->list = list;
    m->count = version;
    return 0;
}

static int take_file(struct migrations *m, const char *dir, const char *file, struct m4_err *err)
{
    int version;
    char name[sizeof(m->list->name)], path[PATH_MAX];
    bool up;
    int rc = migration_parse_name(file, &version, name, sizeof(name), &up, err);
    if (rc <= 0)
        return rc;
    rc = make_room(m, version, err);
    if (rc == 0)
        rc = m4_file_path(path, sizeof(path), dir, file, err);
    if (rc < 0)
        return rc;
    struct migration *at = &m->list[version - 1];
    if (at->name[0] && strcmp(at->name, name) != 0)
        return m4_fail(err, EINVAL, "migration %04d stands twice: \"%s\" and \"%s\"", version,
                       at->name, name);
    at->version = version;
    memcpy(at->name, name, sizeof(name));
    size_t len;
    rc = m4_file_read(path, MIGRATION_FILE_BYTES, up ? &at->up : &at->down, &len, err);
    if (rc < 0)
        return rc;
    if (strlen(up ? at->up : at->down) != len)
        return m4_fail(err, EINVAL, "\"%s\" has a NUL in it", path);
    if (up) {
        uint8_t digest[32];
        m4_sha256(at->up, len, digest);
        m4_hex(digest, sizeof(digest), at->sha256);
    }
    return 0;
}

static int check_pairs(const struct migrations *m, const char *dir, struct m4_err *err)
{
    for (int i = 0; i < m->count; i++) {
        const struct migration *at = &m->list[i];
        if (!at->name[0])
            return m4_fail(err, EINVAL, "migration %04d is missing in \"%s\"", i + 1, dir);
        if (!at->up || !at->down)
            return m4_fail(err, EINVAL, "migration \"%s\" has no %s.sql in \"%s\"", at->name,
                           at->up ? "down" : "up", dir);
    }
    return m->count ? 0 : m4_fail(err, ENOENT, "there are no migrations in \"%s\"", dir);
}

int migrations_read(const char *dir, struct migrations *ret, struct m4_err *err)
{
    DIR *d = opendir(dir);
    if (!d)
        return m4_fail(err, errno, "cannot read the migrations in \"%s\": %m", dir);
    m4_automigrations struct migrations m = {0};
    int rc = 0;
    for (const struct dirent *e; rc == 0 && (e = readdir(d));)
        rc = take_file(&m, dir, e->d_name, err);
    closedir(d);
    if (rc == 0)
        rc = check_pairs(&m, dir, err);
    if (rc < 0)
        return rc;
    *ret = m;
    m = (struct migrations){0};
    return 0;
}
