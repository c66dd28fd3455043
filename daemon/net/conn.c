#include "daemon/net/conn.h"

#include <stdio.h>
#include <string.h>

#include "lib/clock.h"

enum { BUCKETS = 1024 };

struct address {
    struct address *next; /* in the bucket */
    char text[46];
    size_t unsigned_, signed_in, waiting;
    struct conn *line, *line_end;
};

struct conn_table {
    struct conn_limits limits;
    conn_cb *on_turn;
    size_t count;
    struct address *buckets[BUCKETS];
};

struct conn_table *conn_table_new(const struct conn_limits *limits, conn_cb *on_turn)
{
    struct conn_table *t = calloc(1, sizeof(*t));
    if (!t)
        abort();
    t->limits = *limits;
    t->on_turn = on_turn;
    return t;
}

void conn_table_free(struct conn_table *t)
{
    free(t);
}

static size_t bucket_of(const char *address)
{
    size_t h = 1469598103934665603u;
    for (; *address; address++)
        h = (h ^ (unsigned char)*address) * 1099511628211u;
    return h % BUCKETS;
}

static struct address *find_address(struct conn_table *t, const char *text)
{
    struct address **bucket = &t->buckets[bucket_of(text)];
    for (struct address *a = *bucket; a; a = a->next)
        if (!strcmp(a->text, text))
            return a;
    struct address *a = calloc(1, sizeof(*a));
    if (!a)
        abort();
    snprintf(a->text, sizeof(a->text), "%s", text);
    a->next = *bucket;
    *bucket = a;
    return a;
}

static void forget_address(struct conn_table *t, struct address *a)
{
    if (a->unsigned_ || a->signed_in || a->waiting)
        return;
    struct address **at = &t->buckets[bucket_of(a->text)];
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

static void join_line(struct address *a, struct conn *c)
{
    c->waiting = true;
    c->prev = a->line_end;
    if (a->line_end)
        a->line_end->next = c;
    else
        a->line = c;
    a->line_end = c;
    a->waiting++;
}

static void leave_line(struct address *a, struct conn *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        a->line = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        a->line_end = c->prev;
    c->next = c->prev = NULL;
    c->waiting = false;
    a->waiting--;
}

struct conn *conn_open(struct conn_table *t, enum via via, const char *address, uid_t uid)
{
    bool local = via == VIA_LOCAL;
    if (!local && conn_is_full(t))
        return NULL;
    struct address *a = local ? NULL : find_address(t, address);
    if (a && a->waiting + a->unsigned_ + a->signed_in >= (size_t)t->limits.signed_in) {
        forget_address(t, a);
        return NULL;
    }
    struct conn *c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    *c = (struct conn){.table = t, .from = a, .via = via, .uid = uid, .since_ms = m4_mono_ms()};
    snprintf(c->address, sizeof(c->address), "%s", local ? "local" : address);
    t->count++;
    if (a && a->unsigned_ >= (size_t)t->limits.unsigned_)
        join_line(a, c);
    else if (a)
        a->unsigned_++;
    return c;
}

/* A place among the unsigned came free: the first in line takes it. on_turn may close it,
 * and with it the address may go: the caller looks at neither any more. */
static void next_turn(struct conn_table *t, struct address *a)
{
    struct conn *c = a->line;
    if (!c || a->unsigned_ >= (size_t)t->limits.unsigned_) {
        forget_address(t, a);
        return;
    }
    leave_line(a, c);
    a->unsigned_++;
    t->on_turn(c);
}

void conn_close(struct conn *c)
{
    struct conn_table *t = c->table;
    struct address *a = c->from;
    t->count--;
    if (a && c->waiting)
        leave_line(a, c);
    else if (a && c->signed_in)
        a->signed_in--;
    else if (a)
        a->unsigned_--;
    free(c);
    if (a)
        next_turn(t, a);
}

bool conn_sign_in(struct conn *c)
{
    struct address *a = c->from;
    if (c->signed_in || !a)
        return true;
    if (a->signed_in >= (size_t)c->table->limits.signed_in)
        return false;
    c->signed_in = true;
    a->signed_in++;
    a->unsigned_--;
    next_turn(c->table, a);
    return true;
}

bool conn_is_wanted(const struct conn *c)
{
    return c->from && !c->signed_in && c->from->waiting;
}

struct conn *conn_oldest_waiting(struct conn_table *t, int64_t before_ms)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct address *a = t->buckets[i]; a; a = a->next)
            if (a->line && a->line->since_ms < before_ms)
                return a->line;
    return NULL;
}

size_t conn_count(const struct conn_table *t)
{
    return t->count;
}

bool conn_is_full(const struct conn_table *t)
{
    return t->count >= (size_t)t->limits.total;
}
