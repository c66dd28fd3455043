/* password.h - argon2id on a worker, and which passwords are good enough
 *
 * 19 MiB, 2 passes, one lane (OWASP's first choice for argon2id), 16 bytes of salt,
 * stored in the library's own text form.
 */
#ifndef M4_DAEMON_GUARD_PASSWORD_H
#define M4_DAEMON_GUARD_PASSWORD_H

#include "daemon/guard/policy.h"
#include "daemon/net/worker.h"

enum { PASSWORD_HASH_BYTES = 128 };

/* NULL when it may be used; else what is wrong, naming the limit. */
const char *password_fault(const char *password, enum role role);

/* Hashes; on_hashed(data, text) on the loop, text NULL when memory was refused. False:
 * the queue is full. */
M4_MUST_CHECK bool password_hash(struct workers *workers, const char *password,
                                 void (*on_hashed)(void *data, const char *text), void *data);

/* Checks against a stored text; NULL stored takes as long and is wrong. */
M4_MUST_CHECK bool password_verify(struct workers *workers, const char *password,
                                   const char *stored, void (*on_known)(void *data, bool right),
                                   void *data);

/* Hashes now, on the caller's thread: for a worker that has several to do. */
bool password_hash_now(const char *password, char out[PASSWORD_HASH_BYTES]);

#endif
