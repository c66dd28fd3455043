#include "tests/bench/fanref/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/wsframe.h"
#include "tests/bench/fanref/fault.h"

enum { LARGEST = 65535, KEY_CHARS = 24, CLOSE = 8 };

struct room {
    char name[128];
    struct peer **member;
    int n, cap;
    struct room *next;
};

struct room_manner room_manner;
static struct room *rooms;

static struct room *find_room(const char *name)
{
    struct room *r = rooms;
    while (r && strcmp(r->name, name) != 0)
        r = r->next;
    if (r)
        return r;
    r = calloc(1, sizeof(*r));
    if (!r)
        abort();
    snprintf(r->name, sizeof(r->name), "%s", name);
    r->next = rooms;
    return rooms = r;
}

static void enter(struct peer *p, struct room *r)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 32;
        r->member = realloc(r->member, sizeof(struct peer *) * (size_t)r->cap);
        if (!r->member)
            abort();
    }
    p->slot = r->n;
    r->member[r->n++] = p;
    p->room = r;
    p->open = true;
}

void room_leave(struct peer *p)
{
    struct room *r = p->room;
    r->member[p->slot] = r->member[--r->n];
    r->member[p->slot]->slot = p->slot;
    p->room = NULL;
}

struct peer *room_stranger(const struct peer *p)
{
    for (struct room *r = rooms; r; r = r->next)
        if (r != p->room && r->n)
            return r->member[0];
    return NULL;
}

static void upgrade(struct peer *p)
{
    char path[128], accept[32], answer[256];
    p->in[p->in_len] = '\0'; /* peer_read leaves a byte for it */
    char *text = (char *)p->in, *end = strstr(text, "\r\n\r\n");
    if (!end)
        return;
    const char *key = strcasestr(text, "sec-websocket-key:");
    if (!key || key > end || sscanf(text, "GET %127s", path) != 1) {
        peer_close(p);
        return;
    }
    key += 18 + strspn(key + 18, " ");
    m4_ws_accept(key, strnlen(key, KEY_CHARS), accept);
    int n = snprintf(answer, sizeof(answer),
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                     accept);
    if (send(p->fd, answer, (size_t)n, MSG_NOSIGNAL) != n) {
        peer_close(p);
        return;
    }
    peer_consume(p, (size_t)(end - text) + 4);
    enter(p, find_room(path));
}

/* A cumulative acknowledgement of the message whose marker stands in the frame. */
static void ack_up_to(struct peer *p, const unsigned char *frame, size_t n)
{
    char text[64], digits[9] = "";
    const unsigned char *m = memmem(frame, n, "~wsf", 4);
    if (!m || (size_t)(frame + n - m) < 24 || ++p->unanswered < room_manner.ack_every)
        return;
    p->unanswered = 0;
    memcpy(digits, m + 16, 8);
    int len = snprintf(text + 2, sizeof(text) - 2, "{\"t\":\"ack\",\"s\":%lu}",
                       strtoul(digits, NULL, 16) + 1);
    text[0] = (char)0x81;
    text[1] = (char)len;
    fault_deliver(p, (unsigned char *)text, (size_t)len + 2);
}

static void message(struct peer *p, const unsigned char *frame, size_t n)
{
    fault_stall();
    if (room_manner.ack_every) {
        ack_up_to(p, frame, n);
    } else if (room_manner.ack) {
        fault_deliver(p, frame, n);
    } else {
        for (int i = 0; i < p->room->n; i++)
            if (room_manner.echo || p->room->member[i] != p)
                fault_deliver(p->room->member[i], frame, n);
    }
}

/* One frame at the beginning of what came: its bytes, 0 when it is not whole. */
static size_t take_frame(struct peer *p, const unsigned char *f, size_t n)
{
    static unsigned char frame[LARGEST + 4]; /* as it goes out: without a mask */
    if (n < 6)
        return 0;
    size_t len = f[1] & 127, head = 2, h;
    if (len == 127) {
        peer_close(p);
        return 0;
    }
    if (len == 126) {
        len = (size_t)f[2] << 8 | f[3];
        head = 4;
    }
    if (n < head + 4 + len)
        return 0;
    const unsigned char *key = f + head, *d = key + 4;
    h = len < 126 ? 2 : 4;
    frame[0] = f[0];
    frame[1] = (unsigned char)(len < 126 ? len : 126);
    frame[2] = (unsigned char)(len >> 8);
    frame[3] = (unsigned char)len;
    for (size_t i = 0; i < len; i++)
        frame[h + i] = d[i] ^ key[i & 3];
    if ((f[0] & 15) == CLOSE) {
        peer_close(p);
        return 0;
    }
    if ((f[0] & 15) < 3)
        message(p, frame, h + len);
    return head + 4 + len;
}

void room_take(struct peer *p)
{
    if (!p->open)
        upgrade(p);
    if (!p->open || p->fd < 0)
        return;
    size_t used = 0, n;
    while (p->fd >= 0 && (n = take_frame(p, p->in + used, p->in_len - used)))
        used += n;
    if (p->fd >= 0)
        peer_consume(p, used);
}
