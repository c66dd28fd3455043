/* throttle.h - buckets for messages, and patience with wrong passwords */
#ifndef M4_DAEMON_GUARD_THROTTLE_H
#define M4_DAEMON_GUARD_THROTTLE_H

#include "lib/base.h"

/* Token bucket: `rate` a second, at most `burst` at once. Zeroed it is full at first use. */
struct bucket {
    int64_t tokens_milli;
    int64_t at_ms;
};

/* Takes one token. Returns 0, or how many milliseconds to wait until the debt is paid. */
int64_t bucket_take(struct bucket *bucket, int64_t rate, int64_t burst, int64_t now_ms);

/* Wrong passwords per login and address: from the 6th on a delay of 1, 2, 4 ... 60 s
 * before the next try. Never a lock, and nothing for others at that address. Remembers
 * the last 4,096 pairs; a pair is forgotten after an hour without a failure. */
int64_t login_wait_ms(const char *login, const char *address, int64_t now_ms);
void login_failed(const char *login, const char *address, int64_t now_ms);
void login_succeeded(const char *login, const char *address);

#endif
