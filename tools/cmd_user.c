#include "tools/cmd.h"

static const struct cmd user_table[] = {
    {"add", "add a person", cmd_user_add},
    {"list", "who is there", cmd_user_list},
    {"passwd", "set a password", cmd_user_passwd},
    {"disable", "let somebody sign in no more; what the person wrote stays", cmd_user_disable},
    {"import", "add a class list from a CSV file", cmd_user_import},
    {0},
};

int cmd_user(struct cmd_env *env, int argc, char **argv)
{
    return cmd_choose(env, user_table, "m4shctl user", argc, argv);
}
