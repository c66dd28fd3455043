#include "lib/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int m4_fail(struct m4_err *err, int code, const char *fmt, ...)
{
    if (code <= 0)
        code = EIO;
    if (!err)
        return -code;
    err->code = code;
    err->sqlstate[0] = '\0';
    va_list args;
    va_start(args, fmt);
    errno = code; /* for %m */
    vsnprintf(err->text, sizeof(err->text), fmt, args);
    va_end(args);
    return -code;
}

int m4_wrap(struct m4_err *err, int rc, const char *fmt, ...)
{
    if (!err)
        return rc;
    char before[sizeof(err->text)];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(before, sizeof(before), fmt, args);
    va_end(args);
    if (len < 0 || (size_t)len + 3 > sizeof(before))
        return rc;
    size_t head = (size_t)len + 2, tail = strlen(err->text);
    if (head + tail >= sizeof(err->text))
        tail = sizeof(err->text) - 1 - head; /* the end of a long story is cut */
    memmove(err->text + head, err->text, tail);
    memcpy(err->text, before, (size_t)len);
    memcpy(err->text + len, ": ", 2);
    err->text[head + tail] = '\0';
    return rc;
}
