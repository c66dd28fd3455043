/* ctl.h - asking the supervisor over its control socket
 *
 * For the console and m4shctl. One line of JSON out, one back, as docs/operators/control.md
 * has it. Blocks at most timeout_ms.
 */
#ifndef M4_LIB_CTL_H
#define M4_LIB_CTL_H

#include "lib/err.h"
#include "lib/json.h"

enum { M4_CTL_VERSION = 1, M4_CTL_LINE = 64 * 1024, M4_CTL_ANSWER = 1024 * 1024 };

/* Sends request_json, one object such as {"v":1,"id":1,"do":"status"} without line ends, to
 * the supervisor of `home`. Returns 0 and its answer, good or bad, to be given to
 * m4_doc_free(); -ENOENT or -ECONNREFUSED when no supervisor runs there, -EACCES, -ETIMEDOUT,
 * -EPROTO, -errno. */
M4_MUST_CHECK int m4_ctl_ask(const char *home, const char *request_json, int timeout_ms,
                             struct m4_doc **ret_answer, struct m4_err *err);

/* The "result" of an answer, borrowed from it; NULL with the supervisor's own words in err when
 * it said no. */
const struct m4_json *m4_ctl_result(const struct m4_doc *answer, struct m4_err *err);

#endif
