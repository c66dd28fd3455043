/* writer.h - board operations and chat lines into the database, many to a commit
 *
 * Self-clocked group commit: what gathered while the last commit ran goes out as
 * one transaction of at most WRITER_BATCH entries, one in flight. An entry's done()
 * is called when it is durable, in the order put. A connection lost in mid-commit
 * leaves the outcome unknown: the batch is sent again, and rows that are there
 * already count as stored when they are the same. A batch the database refuses is
 * halved until the entry at fault stands alone; that one is refused, and with it what
 * its owner put behind it.
 */
#ifndef M4_DAEMON_STORE_WRITER_H
#define M4_DAEMON_STORE_WRITER_H

#include "daemon/net/loop.h"

enum {
    WRITER_BATCH = 512,
    WRITER_BATCH_BYTES = 256 * 1024,
    WRITER_PAUSE = 2000,
    WRITER_FULL = 20000
};

enum { CLIENT_HEX = 24, ELEMENT_CHARS = 40 };

struct entry;
typedef void entry_cb(struct entry *entry, bool stored);

struct entry {
    struct entry *next;
    entry_cb *done;  /* then owns the entry again */
    void *owner;     /* the room */
    uint64_t author; /* the page it came from */
    bool is_chat;
    int64_t place;  /* board id, or lesson id */
    int64_t number; /* version, or chat id: 1, 2, 3 ... */
    char client[CLIENT_HEX + 1];
    int64_t seq, lamport, person_id, made_us;
    char element[ELEMENT_CHARS + 1];
    uint32_t text_len;
    char text[]; /* fields as JSON; or the words, then the author's name; NUL-terminated */
};

struct writer;

/* on_calm is called when the queue fell below WRITER_PAUSE again. */
struct writer *writer_new(struct loop *loop, const char *conninfo, void (*on_calm)(void));
void writer_free(struct writer *writer);

/* Takes the entry. */
void writer_put(struct writer *writer, struct entry *entry);

size_t writer_queue(const struct writer *writer);
bool writer_is_up(const struct writer *writer);

/* 95th percentile of the last 200 commits, in microseconds from send to durable. */
int64_t writer_commit_us(const struct writer *writer);

#endif
