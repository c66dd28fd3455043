#include "tools/player_in.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int on_welcome(struct player *p, const struct m4_json *m, struct m4_err *err)
{
    const struct m4_json *boards = m4_json_get(m, "boards");
    const struct m4_json *board = boards ? boards->child : NULL;
    const char *epoch = m4_json_text(board, "e", "");
    if (!board || strlen(epoch) != 16)
        return m4_fail(err, EPROTO, "welcome names no board");
    if (p->epoch[0] && strcmp(p->epoch, epoch) != 0)
        return m4_fail(err, EPROTO, "the board has another epoch than before");
    if (strcmp(m4_json_text(m, "status", ""), "live") != 0)
        return m4_fail(err, EPROTO, "the lesson is %s, not live", m4_json_text(m, "status", "?"));
    snprintf(p->epoch, sizeof(p->epoch), "%s", epoch);
    p->board = m4_json_number(board, "b", 0);
    p->welcome_version = m4_json_number(board, "v", -1);
    p->welcome_seq = m4_json_number(board, "s", -1);
    if (p->welcome_version < p->version)
        return m4_fail(err, EPROTO, "the board went back from version %lld to %lld",
                       (long long)p->version, (long long)p->welcome_version);
    return 0;
}

/* Removes the oldest pending operation, which must be `seq`. */
static int take_pending(struct player *p, int64_t seq, struct player_op *ret_op, struct m4_err *err)
{
    if (!p->pending_count || p->pending[0].seq != seq)
        return m4_fail(err, EPROTO, "operation %lld came back, but was not waited for",
                       (long long)seq);
    *ret_op = p->pending[0];
    memmove(p->pending, p->pending + 1, --p->pending_count * sizeof(p->pending[0]));
    return 0;
}

static int apply_own(struct player *p, int64_t seq, struct m4_err *err)
{
    struct player_op op;
    m4_autodoc struct m4_doc *doc = NULL;
    int rc = take_pending(p, seq, &op, err);
    if (rc == 0)
        rc = m4_json_parse(op.fields, strlen(op.fields), 0, &doc, err);
    if (rc == 0)
        rc = fold_apply(p->fold, op.element, m4_doc_root(doc), op.lamport, p->client, err);
    if (rc == 0)
        p->version++;
    return rc;
}

static int apply_op(struct player *p, const struct m4_json *op, struct m4_err *err)
{
    int64_t version = m4_json_number(op, "v", -1), lamport = m4_json_number(op, "l", 0);
    const char *client = m4_json_text(op, "c", "");
    if (version != p->version + 1)
        return m4_fail(err, EPROTO, "version %lld came after %lld", (long long)version,
                       (long long)p->version);
    if (!strcmp(client, p->client))
        return apply_own(p, m4_json_number(op, "s", 0), err);
    if (lamport > p->lamport)
        p->lamport = lamport;
    p->version = version;
    return fold_apply(p->fold, m4_json_text(op, "e", ""), m4_json_get(op, "f"), lamport, client,
                      err);
}

static int on_ops(struct player *p, const struct m4_json *m, struct m4_err *err)
{
    const struct m4_json *list = m4_json_get(m, "o");
    int rc = list && list->child ? 0 : m4_fail(err, EPROTO, "ops without operations");
    for (const struct m4_json *op = rc == 0 ? list->child : NULL; rc == 0 && op; op = op->next)
        rc = apply_op(p, op, err);
    return rc;
}

static int on_ack(struct player *p, const struct m4_json *m, struct m4_err *err)
{
    int64_t last = m4_json_number(m, "s", 0), first_version = m4_json_number(m, "v0", 0);
    int64_t count = m4_json_number(m, "n", 0);
    if (count < 1 || count > PLAYER_PENDING)
        return m4_fail(err, EPROTO, "an ack of %lld operations", (long long)count);
    if (first_version + count - 1 <= p->version && (!p->pending_count || last < p->pending[0].seq))
        return 0; /* of what was sent again and had come back as ops already */
    if (first_version != p->version + 1)
        return m4_fail(err, EPROTO, "an ack of version %lld came after version %lld",
                       (long long)first_version, (long long)p->version);
    int rc = 0;
    for (int64_t seq = last - count + 1; rc == 0 && seq <= last; seq++)
        rc = apply_own(p, seq, err);
    return rc;
}

static void note_chat(struct player *p, const struct m4_json *m)
{
    int64_t id = m4_json_number(m, "id", 0);
    if (id > p->chat_cursor)
        p->chat_cursor = id;
}

static int on_chat(struct player *p, const struct m4_json *m, struct m4_err *err)
{
    if (m4_json_number(m, "id", 0) <= p->chat_cursor)
        return m4_fail(err, EPROTO, "a chat message came twice or out of order");
    note_chat(p, m);
    snprintf(p->heard, sizeof(p->heard), "%s", m4_json_text(m, "text", ""));
    return 0;
}

static int on_chats(struct player *p, const struct m4_json *m, struct m4_err *err)
{
    const struct m4_json *list = m4_json_get(m, "m");
    for (const struct m4_json *said = list ? list->child : NULL; said; said = said->next) {
        int rc = on_chat(p, said, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int refused(const struct m4_json *m, struct m4_err *err)
{
    return m4_fail(err, EPROTO, "the server refused: %s %s",
                   m4_json_text(m, "code", m4_json_text(m, "why", "?")),
                   m4_json_text(m, "detail", ""));
}

int player_in_take(struct player *p, const char *text, size_t len, enum player_in *ret_what,
                   struct m4_err *err)
{
    m4_autodoc struct m4_doc *doc = NULL;
    int rc = m4_json_parse(text, len, 0, &doc, err);
    if (rc < 0)
        return m4_wrap(err, rc, "a message is not JSON");
    const struct m4_json *m = m4_doc_root(doc);
    const char *type = m4_json_text(m, "t", "");
    *ret_what = PLAYER_IN_OTHER; /* who, lesson, live, cur, pong: nothing to keep */
    if (!strcmp(type, "welcome")) {
        *ret_what = PLAYER_IN_WELCOME;
        return on_welcome(p, m, err);
    }
    if (!strcmp(type, "ops")) {
        *ret_what = PLAYER_IN_OPS;
        return on_ops(p, m, err);
    }
    if (!strcmp(type, "ack")) {
        *ret_what = PLAYER_IN_ACK;
        return on_ack(p, m, err);
    }
    if (!strcmp(type, "chat") || !strcmp(type, "chats")) {
        *ret_what = PLAYER_IN_CHAT;
        return type[4] ? on_chats(p, m, err) : on_chat(p, m, err);
    }
    if (!strcmp(type, "cack")) {
        p->chat_acked = m4_json_number(m, "s", 0);
        note_chat(p, m);
    }
    return !strcmp(type, "err") || !strcmp(type, "nack") ? refused(m, err) : 0;
}
