/* password.h - passwords: asked for, read from a pipe, or made
 *
 * Made ones have no letters that look alike (no i, l, o, 0, 1), so that they can be
 * written on a board and read aloud.
 */
#ifndef M4_TOOLS_PASSWORD_H
#define M4_TOOLS_PASSWORD_H

#include "lib/err.h"

enum { PASSWORD_BYTES = 201 }; /* longest one and its NUL */

/* Asks twice on the terminal, without echo. -ENOTTY when there is none, -EINVAL when the
 * two differ or nothing was typed. */
M4_MUST_CHECK int password_ask(char out[PASSWORD_BYTES], struct m4_err *err);

/* First line of standard input, without its end. */
M4_MUST_CHECK int password_from_stdin(char out[PASSWORD_BYTES], struct m4_err *err);

/* For staff "hk4m-7pqd-x2vn" (59 bits), for pupils "kavetu47" (22 bits: m4shd slows
 * guessing down to one a minute). */
void password_make(bool staff, char out[PASSWORD_BYTES]);

#endif
