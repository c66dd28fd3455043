/* preflight.h - what must be so before anything is made or started
 *
 * Each check leaves no trace, so a refused first start leaves nothing half made.
 */
#ifndef M4_SUPERVISOR_CARE_PREFLIGHT_H
#define M4_SUPERVISOR_CARE_PREFLIGHT_H

#include "lib/settings.h"

enum { PREFLIGHT_FREE_MB = 300 };

/* That this address and port can be listened on; -EADDRINUSE says who has it, where /proc
 * lets us see. */
M4_MUST_CHECK int preflight_port(const char *address, int64_t port, struct m4_err *err);

/* That the file system of `home` (or of what is above it, while it is not made) has
 * PREFLIGHT_FREE_MB free; -ENOSPC with the figure. */
M4_MUST_CHECK int preflight_disk(const char *home, struct m4_err *err);

/* Bytes free for us and in all on the file system that holds path or its nearest parent. */
M4_MUST_CHECK int preflight_space(const char *path, int64_t *ret_free, int64_t *ret_total,
                                  struct m4_err *err);

#endif
