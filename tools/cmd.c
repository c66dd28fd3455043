#include "tools/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int cmd_begin(struct cmd_env *env, const struct m4_usage *usage, int argc, char **argv,
              char ***ret_words)
{
    struct m4_err err = {0};
    int words = m4_args(usage, argc, argv, ret_words, &err);
    int rc = words < 0 ? words : m4_settings_load(&env->settings, env->home, &err);
    if (rc < 0) {
        if (rc != -ECANCELED)
            cmd_error(&err);
        return rc;
    }
    return words;
}

int cmd_over(int rc)
{
    return rc == -ECANCELED ? CMD_GOOD : CMD_COULD_NOT;
}

int cmd_error(const struct m4_err *err)
{
    fflush(stdout);
    fprintf(stderr, "m4shctl: %s.\n", err->text[0] ? err->text : strerror(err->code));
    return CMD_COULD_NOT;
}

int cmd_print_json(const struct m4_buf *out, int code)
{
    if (out->failed || !out->data) {
        fprintf(stderr, "m4shctl: the answer does not fit in memory.\n");
        return CMD_COULD_NOT;
    }
    if (printf("%s\n", out->data) < 0 || fflush(stdout) != 0) {
        fprintf(stderr, "m4shctl: cannot write the answer: %s.\n", strerror(errno));
        return CMD_COULD_NOT;
    }
    return code;
}

int cmd_choose(struct cmd_env *env, const struct cmd *table, const char *of, int argc, char **argv)
{
    for (const struct cmd *c = table; argc > 1 && c->name; c++)
        if (m4_name_is(argv[1], c->name))
            return c->run(env, argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "--help")) {
        for (const struct cmd *c = table; c->name; c++)
            printf("  %s %-10s %s\n", of, c->name, c->help);
        return CMD_GOOD;
    }
    fprintf(stderr, "m4shctl: ");
    if (argc > 1)
        fprintf(stderr, "there is no \"%s %s\"; ", of, argv[1]);
    fprintf(stderr, "%s needs one of:", of);
    for (const struct cmd *c = table; c->name; c++)
        fprintf(stderr, " %s", c->name);
    fprintf(stderr, ".\n");
    return CMD_COULD_NOT;
}
