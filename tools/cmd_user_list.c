#include <errno.h>
#include <stdio.h>

#include "tools/api.h"
#include "tools/people.h"
#include "tools/table.h"

struct listing {
    struct table table;
    struct m4_jw *json; /* NULL: the table */
    size_t count;
};

static bool show(const struct m4_json *item, void *with)
{
    struct listing *list = with;
    list->count++;
    if (list->json) {
        m4_jw_value(list->json, item);
        return !list->json->out->failed;
    }
    TABLE_ROW(&list->table, m4_json_text(item, "login", "?"), m4_json_text(item, "role", "?"),
              m4_json_text(item, "name", "?"),
              m4_json_truth(item, "disabled", false) ? "disabled" : "");
    return true;
}

struct filter {
    const char *role, *classroom, *q;
};

static int build_path(const struct cmd_env *env, const struct filter *filter, struct m4_buf *path,
                      struct m4_err *err)
{
    int64_t class_id;
    int rc = filter->role ? people_check_role(filter->role, err) : 0;
    if (rc < 0)
        return rc;
    m4_buf_str(path, "users/?");
    if (filter->role)
        m4_buf_str(path, "role="), api_escape(path, filter->role), m4_buf_str(path, "&");
    if (filter->q)
        m4_buf_str(path, "q="), api_escape(path, filter->q), m4_buf_str(path, "&");
    if (filter->classroom) {
        rc = people_find_class(env, filter->classroom, &class_id, err);
        if (rc < 0)
            return m4_wrap(err, rc, "the class was not found");
        m4_buf_fmt(path, "classroom=%lld&", (long long)class_id);
    }
    if (path->failed)
        return m4_fail(err, EINVAL, "the filter is too long");
    path->data[--path->len] = '\0'; /* the last & or ? */
    return 0;
}

static int list_people(const struct cmd_env *env, const struct filter *filter)
{
    m4_autobuf struct m4_buf path = M4_BUF(4000), out = M4_BUF(64 * 1024 * 1024);
    struct m4_jw w = M4_JW(&out);
    struct listing list = {.table = TABLE(4), .json = env->json ? &w : NULL};
    struct m4_err err = {0};
    m4_jw_open(&w, '{');
    m4_jw_key(&w, "items");
    m4_jw_open(&w, '[');
    int rc = build_path(env, filter, &path, &err);
    if (rc == 0)
        rc = api_each(env, path.data, show, &list, &err);
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    int code = CMD_GOOD;
    if (rc < 0)
        code = cmd_error(&err);
    else if (env->json)
        code = cmd_print_json(&out, CMD_GOOD);
    else if (!table_print(&list.table, 0))
        code = CMD_COULD_NOT;
    if (code == CMD_GOOD && !env->json && !list.count)
        printf("nobody\n");
    table_done(&list.table);
    return code;
}

int cmd_user_list(struct cmd_env *env, int argc, char **argv)
{
    struct filter filter = {0};
    const struct m4_opt options[] = {
        {"role", 'r', M4_OPT_TEXT, &filter.role, 0, 0, "ROLE", "student, teacher or admin"},
        {"classroom", 'c', M4_OPT_TEXT, &filter.classroom, 0, 0, "NAME", "only of this class"},
        {"q", 'q', M4_OPT_TEXT, &filter.q, 0, 0, "TEXT", "part of a name or login"},
        CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl user list", "who is there", "", 0, 0, options};
    char **words;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    return count < 0 ? cmd_over(count) : list_people(env, &filter);
}
