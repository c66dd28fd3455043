/* policy.h - who may do what to what: one table
 *
 * OWN means what concerns the person: own classes, own lessons, own relations. The
 * statements of store/ take it as their scope, so a row that is not one's own is
 * not found.
 */
#ifndef M4_DAEMON_GUARD_POLICY_H
#define M4_DAEMON_GUARD_POLICY_H

#include "lib/base.h"

enum role { ROLE_ADMIN, ROLE_TEACHER, ROLE_STUDENT, ROLES };
enum object {
    OBJ_USER,
    OBJ_ME,
    OBJ_CLASSROOM,
    OBJ_MEMBER,
    OBJ_RELATION,
    OBJ_LESSON,
    OBJ_BOARD,
    OBJ_CHAT,
    OBJ_PROBE,
    OBJECTS
};
enum action {
    ACT_READ,
    ACT_CREATE,
    ACT_UPDATE,
    ACT_DELETE,
    ACT_START,
    ACT_COMPLETE,
    ACT_CANCEL,
    ACT_ACCEPT,
    ACT_END,
    ACT_DRAW,
    ACT_EDIT_OTHERS, /* change what somebody else drew */
    ACT_SAY,
    ACTIONS
};
enum scope { SCOPE_NONE, SCOPE_OWN, SCOPE_ALL };

enum scope policy_check(enum role role, enum object object, enum action action);

/* How often it was asked, and how often the answer was none. */
void policy_counts(uint64_t *ret_asked, uint64_t *ret_refused);

/* "admin", "teacher", "student" and back; -1 for another word. */
const char *role_name(enum role role);
int role_of(const char *name);

const char *object_name(enum object object);
const char *action_name(enum action action);

#endif
