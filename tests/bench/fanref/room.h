/* room.h - rooms: who is in them, and what each frame of a member does
 *
 * The request's path names the room. Rooms are never forgotten.
 */
#ifndef M4_BENCH_FANREF_ROOM_H
#define M4_BENCH_FANREF_ROOM_H

#include "tests/bench/fanref/peer.h"

struct room_manner {
    bool echo;               /* the sender gets its own, too */
    bool ack;                /* only the sender gets it */
    unsigned long ack_every; /* the sender gets {"t":"ack","s":N} for so many; 0: none */
};

extern struct room_manner room_manner;

/* Looks at what came: the upgrade, then frames. The peer may be closed after it. */
void room_take(struct peer *p);
void room_leave(struct peer *p);

/* A member of another room than the peer's; NULL when there is none. */
struct peer *room_stranger(const struct peer *p);

#endif
