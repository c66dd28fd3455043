#include <stdio.h>

#include "tools/api.h"
#include "tools/people.h"

static int set(const struct cmd_env *env, int64_t id, bool disabled, struct m4_err *err)
{
    char path[64];
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    m4_buf_str(&body, "{\"disabled\":false}");
    snprintf(path, sizeof(path), "users/%lld/", (long long)id);
    return disabled ? api_call(env, "DELETE", path, NULL, NULL, err)
                    : api_call(env, "PATCH", path, &body, NULL, err);
}

int cmd_user_disable(struct cmd_env *env, int argc, char **argv)
{
    bool undo = false;
    const struct m4_opt options[] = {
        {"undo", 0, M4_OPT_FLAG, &undo, 0, 0, NULL, "let the person sign in again"},
        CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl user disable", "let somebody sign in no more", "LOGIN", 1, 1, options};
    char **words;
    struct m4_err err = {0};
    int64_t id = 0;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = people_find(env, words[0], &id, &err);
    if (rc == 0)
        rc = set(env, id, !undo, &err);
    if (rc < 0)
        return cmd_error(&err);
    if (!env->json) {
        printf(undo ? "%s may sign in again\n" : "%s is disabled\n", words[0]);
        return CMD_GOOD;
    }
    m4_autobuf struct m4_buf out = M4_BUF(4096);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "login", words[0]);
    m4_jw_kbool(&w, "disabled", !undo);
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}
