/* room_in.h - what the room's files know of each other */
#ifndef M4_DAEMON_ROOM_ROOM_IN_H
#define M4_DAEMON_ROOM_ROOM_IN_H

#include "daemon/room/page.h"

/* room_out.c */
void out_broadcast(struct chore *chore);                 /* what became durable this turn */
void out_catch_up(struct member *m, size_t board_index); /* the next part for one behind */
void out_frame_to_all(struct room *room, const struct m4_buf *b, const struct page *but,
                      bool is_volatile);

/* room_welcome.c */
void welcome_who(struct room *room, const struct page *page, bool here); /* to the others */
void welcome_send(struct member *m, int64_t chat_cursor); /* and what was said after that */

/* room.c */
void room_break(struct room *room);
struct member *room_member(const struct room *room, uint64_t page_id);
bool room_has_person(const struct room *room, int64_t person_id, const struct member *but);

/* room_write.c */
const char *write_closed(const struct member *m); /* why nothing may be written now; NULL: it may */

/* room_load.c */
void load_begin(struct room *room);
void load_forget(struct room *room);

#endif
