/* player.h - one person in a lesson, as strict as a page should be
 *
 * Signs in over TLS, joins, draws, talks, loses the network and comes back. Everything the
 * server says is checked against docs/api.md on the way: versions without gaps, acks in
 * stream order, nobody else's words twice. What breaks a rule ends the step with an error
 * that says which. Each call waits until its deadline, a moment of m4_mono_ms().
 */
#ifndef M4_TOOLS_PLAYER_H
#define M4_TOOLS_PLAYER_H

#include "lib/buf.h"
#include "tools/fold.h"
#include "tools/ws_client.h"

enum { PLAYER_PENDING = 64, PLAYER_CLIENT = 25 };

struct player_op {
    int64_t seq, lamport;
    char element[32];
    char fields[160];
};

struct player {
    const char *who; /* for errors: "the teacher" */
    struct tls_target target;
    char cookie[512];
    char client[PLAYER_CLIENT]; /* client id */
    struct ws_client *ws;       /* NULL while away */
    int64_t lesson, board, version, next_seq, lamport;
    char epoch[17];
    struct fold *fold;
    struct player_op pending[PLAYER_PENDING]; /* sent, not acknowledged */
    size_t pending_count;
    int64_t chat_seq, chat_acked, chat_cursor;
    char heard[256];                      /* what somebody else said last */
    int64_t welcome_version, welcome_seq; /* of the board, as the last welcome had them */
};

/* Fresh client id and empty board; -ENOMEM. Give back with player_done(). */
M4_MUST_CHECK int player_init(struct player *p, const char *who, const struct tls_target *target,
                              struct m4_err *err);
void player_done(struct player *p);

M4_MUST_CHECK int player_sign_in(struct player *p, const char *login, const char *password,
                                 int64_t deadline_ms, struct m4_err *err);

/* Opens the socket, joins the lesson, says hello to its first board and catches up; what was
 * not acknowledged before is sent again unless the server has it. */
M4_MUST_CHECK int player_join(struct player *p, int64_t lesson, int64_t deadline_ms,
                              struct m4_err *err);

/* Sends `count` new strokes, one message each, without waiting. */
M4_MUST_CHECK int player_draw(struct player *p, int count, int64_t deadline_ms, struct m4_err *err);

/* Waits until everything sent is acknowledged. */
M4_MUST_CHECK int player_settle(struct player *p, int64_t deadline_ms, struct m4_err *err);

/* Waits until the board is at `version`. */
M4_MUST_CHECK int player_catch_up(struct player *p, int64_t version, int64_t deadline_ms,
                                  struct m4_err *err);

/* Says something and waits for its ack; waits until `text` is heard. */
M4_MUST_CHECK int player_say(struct player *p, const char *text, int64_t deadline_ms,
                             struct m4_err *err);
M4_MUST_CHECK int player_hear(struct player *p, const char *text, int64_t deadline_ms,
                              struct m4_err *err);

/* The network is gone, without a word. */
void player_vanish(struct player *p);

/* The board as HTTP gives it: its hash and version. */
M4_MUST_CHECK int player_snapshot(struct player *p, char out[FOLD_HASH], int64_t *ret_version,
                                  int64_t deadline_ms, struct m4_err *err);

#endif
