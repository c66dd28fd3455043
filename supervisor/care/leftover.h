/* leftover.h - children that outlived a supervisor which was killed
 *
 * run/children names each child with its pid and the moment it started, so that the next
 * supervisor can end exactly those, and never a stranger that got the same number.
 */
#ifndef M4_SUPERVISOR_CARE_LEFTOVER_H
#define M4_SUPERVISOR_CARE_LEFTOVER_H

#include "lib/settings.h"
#include "supervisor/care/events.h"

struct leftover_child {
    const char *name;
    pid_t pid; /* 0: none runs */
    int stop_signal;
};

/* Writes who runs now, in the order in which they are to be ended. */
M4_MUST_CHECK int leftover_note(const struct m4_settings *s, const struct leftover_child *list,
                                size_t count, struct m4_err *err);

/* Ends those a note of an earlier supervisor names: its stop signal, SIGKILL after wait_ms
 * each. Waits; called before the loop runs. */
M4_MUST_CHECK int leftover_end(const struct m4_settings *s, int wait_ms, struct events *events,
                               struct m4_err *err);

#endif
