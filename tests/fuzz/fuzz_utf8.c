/* fuzz_utf8.c - against a reference that decodes each code point and looks at its value */
#include "lib/utf8.h"
#include "tests/fuzz/fuzz.h"

/* Code points, or SIZE_MAX when the bytes are not UTF-8. */
static size_t reference(const uint8_t *p, size_t len)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    size_t count = 0;
    for (size_t i = 0; i < len; count++) {
        uint8_t c = p[i++];
        size_t more = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : 4;
        if (more == 4 || len - i < more)
            return SIZE_MAX;
        uint32_t code = more ? c & (0x3fu >> more) : c;
        for (size_t k = 0; k < more; k++, i++) {
            if (p[i] >> 6 != 2)
                return SIZE_MAX;
            code = code << 6 | (p[i] & 0x3f);
        }
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return SIZE_MAX;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = reference(data, size);
    FUZZ_MUST(m4_utf8_valid(data, size) == (count != SIZE_MAX));
    if (count != SIZE_MAX)
        FUZZ_MUST(m4_utf8_count(data, size) == count);
    struct m4_utf8 state = {0};
    bool fed = true;
    for (size_t i = 0; fed && i < size; i++)
        fed = m4_utf8_feed(&state, data + i, 1);
    FUZZ_MUST((fed && !state.need) == (count != SIZE_MAX));
    return 0;
}
