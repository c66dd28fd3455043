/* cookie.h - our cookie among all that a browser sends; pure */
#ifndef M4_DAEMON_GUARD_COOKIE_H
#define M4_DAEMON_GUARD_COOKIE_H

#include "lib/base.h"

enum { COOKIE_TOKEN_CHARS = 43 }; /* 32 bytes in base64url */

/* Finds "m4sh_session" in a Cookie header (RFC 6265: "a=1; m4sh_session=..."; NULL: there
 * was none) and copies its value. False when it is not there, or not as long as ours are. */
bool cookie_token(const char *cookies, char out[COOKIE_TOKEN_CHARS + 1]);

#endif
