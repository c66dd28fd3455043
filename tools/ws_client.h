/* ws_client.h - HTTP requests and a WebSocket over one TLS connection
 *
 * What a page does: ask with Host and Origin of the box, then open /ws/ with the session
 * cookie. Messages are at most WS_CLIENT_BYTES. Each call waits until its deadline, a moment
 * of m4_mono_ms(). Not thread-safe.
 */
#ifndef M4_TOOLS_WS_CLIENT_H
#define M4_TOOLS_WS_CLIENT_H

#include "lib/http_unix.h"
#include "tools/tls_client.h"

enum { WS_CLIENT_BYTES = 4 * 1024 * 1024 };

struct ws_client;

/* One request on a connection of its own. `cookie` ("m4sh_session=...") and body may be
 * NULL. Returns 0 and the answer, whatever its status (m4_http_answer_done()). */
M4_MUST_CHECK int ws_client_ask(const struct tls_target *target, const char *method,
                                const char *path, const char *cookie, const struct m4_buf *body,
                                int64_t deadline_ms, struct m4_http_answer *ret_answer,
                                struct m4_err *err);

/* Opens the socket at `path`. Returns 0 and the client, -EPROTO with the server's answer when
 * it does not switch, or as tls_client_open(). */
M4_MUST_CHECK int ws_client_open(const struct tls_target *target, const char *path,
                                 const char *cookie, int64_t deadline_ms,
                                 struct ws_client **ret_client, struct m4_err *err);

/* Sends a close frame and closes. */
void ws_client_free(struct ws_client *client);

/* Closes without a word. */
void ws_client_drop(struct ws_client *client);

M4_MUST_CHECK int ws_client_send(struct ws_client *client, const char *text, size_t len,
                                 int64_t deadline_ms, struct m4_err *err);

/* Next text message, borrowed until the next call; pings are answered on the way. 0,
 * -ETIMEDOUT, -ECONNRESET with the close code when the server closed, -EPROTO. */
M4_MUST_CHECK int ws_client_next(struct ws_client *client, const char **ret_text, size_t *ret_len,
                                 int64_t deadline_ms, struct m4_err *err);

#endif
