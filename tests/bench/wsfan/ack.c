#include "tests/bench/wsfan/ack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tally.h"

void ack_sent(struct conn *c, uint64_t when_ns)
{
    uint32_t i = c->seq - c->base;
    if (i >= c->when_cap) {
        c->when_cap = c->when_cap ? c->when_cap * 2 : 256;
        c->when_ns = realloc(c->when_ns, c->when_cap * sizeof(*c->when_ns));
        if (!c->when_ns)
            tool_die("out of memory");
    }
    c->when_ns[i] = when_ns;
}

/* The integer after "field": in the text; false when there is none. */
static bool field(const unsigned char *p, size_t n, uint64_t *ret)
{
    static char name[80];
    static size_t name_len;
    if (!name_len)
        name_len = (size_t)snprintf(name, sizeof(name), "\"%.70s\":", opt.ack_field);
    const unsigned char *at = memmem(p, n, name, name_len), *end = p + n;
    if (!at)
        return false;
    at += name_len;
    while (at < end && *at == ' ')
        at++;
    uint64_t v = 0;
    const unsigned char *first = at;
    for (; at < end && *at >= '0' && *at <= '9' && at - first < 18; at++)
        v = v * 10 + (uint64_t)(*at - '0');
    *ret = v;
    return at > first;
}

void ack_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns)
{
    uint64_t said;
    if (!field(p, n, &said)) {
        tally.c.other++;
        return;
    }
    uint64_t up_to = said + !opt.counts_from_1; /* as a count from the first message on */
    if (up_to > c->seq) {
        tally.c.malformed++;
        return;
    }
    if (up_to <= c->base) {
        tally.c.late++;
        return;
    }
    uint32_t count = (uint32_t)up_to - c->base;
    if (count <= c->acked) {
        tally.c.duplicated++;
        return;
    }
    while (c->acked < count)
        tally_delivered(c->when_ns[c->acked++], now_ns);
}
