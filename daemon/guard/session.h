/* session.h - who is signed in
 *
 * A session is a random token in the page's cookie; the database and this cache know
 * it by its HMAC under the box's session key, so neither a dump nor a core gives
 * anybody a cookie. The cache holds what was used lately; what it does not know is
 * asked of the database. Ends: 12 hours idle for students, 7 days for staff, 30 days
 * at most, sign-out, new password, account disabled.
 */
#ifndef M4_DAEMON_GUARD_SESSION_H
#define M4_DAEMON_GUARD_SESSION_H

#include "daemon/guard/policy.h"
#include "daemon/net/request.h"
#include "daemon/store/db.h"

enum { SESSION_CACHE = 20000 };

struct session {
    uint8_t mac[32];
    int64_t user_id; /* 0: a local tool */
    enum role role;
    char login[65];
    char name[481];
    char actor[32]; /* for the audit log: "person:7", "local:0" */
    int64_t made_us, seen_us, stored_seen_us;
    bool ended;
    int refs; /* sockets hold one while they are open */
};

struct sessions;

struct sessions *sessions_new(struct loop *loop, struct db *db, const uint8_t key[32]);
void sessions_free(struct sessions *sessions);

/* Finds who sent the request and calls on_known(data, session): NULL when nobody is
 * signed in, the database's silence is `lost`. May call at once or later. */
void session_find(struct sessions *sessions, struct request *r,
                  void (*on_known)(struct request *r, struct session *session, bool lost));

/* Makes a session for the person; writes its cookie token and calls on_made when it is
 * stored (false: the database did not take it). */
struct new_session {
    int64_t user_id;
    enum role role;
    const char *login, *name, *address;
};
void session_make(struct sessions *sessions, const struct new_session *who,
                  void (*on_made)(void *data, const char *token), void *data);

/* Ends one, or all of a person's but one (keep may be NULL), here and in the database. */
void session_end(struct sessions *sessions, struct session *session);
void session_end_all(struct sessions *sessions, int64_t user_id, const struct session *keep);

/* A hold keeps the struct while it is in use elsewhere; ended sessions say so. */
struct session *session_hold(struct session *session);
void session_release(struct session *session);

/* Whether it still counts now; a use of it is noted. */
bool session_is_valid(struct session *session);

/* Tells the database of the last use, once a minute at most, so that a restart signs nobody
 * out who was there. */
void session_note_use(struct sessions *sessions, struct session *session);

#endif
