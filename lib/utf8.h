/* utf8.h - UTF-8 checked as it arrives (RFC 3629: no overlong forms, no surrogates) */
#ifndef M4_LIB_UTF8_H
#define M4_LIB_UTF8_H

#include "lib/base.h"

struct m4_utf8 {
    uint8_t need;      /* bytes that must follow */
    uint8_t low, high; /* range of the next one */
};

/* Feeds bytes; false as soon as no text can begin so. Begin with a zeroed state;
 * the text is whole when .need is 0. */
bool m4_utf8_feed(struct m4_utf8 *state, const void *bytes, size_t len);

/* Whether all of it is UTF-8. */
bool m4_utf8_valid(const void *bytes, size_t len);

/* Code points in valid UTF-8. */
size_t m4_utf8_count(const void *bytes, size_t len);

#endif
