#include "daemon/room/snapshot.h"

#include <zlib.h>

#include "daemon/app.h"
#include "daemon/net/worker.h"

enum { SNAPSHOT_BYTES = 128 * 1024 * 1024 };

struct making {
    struct job job;
    struct snapshot *snapshot;
    void (*on_made)(void *data, struct snapshot *snapshot);
    void *data;
};

void snapshot_unref(struct snapshot *s)
{
    if (!s || --s->refs)
        return;
    free(s->json);
    free(s->deflated);
    free(s);
}

void snapshot_drop(struct board *b)
{
    snapshot_unref(M4_TAKE(b->snapshot));
}

static void deflate_now(struct job *job)
{
    struct snapshot *s = ((struct making *)job)->snapshot;
    uLongf len = compressBound(s->json_len);
    uint8_t *out = malloc(len);
    if (!out || compress2(out, &len, (const Bytef *)s->json, s->json_len, 6) != Z_OK)
        abort();
    s->deflated = out;
    s->deflated_len = len;
}

static void on_deflated(struct job *job)
{
    struct making m = *(struct making *)job;
    free(job);
    m.on_made(m.data, m.snapshot);
}

void snapshot_make(struct board *b, void (*on_made)(void *data, struct snapshot *snapshot),
                   void *data)
{
    if (b->snapshot && b->snapshot->version == b->stored && b->snapshot->deflated) {
        b->snapshot->refs++;
        on_made(data, b->snapshot);
        return;
    }
    struct m4_buf text = M4_BUF(SNAPSHOT_BYTES);
    board_write_snapshot(b, &text);
    struct snapshot *s = calloc(1, sizeof(*s));
    struct making *m = calloc(1, sizeof(*m));
    if (!s || !m || text.failed)
        abort();
    s->version = b->stored;
    s->json_len = text.len;
    s->json = m4_buf_take(&text);
    *m = (struct making){.job = {.run = deflate_now, .done = on_deflated}, .snapshot = s,
                         .on_made = on_made, .data = data};
    s->refs = 2; /* the board's and the caller's */
    if (!workers_run(app.workers, &m->job)) {
        free(m);
        s->refs = 1;
        snapshot_unref(s);
        on_made(data, NULL);
        return;
    }
    snapshot_drop(b);
    b->snapshot = s;
}
