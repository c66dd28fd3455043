/* wsframe.h - the WebSocket wire format (RFC 6455), both sides, no I/O
 *
 * The decoder eats bytes as they come and gives whole messages: fragments joined,
 * text checked as UTF-8, control frames between fragments. What breaks the
 * protocol ends it with the close code the RFC names. Bounded: a message holds at
 * most `limit` bytes; memory is held only while a message is incomplete.
 */
#ifndef M4_LIB_WSFRAME_H
#define M4_LIB_WSFRAME_H

#include "lib/base.h"
#include "lib/buf.h"
#include "lib/utf8.h"

enum m4_ws_op {
    M4_WS_CONTINUATION = 0,
    M4_WS_TEXT = 1,
    M4_WS_BINARY = 2,
    M4_WS_CLOSE = 8,
    M4_WS_PING = 9,
    M4_WS_PONG = 10
};

/* Close codes, RFC 6455 section 7.4.1. */
enum {
    M4_WS_NORMAL = 1000,
    M4_WS_GOING_AWAY = 1001,
    M4_WS_PROTOCOL = 1002,
    M4_WS_UNSUPPORTED = 1003,
    M4_WS_NO_CODE = 1005,
    M4_WS_NOT_UTF8 = 1007,
    M4_WS_POLICY = 1008,
    M4_WS_TOO_BIG = 1009,
    M4_WS_RESTART = 1012,
    M4_WS_TRY_LATER = 1013
};

struct m4_ws {
    bool from_client; /* frames must be masked; a server's must not be */
    bool in_message;  /* fragments of a text or binary message are gathered */
    uint8_t op;       /* of that message */
    size_t limit;
    struct m4_buf message;
    struct m4_utf8 utf8;
    int refused; /* close code once the peer broke the protocol, else 0 */
};

struct m4_ws_event {
    enum m4_ws_op op; /* TEXT, BINARY, CLOSE, PING or PONG */
    const char *data; /* borrowed until the next call */
    size_t len;
    int code; /* of a CLOSE: what the peer said, M4_WS_NO_CODE when nothing */
};

void m4_ws_init(struct m4_ws *ws, bool from_client, size_t limit);
void m4_ws_done(struct m4_ws *ws);

/* Takes the next event from bytes[0..len), unmasking in place. Returns 1 with the
 * event, 0 when more bytes are needed, or -1 when the peer broke the protocol
 * (ws->refused says how). *ret_used is how many bytes are dealt with in all cases. */
int m4_ws_next(struct m4_ws *ws, char *bytes, size_t len, size_t *ret_used,
               struct m4_ws_event *ret_event);

/* Writes a frame's header to out[14] and returns its length; mask NULL for a server. */
size_t m4_ws_header(uint8_t *out, enum m4_ws_op op, size_t payload_len, const uint8_t *mask);

/* XOR with the 4-byte mask, whose first byte meets bytes[0]. */
void m4_ws_mask(char *bytes, size_t len, const uint8_t mask[4]);

/* "Sec-WebSocket-Accept" for a key, base64, into out[29]. */
void m4_ws_accept(const char *key, size_t key_len, char *out);

#endif
