/* fuzz_wsframe.c - a stream gives the same events however the network splits it
 *
 * Byte 0 chooses the side and the limit, byte 1 the lengths of the pieces.
 */
#include <string.h>

#include "lib/wsframe.h"
#include "tests/fuzz/fuzz.h"

enum { STREAM_BYTES = 1 << 20 };

/* The next length of a piece: 1 to 64, from a small generator. */
static size_t next_piece(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 24) % 64 + 1;
}

/* Everything the decoder says, into log. seed 0: all bytes at once. */
static void decode(const uint8_t *data, size_t size, bool from_client, size_t limit, uint32_t seed,
                   struct m4_buf *log)
{
    struct m4_ws ws;
    m4_autobuf struct m4_buf held = M4_BUF(STREAM_BYTES);
    m4_ws_init(&ws, from_client, limit);
    int rc = 0;
    for (size_t at = 0; rc >= 0 && at < size;) {
        size_t piece = seed ? next_piece(&seed) : size;
        if (piece > size - at)
            piece = size - at;
        m4_buf_add(&held, data + at, piece);
        at += piece;
        size_t used;
        struct m4_ws_event e;
        while ((rc = m4_ws_next(&ws, held.data, held.len, &used, &e)) == 1) {
            FUZZ_MUST(used <= held.len);
            FUZZ_MUST(e.op >= M4_WS_CLOSE ? e.len <= 125 : e.len <= limit);
            FUZZ_MUST(e.op != M4_WS_TEXT || m4_utf8_valid(e.data, e.len));
            m4_buf_fmt(log, "%d %d %zu ", e.op, e.op == M4_WS_CLOSE ? e.code : 0, e.len);
            m4_buf_add(log, e.data, e.len);
            m4_buf_cut(&held, used);
        }
        FUZZ_MUST(used <= held.len);
        m4_buf_cut(&held, used);
    }
    FUZZ_MUST((rc < 0) == (ws.refused != 0));
    m4_buf_fmt(log, "%d", ws.refused);
    FUZZ_MUST(!log->failed);
    m4_ws_done(&ws);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    bool from_client = data[0] & 1;
    size_t limit = (size_t)(data[0] >> 1) * 512;
    m4_autobuf struct m4_buf whole = M4_BUF(8 * STREAM_BYTES), split = M4_BUF(8 * STREAM_BYTES);
    decode(data + 2, size - 2, from_client, limit, 0, &whole);
    decode(data + 2, size - 2, from_client, limit, 1 + data[1], &split);
    FUZZ_MUST(whole.len == split.len && !memcmp(whole.data, split.data, whole.len));
    return 0;
}
