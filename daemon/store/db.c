#include "daemon/store/db.h"

#include <stdio.h>
#include <string.h>

enum { PIPELINE = 8 }; /* queries under way on one link */

struct query {
    struct query *next;
    struct db *db;
    struct stmt *stmt;
    link_cb *cb;
    void *data;
    const char *values[DB_TEXT_PARAMS];
    char text[]; /* the values themselves */
};

struct db {
    struct loop *loop;
    struct link *links[DB_LINKS];
    struct query *first, **last;
    size_t queued;
    struct chore chore; /* hands out what waits, or fails it */
};

static void on_answer(void *data, const PGresult *result, const char *sqlstate)
{
    struct query *q = data;
    q->cb(q->data, result, sqlstate);
    if (q->db->first)
        loop_chore(q->db->loop, &q->db->chore);
    free(q);
}

static struct link *least_busy(struct db *db)
{
    struct link *best = NULL;
    for (size_t i = 0; i < DB_LINKS; i++) {
        struct link *l = db->links[i];
        if (link_is_up(l) && (!best || link_pending(l) < link_pending(best)))
            best = l;
    }
    return best;
}

static struct query *take_first(struct db *db)
{
    struct query *q = db->first;
    db->first = q->next;
    if (!db->first)
        db->last = &db->first;
    db->queued--;
    return q;
}

static void tell_lost(struct query *q)
{
    q->cb(q->data, NULL, "");
    free(q);
}

static void hand_out(struct chore *chore)
{
    struct db *db = M4_OBJECT_OF(chore, struct db, chore);
    /* Who asks again when told is answered in the next turn: no turn is endless. */
    for (size_t over = db->queued; over > DB_QUEUE; over--)
        tell_lost(take_first(db)); /* the oldest have waited longest */
    for (size_t most = db->queued; db->first && most; most--) {
        struct link *l = least_busy(db);
        if (!l) {
            tell_lost(take_first(db));
            continue;
        }
        if (link_pending(l) >= PIPELINE * 3)
            return; /* on_answer comes back here */
        struct query *q = take_first(db);
        struct param params[DB_TEXT_PARAMS];
        for (int i = 0; i < q->stmt->params; i++)
            params[i] = (struct param){.value = q->values[i]};
        link_send(l, q->stmt, params, true, on_answer, q);
    }
}

static void on_up(void *data, bool up)
{
    (void)up;
    struct db *db = data;
    if (db->first)
        loop_chore(db->loop, &db->chore);
}

struct db *db_new(struct loop *loop, const char *conninfo)
{
    struct db *db = calloc(1, sizeof(*db));
    if (!db)
        abort();
    db->loop = loop;
    db->last = &db->first;
    db->chore.run = hand_out;
    for (size_t i = 0; i < DB_LINKS; i++)
        db->links[i] = link_new(loop, conninfo, i ? "m4shd reader 2" : "m4shd reader 1", on_up, db);
    return db;
}

void db_free(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < DB_LINKS; i++)
        link_free(db->links[i]);
    while (db->first)
        tell_lost(take_first(db));
    free(db);
}

void db_query(struct db *db, struct stmt *stmt, const char *const *values, link_cb *cb, void *data)
{
    size_t bytes = 0;
    for (int i = 0; i < stmt->params; i++)
        bytes += values[i] ? strlen(values[i]) + 1 : 0;
    struct query *q = malloc(sizeof(*q) + bytes);
    if (!q)
        abort();
    *q = (struct query){.db = db, .stmt = stmt, .cb = cb, .data = data};
    char *at = q->text;
    for (int i = 0; i < stmt->params; i++) {
        q->values[i] = values[i] ? at : NULL;
        if (values[i])
            at = stpcpy(at, values[i]) + 1;
    }
    *db->last = q;
    db->last = &q->next;
    db->queued++;
    loop_chore(db->loop, &db->chore);
}

bool db_is_up(const struct db *db)
{
    for (size_t i = 0; i < DB_LINKS; i++)
        if (link_is_up(db->links[i]))
            return true;
    return false;
}

size_t db_queue(const struct db *db)
{
    return db->queued;
}

const char *db_number(int64_t number, char *buf)
{
    snprintf(buf, 24, "%lld", (long long)number);
    return buf;
}
