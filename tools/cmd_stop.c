#include "tools/order.h"

enum { STOP_MS = 15000 };

int cmd_stop(struct cmd_env *env, int argc, char **argv)
{
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl stop", "stop the box", "", 0, 0, options};
    char **words;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    return count < 0 ? cmd_over(count)
                     : order_send(env, "stop", NULL, STOP_MS, "The box is stopping.");
}
