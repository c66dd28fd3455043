#include "tools/order.h"

#include <stdio.h>

#include "lib/ctl.h"

int order_send(const struct cmd_env *env, const char *order, const char *what, int timeout_ms,
               const char *done)
{
    m4_autobuf struct m4_buf text = M4_BUF(M4_CTL_LINE), out = M4_BUF(M4_CTL_ANSWER);
    m4_autodoc struct m4_doc *answer = NULL;
    struct m4_err err = {0};
    struct m4_jw w = M4_JW(&text), result_w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "v", M4_CTL_VERSION);
    m4_jw_kint(&w, "id", 1);
    m4_jw_kstr(&w, "do", order);
    if (what)
        m4_jw_kstr(&w, "what", what);
    m4_jw_close(&w, '}');
    const struct m4_json *result = NULL;
    if (m4_ctl_ask(env->settings.home, text.data ? text.data : "", timeout_ms, &answer, &err) == 0)
        result = m4_ctl_result(answer, &err);
    if (!result)
        return cmd_error(&err);
    if (!env->json) {
        printf("%s\n", done);
        return CMD_GOOD;
    }
    m4_jw_value(&result_w, result);
    return cmd_print_json(&out, CMD_GOOD);
}
