#include "daemon/room/snapshot.h"

#include <zlib.h>

#include "daemon/app.h"
#include "daemon/net/worker.h"

enum { SNAPSHOT_BYTES = 128 * 1024 * 1024 };

struct waiter {
    struct waiter *next;
    void (*on_made)(void *data, struct snapshot *snapshot);
    void *data;
};

/* On its way through a worker, which touches `json` of the snapshot and `deflated` here. */
struct making {
    struct job job;
    struct snapshot *snapshot;
    struct waiter *waiters;
    uint8_t *deflated;
    size_t deflated_len;
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
    struct making *m = (struct making *)job;
    uLongf len = compressBound(m->snapshot->json_len);
    uint8_t *out = malloc(len);
    if (!out ||
        compress2(out, &len, (const Bytef *)m->snapshot->json, m->snapshot->json_len, 6) != Z_OK)
        abort();
    m->deflated = out;
    m->deflated_len = len;
}

static void on_deflated(struct job *job)
{
    struct making *m = (struct making *)job;
    struct snapshot *s = m->snapshot;
    s->deflated = m->deflated;
    s->deflated_len = m->deflated_len;
    s->making = NULL;
    while (m->waiters) {
        struct waiter *w = m->waiters;
        m->waiters = w->next;
        s->refs++;
        w->on_made(w->data, s);
        free(w);
    }
    snapshot_unref(s);
    free(m);
}

static void wait_for(struct making *m, void (*on_made)(void *data, struct snapshot *snapshot),
                     void *data)
{
    struct waiter *w = malloc(sizeof(*w));
    if (!w)
        abort();
    *w = (struct waiter){m->waiters, on_made, data};
    m->waiters = w;
}

/* The board's state now, and the job that compresses it. */
static struct making *begin(const struct board *b)
{
    struct m4_buf text = M4_BUF(SNAPSHOT_BYTES);
    board_write_snapshot(b, &text);
    struct snapshot *s = calloc(1, sizeof(*s));
    struct making *m = calloc(1, sizeof(*m));
    if (!s || !m || text.failed)
        abort();
    *s = (struct snapshot){.refs = 1, .version = b->stored, .json_len = text.len, .making = m};
    s->json = m4_buf_take(&text);
    *m = (struct making){.job = {.run = deflate_now, .done = on_deflated}, .snapshot = s};
    return m;
}

void snapshot_make(struct board *b, void (*on_made)(void *data, struct snapshot *snapshot),
                   void *data)
{
    struct snapshot *kept = b->snapshot && b->snapshot->version == b->stored ? b->snapshot : NULL;
    if (kept && kept->making) {
        wait_for(kept->making, on_made, data);
        return;
    }
    if (kept) {
        kept->refs++;
        on_made(data, kept);
        return;
    }
    struct making *m = begin(b);
    if (!workers_run(app.workers, &m->job)) {
        snapshot_unref(m->snapshot);
        free(m);
        on_made(data, NULL);
        return;
    }
    wait_for(m, on_made, data);
    snapshot_drop(b);
    b->snapshot = m->snapshot;
    b->snapshot->refs++;
}
