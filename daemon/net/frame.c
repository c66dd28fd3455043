#include "daemon/net/frame.h"

#include <string.h>

struct frame *frame_new(enum m4_ws_op op, const void *payload, size_t len)
{
    uint8_t header[14];
    size_t head = m4_ws_header(header, op, len, NULL);
    struct frame *f = malloc(sizeof(*f) + head + len);
    if (!f)
        abort();
    f->refs = 1;
    f->len = (uint32_t)(head + len);
    memcpy(f->bytes, header, head);
    if (len)
        memcpy(f->bytes + head, payload, len);
    return f;
}

struct frame *frame_ref(struct frame *f)
{
    __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
    return f;
}

void frame_unref(struct frame *f)
{
    if (f && __atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(f);
}
