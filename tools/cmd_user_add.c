#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/cmd.h"
#include "tools/password.h"
#include "tools/people.h"

struct wish {
    const char *name, *role, *classroom;
    bool from_stdin, generate;
};

static int get_password(const struct wish *wish, char password[PASSWORD_BYTES], struct m4_err *err)
{
    if (wish->from_stdin && wish->generate)
        return m4_fail(err, EINVAL, "--password-stdin and --generate exclude each other");
    if (wish->generate) {
        password_make(strcmp(wish->role, "student") != 0, password);
        return 0;
    }
    return wish->from_stdin ? password_from_stdin(password, err) : password_ask(password, err);
}

/* The class is looked up first, so that a misspelt one leaves nobody half added. */
static int add(const struct cmd_env *env, const struct wish *wish, const char *login,
               char password[PASSWORD_BYTES], int64_t *ret_id, struct m4_err *err)
{
    int64_t class_id = 0;
    if (wish->classroom) {
        int rc = people_find_class(env, wish->classroom, &class_id, err);
        if (rc < 0)
            return m4_wrap(err, rc, "the class was not found, nobody was added");
    }
    int rc = people_check_role(wish->role, err);
    if (rc == 0)
        rc = get_password(wish, password, err);
    if (rc < 0)
        return rc;
    const struct person person = {
        .login = login, .name = wish->name, .role = wish->role, .password = password};
    rc = people_add(env, &person, ret_id, err);
    if (rc < 0 || !class_id)
        return rc;
    rc = people_join_class(env, class_id, *ret_id, err);
    return rc < 0 ? m4_wrap(err, rc, "\"%s\" was added, but not to the class", login) : 0;
}

static int tell(const struct cmd_env *env, const struct wish *wish, const char *login,
                const char *password, int64_t id)
{
    if (!env->json) {
        printf("%s added as %s", login, wish->role);
        if (wish->generate)
            printf(", password %s", password);
        printf("\n");
        return CMD_GOOD;
    }
    m4_autobuf struct m4_buf out = M4_BUF(64 * 1024);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "id", id);
    m4_jw_kstr(&w, "login", login);
    if (wish->generate)
        m4_jw_kstr(&w, "password", password);
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}

int cmd_user_add(struct cmd_env *env, int argc, char **argv)
{
    struct wish wish = {.role = "student"};
    const struct m4_opt options[] = {
        {"name", 'n', M4_OPT_TEXT, &wish.name, 0, 0, "NAME", "the person's name; needed"},
        {"role", 'r', M4_OPT_TEXT, &wish.role, 0, 0, "ROLE",
         "student (when left out), teacher or admin"},
        {"classroom", 'c', M4_OPT_TEXT, &wish.classroom, 0, 0, "NAME", "a class to join"},
        {"password-stdin", 0, M4_OPT_FLAG, &wish.from_stdin, 0, 0, NULL,
         "the password is the first line of standard input"},
        {"generate", 'g', M4_OPT_FLAG, &wish.generate, 0, 0, NULL,
         "make a password and print it once"},
        CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl user add", "add a person", "LOGIN", 1, 1, options};
    char **words, password[PASSWORD_BYTES] = "";
    struct m4_err err = {0};
    int64_t id = 0;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = wish.name ? add(env, &wish, words[0], password, &id, &err)
                       : m4_fail(&err, EINVAL, "--name is needed: the name others see");
    int code = rc < 0 ? cmd_error(&err) : tell(env, &wish, words[0], password, id);
    explicit_bzero(password, sizeof(password));
    return code;
}
