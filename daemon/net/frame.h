/* frame.h - one encoded WebSocket frame, shared by everybody it goes to
 *
 * Made once per broadcast, header and all; each outbox holds a reference. The
 * count is atomic, so a frame may cross threads; its bytes never change.
 */
#ifndef M4_DAEMON_NET_FRAME_H
#define M4_DAEMON_NET_FRAME_H

#include "lib/base.h"
#include "lib/wsframe.h"

struct frame {
    int refs; /* atomic */
    uint32_t len;
    char bytes[];
};

/* A whole frame with the payload; one reference, the caller's. Aborts without memory. */
struct frame *frame_new(enum m4_ws_op op, const void *payload, size_t len);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame);

#endif
