/* asker.h - asks the supervisor and m4shd once a second, beside the screen
 *
 * One thread for each, so that neither a hanging daemon nor a hanging supervisor holds up the
 * screen or the other. The screen never waits: it takes what the last answers make.
 */
#ifndef M4_TUI_MODEL_ASKER_H
#define M4_TUI_MODEL_ASKER_H

#include "lib/err.h"
#include "lib/settings.h"
#include "tui/model/health.h"

struct asker;

/* Starts asking the box of these settings. -ENOMEM, -EAGAIN. */
M4_MUST_CHECK int asker_new(const struct m4_settings *settings, struct asker **ret_asker,
                            struct m4_err *err);

/* Ends both threads; waits at most as long as one question may take (ASKER_MS). */
void asker_free(struct asker *asker);

enum { ASKER_MS = 1500, ASKER_EVERY_MS = 1000 };

/* Grows with every answer. */
uint64_t asker_serial(struct asker *asker);

/* What the last answers say, at this moment. */
void asker_view(struct asker *asker, enum words_lang lang, struct health_view *ret_view);

#endif
