#include "lib/ctl.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/unixsock.h"

static int read_line(int fd, struct m4_buf *in, int64_t deadline_ms, size_t *ret_len,
                     struct m4_err *err)
{
    for (size_t seen = 0;;) {
        ssize_t n = m4_unix_receive(fd, in, deadline_ms, err);
        if (n < 0)
            return (int)n;
        if (n == 0)
            return m4_fail(err, EPROTO, "the supervisor closed without an answer");
        const char *end = memchr(in->data + seen, '\n', in->len - seen);
        if (end) {
            *ret_len = (size_t)(end - in->data);
            return 0;
        }
        seen = in->len;
    }
}

int m4_ctl_ask(const char *home, const char *request_json, int timeout_ms,
               struct m4_doc **ret_answer, struct m4_err *err)
{
    int64_t deadline = m4_mono_ms() + timeout_ms;
    size_t len = strlen(request_json);
    if (len >= M4_CTL_LINE || strchr(request_json, '\n'))
        return m4_fail(err, EINVAL, "a request is one line of less than %d bytes", M4_CTL_LINE);
    char path[PATH_MAX];
    int rc = m4_file_path(path, sizeof(path), home, "run/supervisor.sock", err);
    if (rc < 0)
        return rc;
    m4_autoclose int fd = m4_unix_connect(path, deadline, err);
    if (fd < 0)
        return m4_wrap(err, fd, "the supervisor does not answer");
    rc = m4_unix_send(fd, request_json, len, deadline, err);
    if (rc == 0)
        rc = m4_unix_send(fd, "\n", 1, deadline, err);
    m4_autobuf struct m4_buf in = M4_BUF(M4_CTL_ANSWER);
    if (rc == 0 || rc == -EPIPE) /* one who is refused finds the reason, and a closed socket */
        rc = read_line(fd, &in, deadline, &len, err);
    if (rc == 0)
        rc = m4_json_parse(in.data, len, 0, ret_answer, err);
    return rc < 0 ? m4_wrap(err, rc, "the supervisor was asked in vain") : 0;
}

const struct m4_json *m4_ctl_result(const struct m4_doc *answer, struct m4_err *err)
{
    const struct m4_json *root = m4_doc_root(answer);
    const struct m4_json *result = m4_json_get(root, "result");
    if (m4_json_truth(root, "ok", false) && result)
        return result;
    const struct m4_json *error = m4_json_get(root, "error");
    m4_fail(err, EPROTO, "%s", m4_json_text(error, "detail", "the answer has no result"));
    return NULL;
}
