#include <stdio.h>

#include "tools/api.h"
#include "tools/people.h"

int cmd_user_disable(struct cmd_env *env, int argc, char **argv)
{
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl user disable", "let somebody sign in no more", "LOGIN", 1, 1, options};
    char **words, path[64];
    struct m4_err err = {0};
    int64_t id;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = people_find(env, words[0], &id, &err);
    if (rc == 0) {
        snprintf(path, sizeof(path), "users/%lld/", (long long)id);
        rc = api_call(env, "DELETE", path, NULL, NULL, &err);
    }
    if (rc < 0)
        return cmd_error(&err);
    if (!env->json) {
        printf("%s is disabled\n", words[0]);
        return CMD_GOOD;
    }
    m4_autobuf struct m4_buf out = M4_BUF(4096);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "login", words[0]);
    m4_jw_kbool(&w, "disabled", true);
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}
