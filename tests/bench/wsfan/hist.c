#include "tests/bench/wsfan/hist.h"

#include <math.h>

void hist_add(struct hist *h, uint64_t ns)
{
    unsigned i = (unsigned)ns;
    if (ns >= HIST_SUB) {
        unsigned e = 63u - (unsigned)__builtin_clzll(ns) - 6u;
        i = (e + 1) * HIST_SUB + (unsigned)((ns >> e) - HIST_SUB);
    }
    h->count[i]++;
    h->n++;
    if (ns > h->max)
        h->max = ns;
}

double hist_ms(const struct hist *h, double q)
{
    uint64_t want = (uint64_t)ceil(q * (double)h->n), got = 0;
    if (h->n == 0)
        return 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        got += h->count[i];
        if (got < want || got == 0)
            continue;
        double v = i;
        if (i >= HIST_SUB)
            v = ldexp((double)(i % HIST_SUB + HIST_SUB) + 0.5, (int)(i / HIST_SUB) - 1);
        return fmin(v, (double)h->max) / 1e6;
    }
    return (double)h->max / 1e6;
}

void hist_print(FILE *out, const char *name, const struct hist *h)
{
    fprintf(out,
            "\"%s\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p99.9\":%.3f,\"max\":%.3f,"
            "\"n\":%llu}",
            name, hist_ms(h, .5), hist_ms(h, .9), hist_ms(h, .99), hist_ms(h, .999),
            (double)h->max / 1e6, (unsigned long long)h->n);
}
