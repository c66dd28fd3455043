/* snapshot.h - a board as one document, compressed once per version
 *
 * Written on the loop (it is the board's owner), compressed on a worker, kept with the
 * board until a newer version is asked for. A class that comes back at once shares one.
 */
#ifndef M4_DAEMON_ROOM_SNAPSHOT_H
#define M4_DAEMON_ROOM_SNAPSHOT_H

#include "daemon/room/board.h"

struct snapshot {
    int refs;
    int64_t version;
    char *json;
    size_t json_len;
    uint8_t *deflated;     /* zlib format (RFC 1950); NULL until the worker is done */
    struct making *making; /* until then: who waits for it */
    size_t deflated_len;
};

/* Calls on_made with the board's state now; NULL when the workers are too busy. The
 * snapshot is the callee's to snapshot_unref(). May call at once. */
void snapshot_make(struct board *board, void (*on_made)(void *data, struct snapshot *snapshot),
                   void *data);
void snapshot_unref(struct snapshot *snapshot);

/* Forgets the board's kept one. */
void snapshot_drop(struct board *board);

#endif
