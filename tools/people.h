/* people.h - people and classes through the HTTP API, as add, demo and smoke need them
 *
 * `probe` is NULL, or the tag (16 hex digits) of the self-test that makes them.
 */
#ifndef M4_TOOLS_PEOPLE_H
#define M4_TOOLS_PEOPLE_H

#include "tools/cmd.h"

struct person {
    const char *login, *name, *role;
    const char *password; /* NULL: cannot sign in yet */
    const char *probe;
};

M4_MUST_CHECK int people_add(const struct cmd_env *env, const struct person *person,
                             int64_t *ret_id, struct m4_err *err);

/* Looks a login up, in any case of letters. 0, -ENOENT with the login in err, or another. */
M4_MUST_CHECK int people_find(const struct cmd_env *env, const char *login, int64_t *ret_id,
                              struct m4_err *err);

M4_MUST_CHECK int people_set_password(const struct cmd_env *env, int64_t id, const char *password,
                                      struct m4_err *err);

M4_MUST_CHECK int people_add_class(const struct cmd_env *env, const char *name, const char *probe,
                                   int64_t *ret_id, struct m4_err *err);
M4_MUST_CHECK int people_find_class(const struct cmd_env *env, const char *name, int64_t *ret_id,
                                    struct m4_err *err);

/* Puts somebody into a class; being there already is good. */
M4_MUST_CHECK int people_join_class(const struct cmd_env *env, int64_t class_id, int64_t person_id,
                                    struct m4_err *err);

/* 0 when `role` is one, else says which there are. */
M4_MUST_CHECK int people_check_role(const char *role, struct m4_err *err);

struct lesson {
    int64_t class_id, teacher_id;
    const char *title, *topic;
    int64_t starts_at_us, ends_at_us;
};

M4_MUST_CHECK int people_plan_lesson(const struct cmd_env *env, const struct lesson *lesson,
                                     int64_t *ret_id, struct m4_err *err);
M4_MUST_CHECK int people_start_lesson(const struct cmd_env *env, int64_t id, struct m4_err *err);

#endif
