/* report.h - results as JSON for programs, one line on standard error for people */
#ifndef M4_BENCH_WSFAN_REPORT_H
#define M4_BENCH_WSFAN_REPORT_H

#include <stdio.h>

#include "tests/bench/wsfan/phase.h"

/* The text inside a JSON string, without what would end it. */
void report_text(FILE *out, const char *text);

/* What comes before all results; `open_s` is how long opening took. */
void report_begin(FILE *out, double open_s);
void report_phase(FILE *out, const struct result *r);

/* "idle":{...} between those two moments, with `empty` from before anybody connected. */
void report_idle(FILE *out, const struct usage *empty, const struct usage *full,
                 const struct usage *end, double seconds);

#endif
