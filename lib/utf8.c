#include "lib/utf8.h"

#include <string.h>

/* The ranges of RFC 3629 section 4 for the byte after the first. */
static bool begin(struct m4_utf8 *s, uint8_t c)
{
    s->low = 0x80;
    s->high = 0xbf;
    if (c < 0x80)
        return true;
    if (c >= 0xc2 && c <= 0xdf) {
        s->need = 1;
    } else if (c >= 0xe0 && c <= 0xef) {
        s->need = 2;
        s->low = c == 0xe0 ? 0xa0 : 0x80;
        s->high = c == 0xed ? 0x9f : 0xbf;
    } else if (c >= 0xf0 && c <= 0xf4) {
        s->need = 3;
        s->low = c == 0xf0 ? 0x90 : 0x80;
        s->high = c == 0xf4 ? 0x8f : 0xbf;
    } else {
        return false;
    }
    return true;
}

bool m4_utf8_feed(struct m4_utf8 *s, const void *bytes, size_t len)
{
    static const uint64_t high_bits = UINT64_C(0x8080808080808080);
    const uint8_t *p = bytes;
    for (size_t i = 0; i < len; i++) {
        uint64_t eight;
        while (!s->need && len - i >= 8) { /* most text is ASCII */
            memcpy(&eight, p + i, 8);
            if (eight & high_bits)
                break;
            i += 8;
        }
        if (i == len)
            break;
        if (!s->need) {
            if (!begin(s, p[i]))
                return false;
        } else {
            if (p[i] < s->low || p[i] > s->high)
                return false;
            s->need--;
            s->low = 0x80;
            s->high = 0xbf;
        }
    }
    return true;
}

bool m4_utf8_valid(const void *bytes, size_t len)
{
    struct m4_utf8 s = {0};
    return m4_utf8_feed(&s, bytes, len) && !s.need;
}

size_t m4_utf8_count(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += (p[i] & 0xc0) != 0x80;
    return n;
}
