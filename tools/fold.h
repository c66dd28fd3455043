/* fold.h - a board as its operations make it: registers, the last writer wins
 *
 * Written from docs/api.md alone, not from the daemon's or the web client's code, so that
 * smoke checks them against a third reading. Order of arrival does not matter, and the same
 * operation twice changes nothing. At most FOLD_REGISTERS registers. Not thread-safe.
 */
#ifndef M4_TOOLS_FOLD_H
#define M4_TOOLS_FOLD_H

#include "lib/err.h"
#include "lib/json.h"

enum { FOLD_REGISTERS = 20000, FOLD_HASH = 65 };

struct fold;

struct fold *fold_new(void); /* NULL when out of memory */
void fold_free(struct fold *fold);

/* Sets the registers of `fields` on `element`, where (lamport, client) is greater than what
 * stands there. 0, -EFBIG or -ENOMEM. */
M4_MUST_CHECK int fold_apply(struct fold *fold, const char *element, const struct m4_json *fields,
                             int64_t lamport, const char *client, struct m4_err *err);

/* Takes in the "els" of a snapshot: {element: {register: [value, lamport, client]}}. 0, or
 * -EPROTO when it is not so, ... */
M4_MUST_CHECK int fold_apply_snapshot(struct fold *fold, const struct m4_json *els,
                                      struct m4_err *err);

size_t fold_elements(struct fold *fold);

/* Digest of all registers with their values and writers, as hex into out. -ENOMEM. */
M4_MUST_CHECK int fold_hash(struct fold *fold, char out[FOLD_HASH], struct m4_err *err);

#endif
