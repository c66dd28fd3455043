/* peer.h - one connection of fanref, and the bytes that wait for it
 *
 * Plain, each delivery is one send(); with `peer_coalesce` what a peer gets in one turn of the
 * event loop goes out in one write, at peer_flush_all(). The struct of a peer that is gone
 * stays behind (fd -1): it may be on the list of those to flush, and fanref does not live long.
 */
#ifndef M4_BENCH_FANREF_PEER_H
#define M4_BENCH_FANREF_PEER_H

#include <stdbool.h>
#include <stddef.h>

enum { PEER_HELD_BYTES = 512 };

struct room;

struct peer {
    int fd;
    bool open; /* upgraded */
    struct room *room;
    int slot; /* in its room */
    unsigned char *in;
    size_t in_len, in_cap;
    unsigned char held[PEER_HELD_BYTES]; /* kept back to be swapped with the next (fault.h) */
    size_t held_len;
    unsigned long unanswered; /* messages since the last cumulative acknowledgement */
    /* peer.c's */
    bool dirty, waiting;
    unsigned char *out;
    size_t out_len, out_cap;
    struct peer *next_dirty;
};

extern bool peer_coalesce;
extern int peer_epoll;

struct peer *peer_new(int fd);
void peer_close(struct peer *p);

/* Reads once; false when there is nothing new to look at. */
bool peer_read(struct peer *p);
void peer_consume(struct peer *p, size_t n);

void peer_put(struct peer *p, const unsigned char *data, size_t n);
void peer_flush(struct peer *p);
void peer_flush_all(void);

#endif
