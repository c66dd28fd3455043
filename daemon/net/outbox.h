/* outbox.h - what one connection still has to be sent
 *
 * Bounded in frames and bytes. Volatile frames (cursors, live ink) are dropped
 * from half full on; a durable one that does not fit says so, and the connection
 * is then closed to resync. Holds no memory while empty.
 */
#ifndef M4_DAEMON_NET_OUTBOX_H
#define M4_DAEMON_NET_OUTBOX_H

#include "daemon/net/frame.h"

enum { OUTBOX_FRAMES = 256, OUTBOX_BYTES = 256 * 1024 };

struct outbox {
    struct frame **ring; /* NULL while empty */
    uint16_t room, first, count;
    uint32_t bytes;
};

enum outbox_verdict { OUTBOX_TAKEN, OUTBOX_DROPPED, OUTBOX_FULL };

/* Takes a reference of its own when it takes the frame. */
enum outbox_verdict outbox_push(struct outbox *o, struct frame *frame, bool is_volatile);

/* The i-th waiting frame, borrowed. */
struct frame *outbox_at(const struct outbox *o, size_t i);

/* Forgets the first n, which were written. */
void outbox_drop(struct outbox *o, size_t n);
void outbox_done(struct outbox *o);

#endif
