/* handlers.h - what the route table points to, by file */
#ifndef M4_DAEMON_API_HANDLERS_H
#define M4_DAEMON_API_HANDLERS_H

#include "daemon/api/call.h"

/* auth.c */
void auth_login(struct call *c);
void auth_logout(struct call *c);

/* users.c */
void users_create(struct call *c);
void users_update(struct call *c);
void users_disable(struct call *c);
void users_me(struct call *c);
void users_update_me(struct call *c);

/* import.c */
void users_import(struct call *c);

/* members.c */
void members_list(struct call *c);
void members_add(struct call *c);
void members_remove(struct call *c);

/* lessons.c */
void lessons_update(struct call *c);
void lessons_boards(struct call *c);
void lessons_chat(struct call *c);

/* boards.c */
void boards_snapshot(struct call *c);

/* box.c */
void box_show(struct call *c);
void box_csp_report(struct call *c);
void probes_remove(struct call *c);
void probes_remove_old(struct call *c);

#endif
