/* events.h - what the box did by itself, in words, for the people who look after it
 *
 * The newest EVENTS_KEPT; each is a log line at the same time. Texts are past tense and hold
 * no pupil's words.
 */
#ifndef M4_SUPERVISOR_CARE_EVENTS_H
#define M4_SUPERVISOR_CARE_EVENTS_H

#include "lib/base.h"
#include "lib/log.h"

enum { EVENTS_KEPT = 50 };

struct event {
    int64_t at_us; /* wall time */
    enum m4_level level;
    char name[40];
    char text[256];
};

struct events {
    struct event ring[EVENTS_KEPT];
    unsigned count; /* ever */
};

void events_add(struct events *e, enum m4_level level, const char *name, const char *fmt, ...)
    M4_PRINTF(4, 5);

/* How many are kept, and the i-th of them, oldest first. */
unsigned events_kept(const struct events *e);
const struct event *events_get(const struct events *e, unsigned i);

/* "840 ms", "12 s", "3 min", "2 h", for a text. buf[24]; returns buf. */
const char *events_span(int64_t ms, char *buf);

#endif
