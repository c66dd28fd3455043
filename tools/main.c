/* m4shctl - every operator command of the box
 *
 * The map of this folder:
 *
 *     main.c                 the table of commands
 *     cmd.[ch]               what they share: options, exit codes, how errors are told
 *     cmd_<name>.c           one command each; cmd_user_<name>.c one "user" command each
 *     api.[ch]               m4shd's HTTP API over run/m4shd.sock
 *     people.[ch]            people and classes through it
 *     csv.[ch], table.[ch]   tables in, tables out
 *     password.[ch]          asked for without echo, or made so that they can be read aloud
 *     tls_client.[ch], ws_client.[ch], player.[ch], fold.[ch]
 *                            what smoke plays a lesson with: a TLS connection, a WebSocket on
 *                            it, a person on that, and the board this person has
 *
 * The supervisor is asked over run/supervisor.sock (lib/ctl.h). Nothing here opens the
 * database.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "tools/cmd.h"

static const struct cmd commands[] = {
    {"status", "how the box is: processes, database, disk, certificate", cmd_status},
    {"stop", "stop the box", cmd_stop},
    {"restart", "restart m4shd, postgresql or all", cmd_restart},
    {"user", "people: add, list, passwd, disable, import", cmd_user},
    {"demo", "make a demo school, or new passwords for it", cmd_demo},
    {"smoke", "play a lesson through the running box and say what failed", cmd_smoke},
    {"help", "this list, or the options of one command", cmd_help},
    {0},
};

/* Where the command stands in argv: after the options that come before it. */
static int find_command(int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
        if (m4_name_is(argv[i], "--home"))
            i++;
    return i < argc ? i : argc;
}

int main(int argc, char **argv)
{
    struct cmd_env env = {.table = commands};
    struct m4_err err = {0};
    const struct m4_opt options[] = {CMD_OPTIONS(&env)};
    const struct m4_usage usage = {
        "m4shctl", "look after the box from the command line", "COMMAND...", 0, 0, options};
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);

    int at = find_command(argc, argv);
    for (int i = 1; i < at; i++)
        if (!strcmp(argv[i], "--help"))
            return cmd_help(&env, 1, argv);
    char **words;
    int rc = m4_args(&usage, at, argv, &words, &err);
    if (rc < 0)
        return rc == -ECANCELED ? CMD_GOOD : cmd_error(&err);
    if (at == argc)
        return cmd_choose(&env, commands, "m4shctl", 1, argv);
    return cmd_choose(&env, commands, "m4shctl", argc - at + 1, argv + at - 1);
}
