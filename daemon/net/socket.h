/* socket.h - one WebSocket connection (RFC 6455) after its upgrade
 *
 * Messages are text, at most 64 KiB. The socket answers pings (one pong waiting at
 * most), pings a silent peer after 25 s and gives it up after 60 s, joins what one
 * turn of the loop has for it into one write, and closes by itself when its outbox
 * is full (1013: come back and resync). Belongs to its loop; nothing here may be
 * called from another thread. After on_close the socket is gone.
 */
#ifndef M4_DAEMON_NET_SOCKET_H
#define M4_DAEMON_NET_SOCKET_H

#include "daemon/net/frame.h"
#include "daemon/net/request.h"

struct socket;

enum { SOCKET_MESSAGE_BYTES = 64 * 1024, SOCKET_FRAMES_PER_TURN = 32 };

struct socket_events {
    /* One text message; the bytes are borrowed. */
    void (*on_message)(struct socket *socket, const char *text, size_t len);
    /* Everything queued was written: there is room for more. */
    void (*on_drained)(struct socket *socket);
    /* Last call: why is the close code, 1006 when the connection broke. */
    void (*on_close)(struct socket *socket, int why);
};

/* Upgrades the request, whose guards have all agreed. Answers it with 101, or with
 * 400/426 when it is no WebSocket handshake of version 13. The socket belongs to
 * itself; `data` is the owner's. on_open may be called later than this returns. */
void socket_upgrade(struct request *r, const struct socket_events *events, void *data,
                    void (*on_open)(struct socket *socket, void *data));

void *socket_data(const struct socket *socket);

/* Queues a frame; nothing happens on a closing socket. Volatile frames may be dropped.
 * False when it was not taken: dropped, or the socket is being closed for being too slow. */
bool socket_send(struct socket *socket, struct frame *frame, bool is_volatile);

/* Encodes and queues one message for this socket alone. */
bool socket_say(struct socket *socket, const char *text, size_t len);

/* Bytes and frames waiting to be written. */
size_t socket_backlog(const struct socket *socket);

/* Sends what waits and a close frame, then closes; at the latest after 3 s. */
void socket_close(struct socket *socket, int code, const char *reason);

/* Stops reading for so long; what was read already waits too. */
void socket_pause(struct socket *socket, int64_t ms);

/* Stops reading until socket_resume(). */
void socket_hold(struct socket *socket);
void socket_resume(struct socket *socket);

#endif
