#include "supervisor/orders/orders.h"

#include <errno.h>
#include <string.h>

struct order {
    const char *name;
    int (*run)(const struct orders_hooks *hooks, const struct m4_json *request, struct m4_jw *w,
               const char **ret_code, struct m4_err *err);
    const char *fields[4]; /* beside v, id, do */
};

static int run_status(const struct orders_hooks *hooks, const struct m4_json *request,
                      struct m4_jw *w, const char **ret_code, struct m4_err *err)
{
    (void)request, (void)ret_code, (void)err;
    struct status s = {0};
    hooks->status(hooks->arg, &s);
    status_write(&s, w);
    return 0;
}

static int run_stop(const struct orders_hooks *hooks, const struct m4_json *request,
                    struct m4_jw *w, const char **ret_code, struct m4_err *err)
{
    (void)request, (void)ret_code, (void)err;
    hooks->stop(hooks->arg);
    m4_jw_open(w, '{');
    m4_jw_kbool(w, "stopping", true);
    m4_jw_close(w, '}');
    return 0;
}

static int run_restart(const struct orders_hooks *hooks, const struct m4_json *request,
                       struct m4_jw *w, const char **ret_code, struct m4_err *err)
{
    static const char *const targets[] = {"m4shd", "postgresql", "all"};
    const char *what = m4_json_text(request, "what", "");
    for (size_t i = 0; i < M4_COUNT(targets); i++) {
        if (strcmp(what, targets[i]) != 0)
            continue;
        int rc = hooks->restart(hooks->arg, (enum orders_target)i, err);
        *ret_code = rc == -EBUSY ? "busy" : "not_ours";
        if (rc < 0)
            return rc;
        m4_jw_open(w, '{');
        m4_jw_kstr(w, "restarting", what);
        m4_jw_close(w, '}');
        return 0;
    }
    *ret_code = "request";
    return m4_fail(err, EINVAL, "\"what\" is m4shd, postgresql or all");
}

static const struct order orders[] = {
    {"status", run_status, {NULL}},
    {"stop", run_stop, {NULL}},
    {"restart", run_restart, {"what", NULL}},
};

/* A field nobody reads is a misunderstanding, and is told. */
static const char *find_unknown(const struct order *o, const struct m4_json *request)
{
    static const char *const always[] = {"v", "id", "do"};
    for (const struct m4_json *at = request->child; at; at = at->next) {
        bool known = false;
        for (size_t i = 0; i < M4_COUNT(always); i++)
            known = known || !strcmp(at->key, always[i]);
        for (size_t i = 0; o->fields[i]; i++)
            known = known || !strcmp(at->key, o->fields[i]);
        if (!known)
            return at->key;
    }
    return NULL;
}

int orders_carry_out(void *arg, const struct m4_json *request, struct m4_jw *w,
                     const char **ret_code, struct m4_err *err)
{
    const char *name = m4_json_text(request, "do", "");
    for (size_t i = 0; i < M4_COUNT(orders); i++) {
        if (strcmp(name, orders[i].name) != 0)
            continue;
        const char *unknown = find_unknown(&orders[i], request);
        *ret_code = "request";
        if (unknown)
            return m4_fail(err, EINVAL, "%s has no field \"%.40s\"", name, unknown);
        return orders[i].run(arg, request, w, ret_code, err);
    }
    *ret_code = "unknown";
    return m4_fail(err, ENOSYS, "there is no order \"%.40s\": status, stop, restart", name);
}
