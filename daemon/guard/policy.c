#include "daemon/guard/policy.h"

#include <string.h>

#define A SCOPE_ALL
#define O SCOPE_OWN
#define N SCOPE_NONE

/* A cell that is not here is "none". Columns: admin, teacher, student. */
static const uint8_t table[OBJECTS][ACTIONS][ROLES] = {
    [OBJ_USER] = {[ACT_READ] = {A, A, N},
                  [ACT_CREATE] = {A, N, N},
                  [ACT_UPDATE] = {A, N, N},
                  [ACT_DELETE] = {A, N, N}},
    [OBJ_ME] = {[ACT_READ] = {O, O, O}, [ACT_UPDATE] = {O, O, O}},
    [OBJ_CLASSROOM] = {[ACT_READ] = {A, O, O},
                       [ACT_CREATE] = {A, N, N},
                       [ACT_UPDATE] = {A, N, N},
                       [ACT_DELETE] = {A, N, N}},
    [OBJ_MEMBER] = {[ACT_READ] = {A, O, O}, [ACT_CREATE] = {A, N, N}, [ACT_DELETE] = {A, N, N}},
    [OBJ_RELATION] = {[ACT_READ] = {A, O, O},
                      [ACT_CREATE] = {A, O, N},
                      [ACT_ACCEPT] = {A, N, O},
                      [ACT_END] = {A, O, O}},
    [OBJ_LESSON] = {[ACT_READ] = {A, O, O},
                    [ACT_CREATE] = {A, O, N},
                    [ACT_UPDATE] = {A, O, N},
                    [ACT_DELETE] = {A, O, N},
                    [ACT_START] = {A, O, N},
                    [ACT_COMPLETE] = {A, O, N},
                    [ACT_CANCEL] = {A, O, N}},
    [OBJ_BOARD] = {[ACT_READ] = {A, O, O}, [ACT_DRAW] = {A, O, O}, [ACT_EDIT_OTHERS] = {A, O, N}},
    [OBJ_CHAT] = {[ACT_READ] = {A, O, O}, [ACT_SAY] = {A, O, O}},
    [OBJ_PROBE] = {[ACT_DELETE] = {A, N, N}},
};

static uint64_t asked, refused;

enum scope policy_check(enum role role, enum object object, enum action action)
{
    asked++;
    if (role >= ROLES || object >= OBJECTS || action >= ACTIONS) {
        refused++;
        return SCOPE_NONE;
    }
    enum scope scope = table[object][action][role];
    refused += scope == SCOPE_NONE;
    return scope;
}

void policy_counts(uint64_t *ret_asked, uint64_t *ret_refused)
{
    *ret_asked = asked;
    *ret_refused = refused;
}

static const char *const roles[ROLES] = {"admin", "teacher", "student"};
static const char *const objects[OBJECTS] = {"user",   "me",    "classroom", "member", "relation",
                                             "lesson", "board", "chat",      "probe"};
static const char *const actions[ACTIONS] = {"read",  "create",   "update",      "delete",
                                             "start", "complete", "cancel",      "accept",
                                             "end",   "draw",     "edit_others", "say"};

const char *role_name(enum role role)
{
    return role < ROLES ? roles[role] : "none";
}

int role_of(const char *name)
{
    for (int i = 0; i < ROLES; i++)
        if (!strcmp(name, roles[i]))
            return i;
    return -1;
}

const char *object_name(enum object object)
{
    return object < OBJECTS ? objects[object] : "none";
}

const char *action_name(enum action action)
{
    return action < ACTIONS ? actions[action] : "none";
}
