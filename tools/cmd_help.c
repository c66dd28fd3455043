#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/cmd.h"

static int list_as_json(const struct cmd *table)
{
    m4_autobuf struct m4_buf out = M4_BUF(64 * 1024);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_key(&w, "commands");
    m4_jw_open(&w, '[');
    for (const struct cmd *c = table; c->name; c++) {
        m4_jw_open(&w, '{');
        m4_jw_kstr(&w, "name", c->name);
        m4_jw_kstr(&w, "help", c->help);
        m4_jw_close(&w, '}');
    }
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}

int cmd_help(struct cmd_env *env, int argc, char **argv)
{
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl help", "the commands, or the options of one", "[COMMAND]", 0, 2, options};
    char **words;
    struct m4_err err = {0};
    int count = m4_args(&usage, argc, argv, &words, &err); /* help needs no settings */
    if (count < 0)
        return count == -ECANCELED ? CMD_GOOD : cmd_error(&err);
    if (count > 0) {
        char help[] = "--help";
        char *ask[] = {argv[0], words[0], count > 1 ? words[1] : help, help, NULL};
        return cmd_choose(env, env->table, "m4shctl", count + 2, ask);
    }
    if (env->json)
        return list_as_json(env->table);
    printf("m4shctl COMMAND [OPTION...]; m4shctl COMMAND --help tells more\n\n");
    for (const struct cmd *c = env->table; c->name; c++)
        printf("  %-10s %s\n", c->name, c->help);
    printf("\nExit: 0 good, 1 findings, 2 could not run, 3 critical findings.\n");
    return CMD_GOOD;
}
