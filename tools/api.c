#include "tools/api.h"

#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/http_unix.h"

void api_escape(struct m4_buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        m4_buf_fmt(out, plain || strchr("-._~", c) ? "%c" : "%%%02X", c);
    }
}

static int code_of(int status)
{
    switch (status) {
    case 400:
    case 413:
        return EINVAL;
    case 401:
    case 403:
        return EACCES;
    case 404:
        return ENOENT;
    case 409:
        return EEXIST;
    case 429:
    case 503:
        return EAGAIN;
    default:
        return EREMOTEIO;
    }
}

static int refused(const struct m4_http_answer *answer, struct m4_err *err)
{
    m4_autodoc struct m4_doc *doc = NULL;
    int code = code_of(answer->status);
    if (m4_json_parse(answer->body, answer->len, 0, &doc, NULL) < 0)
        return m4_fail(err, code, "the lesson server answered with HTTP %d", answer->status);
    const struct m4_json *problem = m4_doc_root(doc);
    const char *pointer = m4_json_text(problem, "pointer", "");
    const char *detail = m4_json_text(problem, "detail", "");
    if (!*detail)
        detail = m4_json_text(problem, "title", m4_json_text(problem, "code", "no reason given"));
    if (!strcmp(pointer, "/login") && !strcmp(m4_json_text(problem, "keyword", ""), "pattern"))
        detail = "has letters, digits and . _ @ - only";
    pointer += *pointer == '/'; /* "login: ...", as the report of an import says it */
    return m4_fail(err, code, "%s%s%s", pointer, *pointer ? ": " : "", detail);
}

int api_call(const struct cmd_env *env, const char *method, const char *path,
             const struct m4_buf *body, struct m4_doc **ret_doc, struct m4_err *err)
{
    int64_t left = env->deadline_ms ? env->deadline_ms - m4_mono_ms() : API_MS;
    left = left < 1 ? 1 : left > API_MS ? API_MS : left;
    return api_call_within(env, (int)left, method, path, body, ret_doc, err);
}

int api_call_within(const struct cmd_env *env, int timeout_ms, const char *method, const char *path,
                    const struct m4_buf *body, struct m4_doc **ret_doc, struct m4_err *err)
{
    char socket_path[PATH_MAX];
    m4_autobuf struct m4_buf full = M4_BUF(4096);
    m4_autoanswer struct m4_http_answer answer = {0};
    m4_buf_fmt(&full, "%s%s", path[0] == '/' ? "" : "/api/v1/", path);
    if (full.failed || (body && body->failed))
        return m4_fail(err, EFBIG, "the request is too long");
    m4_settings_path(&env->settings, "run/m4shd.sock", socket_path);
    int rc = m4_http_unix(socket_path, method, full.data, NULL, body ? body->data : NULL,
                          body ? body->len : 0, timeout_ms, &answer, err);
    if (rc < 0)
        return m4_wrap(err, rc, "the lesson server does not answer");
    if (answer.status < 200 || answer.status > 299)
        return refused(&answer, err);
    if (!ret_doc)
        return 0;
    if (!answer.len) {
        *ret_doc = NULL;
        return 0;
    }
    rc = m4_json_parse(answer.body, answer.len, 0, ret_doc, err);
    return rc < 0 ? m4_wrap(err, rc, "the answer to %s %s is not JSON", method, full.data) : 0;
}

int api_each(const struct cmd_env *env, const char *path,
             bool (*each)(const struct m4_json *item, void *with), void *with, struct m4_err *err)
{
    int64_t after = 0;
    for (int page = 0; page < API_PAGES; page++) {
        m4_autobuf struct m4_buf full = M4_BUF(4096);
        m4_autodoc struct m4_doc *doc = NULL;
        m4_buf_fmt(&full, "%s%climit=200", path, strchr(path, '?') ? '&' : '?');
        if (after)
            m4_buf_fmt(&full, "&after=%lld", (long long)after);
        if (full.failed)
            return m4_fail(err, EFBIG, "the request is too long");
        int rc = api_call(env, "GET", full.data, NULL, &doc, err);
        if (rc < 0)
            return rc;
        const struct m4_json *root = doc ? m4_doc_root(doc) : NULL;
        const struct m4_json *items = m4_json_get(root, "items");
        if (!items || items->type != M4_ARRAY)
            return m4_fail(err, EPROTO, "the answer to GET %s is no list", path);
        for (const struct m4_json *item = items->child; item; item = item->next)
            if (!each(item, with))
                return 0;
        int64_t next = m4_json_number(root, "next", 0);
        if (next <= after)
            return 0;
        after = next;
    }
    return m4_fail(err, EFBIG, "the list has more than %d pages", API_PAGES);
}
