#include "tools/people.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "tools/api.h"

/* Sends a body and takes the "id" of what was made. */
static int make(const struct cmd_env *env, const char *path, const struct m4_buf *body,
                int64_t *ret_id, struct m4_err *err)
{
    m4_autodoc struct m4_doc *doc = NULL;
    int rc = api_call(env, "POST", path, body, &doc, err);
    if (rc < 0)
        return rc;
    int64_t id = m4_json_number(doc ? m4_doc_root(doc) : NULL, "id", 0);
    if (id <= 0)
        return m4_fail(err, EPROTO, "the answer to POST %s has no id", path);
    *ret_id = id;
    return 0;
}

int people_add(const struct cmd_env *env, const struct person *person, int64_t *ret_id,
               struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct m4_jw w = M4_JW(&body);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "login", person->login);
    m4_jw_kstr(&w, "name", person->name);
    m4_jw_kstr(&w, "role", person->role);
    if (person->password)
        m4_jw_kstr(&w, "password", person->password);
    if (person->probe)
        m4_jw_kstr(&w, "probe", person->probe);
    m4_jw_close(&w, '}');
    int rc = make(env, "users/", &body, ret_id, err);
    return rc < 0 ? m4_wrap(err, rc, "\"%s\" was not added", person->login) : 0;
}

/* --- looking up ------------------------------------------------------------------------------ */

struct wanted {
    const char *key, *text;
    int64_t id;
};

static bool is_wanted(const struct m4_json *item, void *with)
{
    struct wanted *wanted = with;
    if (!strcasecmp(m4_json_text(item, wanted->key, ""), wanted->text))
        wanted->id = m4_json_number(item, "id", 0);
    return wanted->id == 0;
}

static int find(const struct cmd_env *env, const char *path, struct wanted *wanted,
                struct m4_err *err)
{
    int rc = api_each(env, path, is_wanted, wanted, err);
    if (rc < 0)
        return rc;
    return wanted->id ? 0 : m4_fail(err, ENOENT, "there is no \"%s\"", wanted->text);
}

int people_find(const struct cmd_env *env, const char *login, int64_t *ret_id, struct m4_err *err)
{
    struct wanted wanted = {.key = "login", .text = login};
    m4_autobuf struct m4_buf path = M4_BUF(2048);
    m4_buf_str(&path, "users/?q=");
    api_escape(&path, login);
    if (path.failed)
        return m4_fail(err, EINVAL, "the login is too long");
    int rc = find(env, path.data, &wanted, err);
    if (rc == 0)
        *ret_id = wanted.id;
    return rc;
}

int people_find_class(const struct cmd_env *env, const char *name, int64_t *ret_id,
                      struct m4_err *err)
{
    struct wanted wanted = {.key = "name", .text = name};
    int rc = find(env, "classrooms/", &wanted, err);
    if (rc == 0)
        *ret_id = wanted.id;
    return rc;
}

/* --- changing -------------------------------------------------------------------------------- */

int people_check_role(const char *role, struct m4_err *err)
{
    if (!strcmp(role, "student") || !strcmp(role, "teacher") || !strcmp(role, "admin"))
        return 0;
    return m4_fail(err, EINVAL, "there is no role \"%.60s\": student, teacher or admin", role);
}

int people_set_password(const struct cmd_env *env, int64_t id, const char *password,
                        struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct m4_jw w = M4_JW(&body);
    char path[64];
    snprintf(path, sizeof(path), "users/%lld/", (long long)id);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "password", password);
    m4_jw_close(&w, '}');
    return api_call(env, "PATCH", path, &body, NULL, err);
}

int people_add_class(const struct cmd_env *env, const char *name, const char *probe,
                     int64_t *ret_id, struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct m4_jw w = M4_JW(&body);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "name", name);
    if (probe)
        m4_jw_kstr(&w, "probe", probe);
    m4_jw_close(&w, '}');
    int rc = make(env, "classrooms/", &body, ret_id, err);
    return rc < 0 ? m4_wrap(err, rc, "class \"%s\" was not added", name) : 0;
}

int people_join_class(const struct cmd_env *env, int64_t class_id, int64_t person_id,
                      struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct m4_jw w = M4_JW(&body);
    char path[64];
    snprintf(path, sizeof(path), "classrooms/%lld/members/", (long long)class_id);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "user_id", person_id);
    m4_jw_close(&w, '}');
    int rc = api_call(env, "POST", path, &body, NULL, err);
    return rc == -EEXIST ? 0 : rc;
}

/* --- lessons --------------------------------------------------------------------------------- */

int people_plan_lesson(const struct cmd_env *env, const struct lesson *lesson, int64_t *ret_id,
                       struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct m4_jw w = M4_JW(&body);
    char time[M4_TIME_TEXT];
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "classroom_id", lesson->class_id);
    m4_jw_kint(&w, "teacher_id", lesson->teacher_id);
    m4_jw_kstr(&w, "title", lesson->title);
    m4_jw_kstr(&w, "topic", lesson->topic);
    m4_jw_kstr(&w, "starts_at", m4_time_text(lesson->starts_at_us, time));
    m4_jw_kstr(&w, "ends_at", m4_time_text(lesson->ends_at_us, time));
    m4_jw_close(&w, '}');
    int rc = make(env, "lessons/", &body, ret_id, err);
    return rc < 0 ? m4_wrap(err, rc, "lesson \"%s\" was not planned", lesson->title) : 0;
}

int people_start_lesson(const struct cmd_env *env, int64_t id, struct m4_err *err)
{
    char path[64];
    snprintf(path, sizeof(path), "lessons/%lld/start", (long long)id);
    int rc = api_call(env, "POST", path, NULL, NULL, err);
    return rc < 0 ? m4_wrap(err, rc, "the lesson was not started") : 0;
}
