/* err.h - errors that gain meaning as they rise
 *
 * The struct stands on the caller's stack, so telling never allocates. The one
 * who fails says what was tried and why (m4_fail); each caller on the way up
 * may put before it what that means (m4_wrap). A NULL err is allowed: the
 * return value alone is then the answer.
 */
#ifndef M4_LIB_ERR_H
#define M4_LIB_ERR_H

#include "lib/base.h"

struct m4_err {
    int code;         /* errno value, > 0 once failed */
    char sqlstate[6]; /* what PostgreSQL said, "" when the failure was not its own */
    char text[512];   /* for people; cut at the end when too long */
};

/* Fills err with `code` (an errno value; 0 becomes EIO) and the text, in which %m
 * is the name of that code. Returns -code. */
int m4_fail(struct m4_err *err, int code, const char *fmt, ...) M4_PRINTF(3, 4);

/* Puts "the text: " before what err says. Returns rc as it came. */
int m4_wrap(struct m4_err *err, int rc, const char *fmt, ...) M4_PRINTF(3, 4);

#endif
