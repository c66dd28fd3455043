/* player_in.h - what a player makes of each message from the server
 *
 * The half of player.h that listens. No I/O: bytes of one message in, the player's state
 * changed, or an error that names the broken rule.
 */
#ifndef M4_TOOLS_PLAYER_IN_H
#define M4_TOOLS_PLAYER_IN_H

#include "tools/player.h"

enum player_in { PLAYER_IN_OTHER, PLAYER_IN_WELCOME, PLAYER_IN_OPS, PLAYER_IN_ACK, PLAYER_IN_CHAT };

/* 0 and what it was, or -EPROTO, -ENOMEM. */
M4_MUST_CHECK int player_in_take(struct player *p, const char *text, size_t len,
                                 enum player_in *ret_what, struct m4_err *err);

#endif
