/* page.h - one page's socket: who it is, which lessons it looks at, how fast it may talk */
#ifndef M4_DAEMON_ROOM_PAGE_H
#define M4_DAEMON_ROOM_PAGE_H

#include "daemon/guard/throttle.h"
#include "daemon/room/room.h"

enum { PAGE_LESSONS = 4 };

typedef void page_message_cb(struct page *page, const char *text, size_t len);

struct page {
    uint64_t id;             /* never used again */
    struct page *next, **at; /* all open pages */
    struct socket *socket;
    page_message_cb *on_message;
    struct session *session; /* held */
    struct member *members;  /* its lessons */
    struct bucket durable, volatile_;
    bool held; /* the writer is behind: nothing is read */
};

/* Upgrades a request that has a session and our own origin; its messages go to on_message. */
void page_open(struct request *r, struct session *session, page_message_cb *on_message);

/* Sends one message that a jw wrote into b; nothing when the page is going. */
void page_say(struct page *page, const struct m4_buf *b);

/* err {of, code, detail} */
void page_refuse(struct page *page, const char *of, const char *code, const char *detail);

/* The open page of that id, NULL when it went. */
struct page *page_by_id(uint64_t id);

struct member *page_member(const struct page *page, int64_t lesson_id);
struct member *page_member_of_board(const struct page *page, int64_t board_id);

/* Stops reading from the page until pages_calm(). */
void page_hold(struct page *page);
void pages_calm(void);

/* Sends away whose session ended; called now and then. */
void pages_check_sessions(void);

size_t pages_count(void);

#endif
