/* backoff.h - when a child that ended may start again
 *
 * min(60 s, 0.5 s * 2^n) with full jitter; forgotten after 60 s of health. Five ends within
 * five minutes are a crash loop: one try every ten minutes from then on, until a try lasts.
 * No clock and no dice of its own: both are handed in.
 */
#ifndef M4_SUPERVISOR_CARE_BACKOFF_H
#define M4_SUPERVISOR_CARE_BACKOFF_H

#include "lib/base.h"

enum {
    BACKOFF_FIRST_MS = 500,
    BACKOFF_MOST_MS = 60 * 1000,
    BACKOFF_HEALTHY_MS = 60 * 1000,
    BACKOFF_LOOP_ENDS = 5,
    BACKOFF_LOOP_MS = 5 * 60 * 1000,
    BACKOFF_DEGRADED_MS = 10 * 60 * 1000
};

struct backoff {
    int tries;                       /* ends since it was last healthy */
    int64_t ends[BACKOFF_LOOP_ENDS]; /* the newest ones, a ring */
    unsigned count;                  /* ends ever */
    bool looping;
};

/* One more end at now_ms. `dice` is any random number. Returns how long to wait before the
 * next try; b->looping says whether that is the long wait of a crash loop. */
int64_t backoff_ended(struct backoff *b, int64_t now_ms, uint64_t dice);

/* It has been healthy for BACKOFF_HEALTHY_MS, or a person asked for a fresh start. */
void backoff_forget(struct backoff *b);

#endif
