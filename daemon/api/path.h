/* path.h - an address against the patterns of the route table; pure
 *
 * A pattern is "lessons/{id}/start" or "probes/{tag}": an {id} is a number from 1 to 2^53 - 1,
 * a {tag} 16 hex digits. A slash at the end of the path does not count.
 */
#ifndef M4_DAEMON_API_PATH_H
#define M4_DAEMON_API_PATH_H

#include "lib/base.h"

enum { PATH_IDS = 2, PATH_TAG_CHARS = 16 };

struct path_match {
    int64_t ids[PATH_IDS];
    char tag[PATH_TAG_CHARS + 1];
};

/* Whether the path is as the pattern says; m is half filled when it is not. */
bool path_matches(const char *pattern, const char *path, struct path_match *m);

/* What stands behind /api/v1/ or /api/ ("auth/login" needs neither); NULL when the path is
 * none of the API's. */
const char *path_in_api(const char *path);

#endif
