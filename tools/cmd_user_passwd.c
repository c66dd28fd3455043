#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/api.h"
#include "tools/password.h"
#include "tools/people.h"

/* Whether the person is staff, whose made passwords are longer, and may not sign in at all. */
static int look_up(const struct cmd_env *env, int64_t id, bool *ret_staff, bool *ret_disabled,
                   struct m4_err *err)
{
    char path[64];
    m4_autodoc struct m4_doc *doc = NULL;
    snprintf(path, sizeof(path), "users/%lld/", (long long)id);
    int rc = api_call(env, "GET", path, NULL, &doc, err);
    if (rc < 0)
        return rc;
    const struct m4_json *person = doc ? m4_doc_root(doc) : NULL;
    *ret_staff = strcmp(m4_json_text(person, "role", ""), "student") != 0;
    *ret_disabled = m4_json_truth(person, "disabled", false);
    return 0;
}

static int change(const struct cmd_env *env, const char *login, bool from_stdin, bool generate,
                  char password[PASSWORD_BYTES], bool *ret_disabled, struct m4_err *err)
{
    int64_t id = 0;
    bool staff = true;
    if (from_stdin && generate)
        return m4_fail(err, EINVAL, "--password-stdin and --generate exclude each other");
    int rc = people_find(env, login, &id, err);
    if (rc == 0)
        rc = look_up(env, id, &staff, ret_disabled, err);
    if (rc < 0)
        return rc;
    if (generate)
        password_make(staff, password);
    else
        rc = from_stdin ? password_from_stdin(password, err) : password_ask(password, err);
    if (rc == 0)
        rc = people_set_password(env, id, password, err);
    return rc < 0 ? m4_wrap(err, rc, "the password stays as it was") : 0;
}

static int tell(const struct cmd_env *env, const char *login, const char *password, bool disabled)
{
    if (!env->json) {
        printf("%s has a new password%s%s\n", login, password ? ": " : "",
               password ? password : "");
        if (disabled)
            printf("%s is disabled and cannot sign in; \"m4shctl user disable --undo %s\" changes "
                   "that\n",
                   login, login);
        return CMD_GOOD;
    }
    m4_autobuf struct m4_buf out = M4_BUF(4096);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "login", login);
    if (password)
        m4_jw_kstr(&w, "password", password);
    m4_jw_kbool(&w, "disabled", disabled);
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}

int cmd_user_passwd(struct cmd_env *env, int argc, char **argv)
{
    bool from_stdin = false, generate = false, disabled = false;
    const struct m4_opt options[] = {
        {"password-stdin", 0, M4_OPT_FLAG, &from_stdin, 0, 0, NULL,
         "the password is the first line of standard input"},
        {"generate", 'g', M4_OPT_FLAG, &generate, 0, 0, NULL, "make a password and print it once"},
        CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl user passwd", "set a password", "LOGIN", 1, 1, options};
    char **words, password[PASSWORD_BYTES] = "";
    struct m4_err err = {0};
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = change(env, words[0], from_stdin, generate, password, &disabled, &err);
    int code = rc < 0 ? cmd_error(&err) : tell(env, words[0], generate ? password : NULL, disabled);
    explicit_bzero(password, sizeof(password));
    return code;
}
