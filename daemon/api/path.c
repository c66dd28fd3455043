#include "daemon/api/path.h"

#include <string.h>

#include "lib/args.h"

static bool take_id(const char **path, int64_t *ret_id)
{
    char digits[20];
    size_t n = strspn(*path, "0123456789");
    if (n == 0 || n >= sizeof(digits))
        return false;
    memcpy(digits, *path, n);
    digits[n] = '\0';
    *path += n;
    return m4_number(digits, 1, INT64_C(9007199254740991), ret_id, NULL) == 0;
}

static bool take_tag(const char **path, char tag[PATH_TAG_CHARS + 1])
{
    size_t n = strspn(*path, "0123456789abcdef");
    if (n != PATH_TAG_CHARS)
        return false;
    memcpy(tag, *path, n);
    tag[n] = '\0';
    *path += n;
    return true;
}

bool path_matches(const char *pattern, const char *path, struct path_match *m)
{
    size_t ids = 0;
    while (*pattern) {
        if (!strncmp(pattern, "{id}", 4)) {
            if (ids == PATH_IDS || !take_id(&path, &m->ids[ids++]))
                return false;
            pattern += 4;
        } else if (!strncmp(pattern, "{tag}", 5)) {
            if (!take_tag(&path, m->tag))
                return false;
            pattern += 5;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return !*path || !strcmp(path, "/");
}

const char *path_in_api(const char *path)
{
    if (!strncmp(path, "/api/v1/", 8))
        return path + 8;
    if (!strncmp(path, "/api/", 5))
        return path + 5;
    return !strcmp(path, "/auth/login") || !strcmp(path, "/auth/login/") ? path + 1 : NULL;
}
