#include <errno.h>
#include <string.h>

#include "tools/order.h"

enum { RESTART_MS = 60000 };

int cmd_restart(struct cmd_env *env, int argc, char **argv)
{
    static const char *const programs[] = {"m4shd", "postgresql", "all"};
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl restart", "restart m4shd, postgresql or all", "PROGRAM", 1, 1, options};
    char **words;
    struct m4_err err = {0};
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    for (size_t i = 0; i < M4_COUNT(programs); i++)
        if (!strcmp(words[0], programs[i]))
            return order_send(env, "restart", programs[i], RESTART_MS, "The restart is under way.");
    m4_fail(&err, EINVAL, "there is no \"%s\" to restart, only m4shd, postgresql and all",
            words[0]);
    return cmd_error(&err);
}
