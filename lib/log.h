/* log.h - a log line is an event with fields
 *
 *     log_warn("offline_queue_overflow", M4_S("room", name), M4_N("depth", depth));
 *     2026-02-11T08:15:02.114Z warn offline_queue_overflow room="7b" depth=512
 *
 * Event names are stable: metrics, the log-pattern command and the docs use the
 * same words. A pupil's words and secrets never get in. Lines go to stderr; to
 * journald with one field each (M4SH_EVENT, M4SH_ROOM, ...) where stderr is the
 * journal's stream. Thread-safe: a line is one write. A line holds 2 KiB, a text
 * field is cut to fit.
 */
#ifndef M4_LIB_LOG_H
#define M4_LIB_LOG_H

#include "lib/base.h"

enum m4_level { M4_DEBUG, M4_INFO, M4_WARN, M4_ERROR };

struct m4_field {
    const char *name; /* lower case letters and _; NULL ends the list */
    const char *text; /* NULL: the number counts */
    int64_t number;
};

/* NULL is written as an empty text. A function, so that an array may be given too. */
static inline const char *m4_log_text_(const char *text)
{
    return text ? text : "";
}
#define M4_S(name, text) ((struct m4_field){name, m4_log_text_(text), 0})
#define M4_N(name, number) ((struct m4_field){name, NULL, (int64_t)(number)})

/* Lines below `level` are not written; M4_INFO until called. */
void m4_log_level(enum m4_level level);

/* Accepts "debug", "info", "warn", "error"; -1 for anything else. */
int m4_log_level_of(const char *word);

void m4_log(enum m4_level level, const char *event, const struct m4_field *fields);

#define M4_LOG_(level, event, ...)                                                                 \
    m4_log(level, event, (const struct m4_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, NULL, 0}})
#define log_debug(event, ...) M4_LOG_(M4_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) M4_LOG_(M4_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) M4_LOG_(M4_WARN, event, __VA_ARGS__)
#define log_error(event, ...) M4_LOG_(M4_ERROR, event, __VA_ARGS__)

#endif
