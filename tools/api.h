/* api.h - m4shd's HTTP API as a local administrator (docs/api.md)
 *
 * Over <home>/run/m4shd.sock, one request at a time, API_MS at most. A refusal becomes an
 * error whose text is the server's own words. Not thread-safe.
 */
#ifndef M4_TOOLS_API_H
#define M4_TOOLS_API_H

#include "lib/buf.h"
#include "tools/cmd.h"

enum { API_MS = 20000, API_BODY = 1024 * 1024, API_PAGES = 200 };

/* Asks for `path` ("users/?role=student", under /api/v1/, or absolute). `body` may be NULL.
 * Returns 0 and the answer, NULL when it has no body; -ENOENT, -EEXIST (conflict), -EINVAL,
 * -EAGAIN (busy, database) as the server said no, -ECONNREFUSED and others when it did not
 * answer. ret_doc may be NULL. */
M4_MUST_CHECK int api_call(const struct cmd_env *env, const char *method, const char *path,
                           const struct m4_buf *body, struct m4_doc **ret_doc, struct m4_err *err);

/* The same with another limit, for what takes the server long. */
M4_MUST_CHECK int api_call_within(const struct cmd_env *env, int timeout_ms, const char *method,
                                  const char *path, const struct m4_buf *body,
                                  struct m4_doc **ret_doc, struct m4_err *err);

/* Follows a list page by page and shows each item to `each` until it returns false. */
M4_MUST_CHECK int api_each(const struct cmd_env *env, const char *path,
                           bool (*each)(const struct m4_json *item, void *with), void *with,
                           struct m4_err *err);

/* Appends text as a query value: all but letters, digits and -._~ as %XX. */
void api_escape(struct m4_buf *out, const char *text);

#endif
