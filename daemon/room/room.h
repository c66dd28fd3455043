/* room.h - a lesson that somebody is in: its members, boards and chat
 *
 * Belongs to one loop, so nothing here locks. A room is made when the first page asks
 * for it, loads what the database has, and goes a minute after the last one left. What
 * is durable goes out once per turn of the loop: whole commits, one frame for all.
 * When the database refuses what was accepted here, the room's picture is wrong: it
 * breaks, sends everybody away to come back, and the next one is loaded anew.
 */
#ifndef M4_DAEMON_ROOM_ROOM_H
#define M4_DAEMON_ROOM_ROOM_H

#include "daemon/guard/session.h"
#include "daemon/net/socket.h"
#include "daemon/room/board.h"

enum { ROOM_BOARDS = 20, ROOM_CHAT_CHARS = 2000, ROOM_CHATS_AT_JOIN = 200, ROOM_MEMBERS = 400 };

enum room_state { ROOM_LOADING, ROOM_OPEN, ROOM_BROKEN };
enum lesson_status { LESSON_SCHEDULED, LESSON_LIVE, LESSON_COMPLETED, LESSON_CANCELLED };

struct page; /* page.h: one socket */

/* How far a member has followed a board. */
struct follow {
    int64_t sent;  /* last version it was sent */
    bool started;  /* said hello */
    bool behind;   /* being caught up; broadcasts wait */
    bool fetching; /* the database is asked for what the tail has no more */
};

struct member {
    struct member *next; /* in the room */
    struct member *next_of_page;
    struct room *room;
    struct page *page;
    char client[CLIENT_HEX + 1];
    enum role role; /* in this lesson */
    struct follow follows[ROOM_BOARDS];
};

struct chat_client {
    char id[CLIENT_HEX + 1];
    int64_t person_id; /* who used it first: nobody else may */
    int64_t last;
};

struct room {
    struct room *next; /* in the directory's bucket */
    int64_t id;
    enum room_state state;
    enum lesson_status status;
    bool stepped; /* the status is of a step taken since: newer than what loading reads */
    int64_t teacher_id;
    char title[801];
    struct member *members;
    size_t member_count;
    struct board *boards[ROOM_BOARDS];
    size_t board_count;
    size_t loaded; /* boards whose log is read */
    int64_t chat_head;
    struct strmap chat_clients;
    size_t pending;                    /* entries at the writer */
    size_t waiting;                    /* others that need it open: joins, snapshots */
    struct entry *fresh, **fresh_last; /* durable, to go out at the end of this turn */
    struct chore chore;
    struct timer idle_timer;
    struct load *loads; /* who waits for it to open */
};

/* A new room; loading begins at once. */
struct room *room_new(int64_t lesson_id);
void room_free(struct room *room);

/* Calls on_open when the room is open, at once or later; NULL when it could not be. */
void room_when_open(struct room *room, void (*on_open)(void *data, struct room *room), void *data);

struct board *room_board(const struct room *room, int64_t board_id, size_t *ret_index);

/* A page came in: presence is told, the answer is welcome and what was said meanwhile. */
void room_join(struct room *room, struct page *page, const char *client, int64_t chat_cursor);
void room_leave(struct member *member);

/* The page's place on a board; catches it up. */
void room_hello(struct member *member, const struct m4_json *hello);

/* Operations of one page, in order. `whole` is how many of them passed the schema; detail
 * says what is wrong with the next one (NULL: all are fine). */
void room_ops(struct member *member, const struct m4_json *message, size_t whole,
              const char *detail);

void room_chat(struct member *member, const struct m4_json *message);

/* Passes a volatile message on: live ink, a pointer. */
void room_volatile(struct member *member, const struct m4_json *message);

/* More room in the page's outbox: those who are behind get their next part. */
void room_drained(struct member *member);

void room_set_status(struct room *room, enum lesson_status status);

size_t room_people(const struct room *room);

#endif
