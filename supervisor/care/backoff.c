#include "supervisor/care/backoff.h"

int64_t backoff_ended(struct backoff *b, int64_t now_ms, uint64_t dice)
{
    int64_t *oldest = &b->ends[b->count % BACKOFF_LOOP_ENDS];
    *oldest = now_ms;
    b->count++;
    int64_t first = b->ends[b->count % BACKOFF_LOOP_ENDS]; /* the oldest one left */
    if (b->count >= BACKOFF_LOOP_ENDS && now_ms - first <= BACKOFF_LOOP_MS)
        b->looping = true;
    if (b->looping)
        return BACKOFF_DEGRADED_MS;
    int64_t ceiling = BACKOFF_FIRST_MS;
    for (int i = 0; i < b->tries && ceiling < BACKOFF_MOST_MS; i++)
        ceiling *= 2;
    if (ceiling > BACKOFF_MOST_MS)
        ceiling = BACKOFF_MOST_MS;
    b->tries++;
    return (int64_t)(dice % (uint64_t)(ceiling + 1));
}

void backoff_forget(struct backoff *b)
{
    *b = (struct backoff){0};
}
