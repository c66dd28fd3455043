#include "tests/bench/wsfan/frame.h"

#include <string.h>

#include "tests/bench/wsfan/ack.h"
#include "tests/bench/wsfan/marker.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tally.h"
#include "tests/bench/wsfan/template.h"

enum { LARGEST = 64 << 20 };
enum { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

void frame_put(struct buf *out, int opcode, const unsigned char *p, size_t n)
{
    unsigned char *start = buf_room(out, n + 14), *q = start, key[4];
    uint64_t chance = tool_random();
    memcpy(key, &chance, sizeof(key));
    *q++ = (unsigned char)(0x80 | opcode);
    if (n < 126) {
        *q++ = (unsigned char)(0x80 | n);
    } else {
        int bytes = n < 65536 ? 2 : 8;
        *q++ = bytes == 2 ? 0x80 | 126 : 0x80 | 127;
        for (int i = bytes - 1; i >= 0; i--)
            *q++ = (unsigned char)((uint64_t)n >> (8 * i));
    }
    memcpy(q, key, sizeof(key));
    q += sizeof(key);
    for (size_t i = 0; i < n; i++)
        q[i] = p[i] ^ key[i & 3];
    out->len += (size_t)(q - start) + n;
}

void frame_join(struct conn *c)
{
    while (c->state == CONN_JOIN && c->step < opt.n_join && opt.join[c->step].kind != JOIN_EXPECT) {
        const struct join_step *j = &opt.join[c->step++];
        conn_send(c, j->text, j->kind == JOIN_BINARY, tool_now_ns());
    }
    if (c->state == CONN_JOIN && c->step == opt.n_join) {
        c->state = CONN_READY;
        conns.opening--;
        conns.ready++;
    }
}

static void join_answer(struct conn *c, const unsigned char *p, size_t n)
{
    static struct buf wanted;
    wanted.len = 0;
    template_render(&wanted, opt.join[c->step].text, c, 0);
    if (!memmem(p, n, wanted.p, wanted.len))
        return;
    c->step++;
    frame_join(c);
}

static void message(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns)
{
    tally.c.frames_in++;
    if (opt.reply_to && n == strlen(opt.reply_to) && !memcmp(p, opt.reply_to, n)) {
        frame_put(&c->out, TEXT, (const unsigned char *)opt.reply_with, strlen(opt.reply_with));
        conn_flush(c);
    } else if (c->state == CONN_JOIN) {
        join_answer(c, p, n);
    } else if (tally.in_phase && (!opt.match || memmem(p, n, opt.match, strlen(opt.match)))) {
        if (opt.ack_field)
            ack_take(c, p, n, now_ns);
        else
            marker_take(c, p, n, now_ns);
    }
}

struct frame {
    int op;
    bool fin;
    const unsigned char *p;
    size_t n;
};

/* The frame at the beginning: its bytes in all, 0 when there are too few, -1 when illegal. */
static ssize_t read_frame(const unsigned char *f, size_t n, struct frame *ret)
{
    if (n < 2)
        return 0;
    uint64_t len = f[1] & 127;
    size_t head = len == 126 ? 4 : len == 127 ? 10 : 2;
    if (n < head)
        return 0;
    if (head > 2) {
        len = 0;
        for (size_t i = 2; i < head; i++)
            len = len << 8 | f[i];
    }
    if (f[0] & 0x70 || f[1] & 0x80 || len > LARGEST)
        return -1;
    if (n - head < len)
        return 0;
    *ret = (struct frame){f[0] & 15, f[0] & 0x80, f + head, len};
    return (ssize_t)(head + len);
}

/* False when the server said goodbye. */
static bool do_frame(struct conn *c, const struct frame *f, uint64_t now_ns)
{
    switch (f->op) {
    case CLOSE:
        frame_put(&c->out, CLOSE, f->p, f->n);
        conn_flush(c);
        if (c->state != CONN_CLOSED)
            conn_fail(c, "closed by the server");
        return false;
    case PING:
        frame_put(&c->out, PONG, f->p, f->n);
        conn_flush(c);
        return true;
    case TEXT:
    case BINARY:
        c->fragments.len = 0;
        if (f->fin)
            message(c, f->p, f->n, now_ns);
        else
            buf_add(&c->fragments, f->p, f->n);
        return true;
    case CONTINUED:
        buf_add(&c->fragments, f->p, f->n);
        if (f->fin) {
            message(c, c->fragments.p, c->fragments.len, now_ns);
            buf_free(&c->fragments);
        }
        return true;
    default:
        return true;
    }
}

size_t frame_take(struct conn *c, const unsigned char *p, size_t n, uint64_t now_ns)
{
    size_t used = 0;
    while (c->state >= CONN_JOIN) {
        struct frame f;
        ssize_t bytes = read_frame(p + used, n - used, &f);
        if (bytes < 0) {
            tally.c.protocol_errors++;
            conn_fail(c, "illegal frame from the server");
            return n;
        }
        if (bytes == 0)
            break;
        if (!do_frame(c, &f, now_ns))
            return n;
        used += (size_t)bytes;
    }
    return used;
}
