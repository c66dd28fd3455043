#include "daemon/net/outbox.h"

#include <string.h>

static void grow(struct outbox *o)
{
    uint16_t room = o->room ? (uint16_t)(o->room * 2) : 4;
    struct frame **ring = malloc(room * sizeof(struct frame *));
    if (!ring)
        abort();
    for (size_t i = 0; i < o->count; i++)
        ring[i] = outbox_at(o, i);
    free(o->ring);
    o->ring = ring;
    o->room = room;
    o->first = 0;
}

enum outbox_verdict outbox_push(struct outbox *o, struct frame *frame, bool is_volatile)
{
    size_t share = is_volatile ? 2 : 1;
    if (o->count >= OUTBOX_FRAMES / share || o->bytes + frame->len > OUTBOX_BYTES / share)
        return is_volatile ? OUTBOX_DROPPED : OUTBOX_FULL;
    if (o->count == o->room)
        grow(o);
    o->ring[(o->first + o->count++) % o->room] = frame_ref(frame);
    o->bytes += frame->len;
    return OUTBOX_TAKEN;
}

struct frame *outbox_at(const struct outbox *o, size_t i)
{
    return o->ring[(o->first + i) % o->room];
}

void outbox_drop(struct outbox *o, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct frame *f = outbox_at(o, i);
        o->bytes -= f->len;
        frame_unref(f);
    }
    o->count = (uint16_t)(o->count - n);
    o->first = o->room ? (uint16_t)((o->first + n) % o->room) : 0;
    if (!o->count) {
        free(o->ring);
        *o = (struct outbox){0};
    }
}

void outbox_done(struct outbox *o)
{
    outbox_drop(o, o->count);
}
