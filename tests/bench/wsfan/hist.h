/* hist.h - a histogram of durations
 *
 * Log-linear, 64 buckets for each power of two, so within 1.6 percent; fixed size, a plain
 * struct that may be copied and zeroed.
 */
#ifndef M4_BENCH_WSFAN_HIST_H
#define M4_BENCH_WSFAN_HIST_H

#include <stdint.h>
#include <stdio.h>

enum { HIST_SUB = 64, HIST_BUCKETS = HIST_SUB * 60 };

struct hist {
    uint64_t n, max, count[HIST_BUCKETS];
};

void hist_add(struct hist *h, uint64_t ns);

/* The quantile q of 0..1 in milliseconds, 0 when it is empty. */
double hist_ms(const struct hist *h, double q);

/* "name":{"p50":...,"n":...} */
void hist_print(FILE *out, const char *name, const struct hist *h);

#endif
