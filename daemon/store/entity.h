/* entity.h - every statement m4shd says, one file per entity
 *
 * Statements that answer people take the policy's scope first: $1 'all' or 'own',
 * $2 the person's id. They answer rows of (id, JSON text), so the API passes on what
 * PostgreSQL wrote. Probes (what a self-test made) stand in no list but their own
 * people's; a local tool ($2 = 0) gets one by its id.
 */
#ifndef M4_DAEMON_STORE_ENTITY_H
#define M4_DAEMON_STORE_ENTITY_H

#include "daemon/store/link.h"

enum { CRUD_FIELDS = 8 };

/* One kind of thing with the usual five acts. A NULL sql means there is no such act. */
struct crud {
    const char *name;                 /* "lesson" */
    struct stmt list;                 /* scope, uid, after, limit, filters... */
    const char *filters[CRUD_FIELDS]; /* query parameters; a leading # asks for a number,
                                         @ for a time, =a|b for one of these words */
    struct stmt get;                  /* scope, uid, id */
    struct stmt create;               /* scope, uid, fields... */
    const char *create_fields[CRUD_FIELDS];
    struct stmt update; /* scope, uid, id, fields... (NULL leaves a field as it is) */
    const char *update_fields[CRUD_FIELDS];
    struct stmt remove; /* scope, uid, id; answers (found, removed) as 0 or 1 */
};

extern struct crud user_crud, classroom_crud, relation_crud, lesson_crud;

/* session: mac -> user_id, role, login, name, made_us, seen_us */
extern struct stmt session_by_mac, session_insert, session_seen, session_delete, session_expire,
    session_delete_all;

/* person */
extern struct stmt person_by_login;     /* login -> id, role, login, name, password, disabled */
extern struct stmt person_password;     /* id -> password */
extern struct stmt person_set_password; /* id, password */
extern struct stmt person_me;           /* id -> id, json */
extern struct stmt person_update_me;    /* id, name -> id, json */
extern struct stmt person_import;       /* JSON array -> people, classes, memberships made */
extern struct stmt person_import_check; /* JSON array -> line, id of logins that exist */

/* membership: scope, uid, classroom ... */
extern struct stmt member_list;   /* + after, limit */
extern struct stmt member_add;    /* + user_id -> class found, added */
extern struct stmt member_remove; /* + user_id -> found, removed */

/* steps: scope, uid, id -> status found, json of the row when the step was taken */
extern struct stmt relation_accept, relation_end;
extern struct stmt lesson_start, lesson_complete, lesson_cancel;

/* lesson room: scope, uid, lesson -> title, status, teacher_id, whether it is one's own */
extern struct stmt lesson_enter;
extern struct stmt board_list;   /* scope, uid, lesson -> id, json */
extern struct stmt board_lesson; /* scope, uid, board -> lesson id */
extern struct stmt board_rows;   /* lesson -> id, epoch, position (makes the first) */
extern struct stmt board_ops;    /* board, after, limit -> version, client, seq, lamport, person,
                                    element, fields */
extern struct stmt chat_head;    /* lesson -> max id */
extern struct stmt chat_clients; /* lesson -> client, max seq, person */
extern struct stmt chat_after;   /* lesson, after, limit -> id, uid, name, text, at, newest first */
extern struct stmt chat_list;    /* scope, uid, lesson, before, limit -> id, json */

/* the box */
extern struct stmt audit_insert; /* actor, action, object, request */
extern struct stmt box_state;    /* -> highest migration, lessons that are live */
/* What a self-test made, by its tag or by age: the lessons first, then the rest. */
extern struct stmt probe_remove_lessons, probe_remove;
extern struct stmt probe_remove_old_lessons, probe_remove_old;

#endif
