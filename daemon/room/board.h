/* board.h - one whiteboard's state: registers, clients, versions
 *
 * Pure: no socket, no database. An operation is accepted (its place in the order is
 * fixed, head grows), and applied once it is durable (stored grows); what is shown to
 * anybody is what is applied. A register's winner is the greater lamport, then the
 * greater client id (docs/realtime/board_sync_v2.md).
 */
#ifndef M4_DAEMON_ROOM_BOARD_H
#define M4_DAEMON_ROOM_BOARD_H

#include "daemon/room/strmap.h"
#include "daemon/store/writer.h"
#include "lib/json.h"

enum {
    BOARD_ELEMENTS = 20000,
    BOARD_BYTES = 32 * 1024 * 1024, /* of all that is drawn; moving and erasing goes on */
    BOARD_POINTS = 2000,
    BOARD_TEXT = 2000,
    BOARD_OPS_A_FRAME = 200,
    BOARD_LOOK_BACK = 128,        /* how far a repeated operation is looked for */
    BOARD_TAIL = 1024,            /* operations kept for those who were away for a moment */
    BOARD_CLIENTS_A_PERSON = 200, /* browser profiles that drew here */
    BOARD_EPOCH_CHARS = 16,
    LAMPORT_LEAP = 1 << 20 /* how far ahead of the board a clock may be */
};

struct board_client {
    char id[CLIENT_HEX + 1];
    int64_t person_id;
    int64_t last;        /* sequence number accepted, or used up by a nack */
    int64_t accepted;    /* the last one that got a version */
    int64_t last_stored; /* the last one that is durable */
};

struct board {
    int64_t id;
    char epoch[BOARD_EPOCH_CHARS + 1];
    int64_t head;    /* last version given out */
    int64_t stored;  /* last version that is durable and applied */
    int64_t lamport; /* greatest seen */
    size_t bytes;    /* of the registers */
    size_t coming;   /* bytes accepted and not applied yet */
    struct strmap elements, clients;
    char *tail[BOARD_TAIL];    /* version v as JSON at v % BOARD_TAIL; the last ones */
    int64_t tail_from;         /* first version kept; 0: none */
    struct snapshot *snapshot; /* made last, for its version; see snapshot.h */
};

struct board *board_new(int64_t id, const char *epoch);
void board_free(struct board *board);

/* The client of that id, made when it is new. NULL: it is somebody else's, or this person
 * has too many. */
struct board_client *board_client(struct board *board, const char *id, int64_t person_id);

/* One operation as it came: checked against everything its schema cannot know. */
struct board_op {
    const char *client;
    int64_t seq, lamport, person_id;
    const char *element;
    const struct m4_json *fields;
    bool may_edit_others;
};

/* Why it cannot be: NULL when it can, "invalid", "denied" or "full" otherwise, with the
 * detail for people. */
const char *board_refuses(const struct board *board, const struct board_op *op,
                          const char **ret_detail);

/* Gives it the next version; returns an entry for the writer. board_refuses() said NULL. */
struct entry *board_accept(struct board *board, const struct board_op *op);

/* What the log says, in the order of versions: applies it, and keeps its text in the tail;
 * a version that is applied already changes nothing.
 * false when the fields are no JSON object (a damaged log). */
bool board_apply(struct board *board, const struct entry *op);

/* The JSON of version v, borrowed; NULL when the tail does not have it any more. */
const char *board_tail(const struct board *board, int64_t version);

/* The version under which (client, seq) is stored, when it is among the last
 * BOARD_LOOK_BACK; 0 otherwise. */
int64_t board_version_of(const struct board *board, const char *client, int64_t seq);

/* Writes an operation as it stands in an ops message. */
void board_write_op(struct m4_buf *out, const struct entry *op);

/* Writes the whole board: {"b", "e", "v", "els", "by"}. */
void board_write_snapshot(const struct board *board, struct m4_buf *out);

size_t board_elements(const struct board *board);

#endif
