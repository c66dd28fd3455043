/* cmd.h - what every command of m4shctl shares
 *
 * A command is one row of the table in main.c and one file cmd_<name>.c. It parses its
 * own options, does its work and returns an exit code; errors go to standard error as
 * sentences, results to standard output, as one JSON document with --json.
 */
#ifndef M4_TOOLS_CMD_H
#define M4_TOOLS_CMD_H

#include "lib/args.h"
#include "lib/err.h"
#include "lib/json.h"
#include "lib/settings.h"

enum cmd_exit { CMD_GOOD = 0, CMD_FINDINGS = 1, CMD_COULD_NOT = 2, CMD_CRITICAL = 3 };

struct cmd_env {
    const char *home; /* --home; NULL: M4SH_HOME or the default */
    bool json;
    struct m4_settings settings; /* loaded by cmd_begin() */
    const struct cmd *table;     /* main.c's, for help */
};

/* A row of a table of commands; one without name ends it. */
struct cmd {
    const char *name; /* dash and underscore are the same letter */
    const char *help;
    int (*run)(struct cmd_env *env, int argc, char **argv);
};

/* The options every command has; the last row of its table. */
#define CMD_OPTIONS(env)                                                                           \
    {"home", 0, M4_OPT_TEXT, &(env)->home, 0, 0, "DIR", "the box's state; M4SH_HOME otherwise"},   \
        {"json", 0, M4_OPT_FLAG, &(env)->json, 0, 0, NULL, "answer as JSON"},                      \
    {                                                                                              \
        0                                                                                          \
    }

/* Parses argv and loads the settings. Returns how many words follow, or < 0 when the
 * command is over; then cmd_over() is its exit code. */
M4_MUST_CHECK int cmd_begin(struct cmd_env *env, const struct m4_usage *usage, int argc,
                            char **argv, char ***ret_words);
int cmd_over(int rc);

/* Writes "m4shctl: what went wrong." and returns CMD_COULD_NOT. */
int cmd_error(const struct m4_err *err);

/* Writes the document and a line end; CMD_COULD_NOT when it did not fit or the output
 * is gone, else `code`. */
int cmd_print_json(const struct m4_buf *out, int code);

/* Runs the row of `table` that argv[1] names; says what there is when none does. */
int cmd_choose(struct cmd_env *env, const struct cmd *table, const char *of, int argc, char **argv);

int cmd_status(struct cmd_env *env, int argc, char **argv);
int cmd_stop(struct cmd_env *env, int argc, char **argv);
int cmd_restart(struct cmd_env *env, int argc, char **argv);
int cmd_user(struct cmd_env *env, int argc, char **argv);
int cmd_user_add(struct cmd_env *env, int argc, char **argv);
int cmd_user_list(struct cmd_env *env, int argc, char **argv);
int cmd_user_passwd(struct cmd_env *env, int argc, char **argv);
int cmd_user_disable(struct cmd_env *env, int argc, char **argv);
int cmd_user_import(struct cmd_env *env, int argc, char **argv);
int cmd_demo(struct cmd_env *env, int argc, char **argv);
int cmd_smoke(struct cmd_env *env, int argc, char **argv);
int cmd_help(struct cmd_env *env, int argc, char **argv);

#endif
