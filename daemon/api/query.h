/* query.h - one parameter of an address's query, decoded; pure */
#ifndef M4_DAEMON_API_QUERY_H
#define M4_DAEMON_API_QUERY_H

#include "lib/base.h"

enum query_verdict {
    QUERY_ABSENT,
    QUERY_FOUND,
    QUERY_WRONG /* a broken escape, NUL, not UTF-8, or longer than buf takes */
};

/* The first `name` in "a=1&b=two+words%21" (URL standard, urlencoded parsing), decoded into
 * buf and NUL-terminated. Look into it when it was found only. */
enum query_verdict query_get(const char *query, const char *name, char *buf, size_t size);

#endif
