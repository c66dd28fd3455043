#include "tests/bench/wsfan/marker.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tally.h"

enum { MARKER_BYTES = 41, WORD_BYTES = 40, START_BYTES = 4 };

static const char marker_start[] = "~wsf", word_start[] = "wsfw";

uint64_t marker_run_id(void)
{
    static uint64_t id;
    if (id == 0)
        id = (tool_random() & 0xffffffffffff) | 1;
    return id;
}

uint16_t marker_run(void)
{
    return (uint16_t)(marker_run_id() >> 16);
}

static void hex_put(unsigned char *out, uint64_t v, int digits)
{
    for (int i = digits - 1; i >= 0; i--, v >>= 4)
        out[i] = (unsigned char)"0123456789abcdef"[v & 15];
}

static bool hex_get(const unsigned char *p, int digits, uint64_t *ret)
{
    uint64_t v = 0;
    for (int i = 0; i < digits; i++) {
        unsigned d = p[i];
        if (d - '0' < 10u)
            d -= '0';
        else if (d - 'a' < 6u)
            d -= 'a' - 10;
        else
            return false;
        v = v << 4 | d;
    }
    *ret = v;
    return true;
}

void marker_put(struct buf *out, const struct conn *c, uint64_t when_ns, bool word)
{
    unsigned char *d = buf_room(out, MARKER_BYTES);
    memcpy(d, word ? word_start : marker_start, START_BYTES);
    hex_put(d + 4, marker_run(), 4);
    hex_put(d + 8, (uint64_t)c->room, 4);
    hex_put(d + 12, (uint64_t)c->client, 4);
    hex_put(d + 16, c->seq, 8);
    hex_put(d + 24, when_ns, 16);
    d[40] = '~';
    out->len += word ? WORD_BYTES : MARKER_BYTES;
}

struct marker {
    uint64_t run, room, client, seq, when_ns;
};

static bool parse(const unsigned char *m, struct marker *ret)
{
    return hex_get(m + 4, 4, &ret->run) && hex_get(m + 8, 4, &ret->room) &&
           hex_get(m + 12, 4, &ret->client) && hex_get(m + 16, 8, &ret->seq) &&
           hex_get(m + 24, 16, &ret->when_ns) && (opt.word || m[40] == '~');
}

/* Whether number i of that sender is new here; notes it. */
static bool note(struct seen *s, uint32_t i)
{
    if (i / 8 >= s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        while (cap <= i / 8)
            cap *= 2;
        s->bits = realloc(s->bits, cap);
        if (!s->bits)
            tool_die("out of memory");
        memset(s->bits + s->cap, 0, cap - s->cap);
        s->cap = cap;
    }
    if (s->bits[i / 8] >> (i & 7) & 1)
        return false;
    s->bits[i / 8] |= (uint8_t)(1u << (i & 7));
    return true;
}

static void take_one(struct conn *c, const unsigned char *p, uint64_t now_ns)
{
    struct marker m;
    bool whole = parse(p, &m);
    if (whole && m.run != marker_run()) {
        tally.c.stale++;
        return;
    }
    if (!whole || m.room >= (uint64_t)opt.rooms || m.client >= (uint64_t)opt.senders) {
        tally.c.malformed++;
        return;
    }
    struct conn *from = &conns.all[m.room * (uint64_t)opt.clients + m.client];
    if (m.seq >= from->seq) { /* never sent */
        tally.c.malformed++;
        return;
    }
    if (m.seq < from->base) {
        tally.c.late++;
        return;
    }
    if ((int)m.room != c->room) {
        tally.c.misrouted++;
        return;
    }
    if (from == c)
        tally.c.self++;
    else if (opt.ack)
        tally.c.other++;
    if (opt.ack ? from != c : from == c && !opt.self)
        return;
    struct seen *s = &c->seen[m.client];
    uint32_t i = (uint32_t)m.seq - from->base;
    if (!note(s, i)) {
        tally.c.duplicated++;
        return;
    }
    if (i + 1 < s->high)
        tally.c.reordered++;
    else
        s->high = i + 1;
    tally_delivered(m.when_ns, now_ns);
}

void marker_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns)
{
    const unsigned char *end = p + n, *m;
    const char *start = opt.word ? word_start : marker_start;
    ssize_t whole = opt.word ? WORD_BYTES : MARKER_BYTES;
    while ((m = memmem(p, (size_t)(end - p), start, START_BYTES))) {
        if (end - m < whole) {
            tally.c.malformed++;
            return;
        }
        take_one(c, m, now_ns);
        p = m + START_BYTES;
    }
}

void marker_forget(struct conn *c)
{
    for (int i = 0; i < opt.senders; i++) {
        c->seen[i].high = 0;
        if (c->seen[i].bits)
            memset(c->seen[i].bits, 0, c->seen[i].cap);
    }
}
