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

/* How many bytes from the front of p[0..len) are ASCII, in steps of eight. */
static size_t ascii_run(const uint8_t *p, size_t len)
{
    size_t i = 0;
    for (uint64_t eight; len - i >= 8; i += 8) {
        memcpy(&eight, p + i, 8);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return i;
}

bool m4_utf8_feed(struct m4_utf8 *state, const void *bytes, size_t len)
{
    const uint8_t *p = bytes, *end = p + len;
    struct m4_utf8 s = *state;
    while (p < end) {
        if (!s.need) {
            p += ascii_run(p, (size_t)(end - p));
            /* two-byte letters and the ASCII between them: most texts that are not English */
            while (end - p >= 2 &&
                   (p[0] < 0x80 || (p[0] >= 0xc2 && p[0] <= 0xdf && p[1] >> 6 == 2)))
                p += p[0] < 0x80 ? 1 : 2;
            if (p == end)
                break;
            if (!begin(&s, *p++))
                return false;
        } else {
            if (*p < s.low || *p > s.high)
                return false;
            p++;
            s.need--;
            s.low = 0x80;
            s.high = 0xbf;
        }
    }
    *state = s;
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
