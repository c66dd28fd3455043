#include "tools/player.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/secret.h"
#include "tools/player_in.h"

enum { MESSAGE_BYTES = 60 * 1024 };

int player_init(struct player *p, const char *who, const struct tls_target *target,
                struct m4_err *err)
{
    uint8_t id[12];
    *p = (struct player){.who = who, .target = *target, .next_seq = 1};
    m4_random(id, sizeof(id));
    m4_hex(id, sizeof(id), p->client);
    p->fold = fold_new();
    return p->fold ? 0 : m4_fail(err, ENOMEM, "%s does not fit in memory", who);
}

void player_done(struct player *p)
{
    ws_client_free(p->ws);
    fold_free(p->fold);
    *p = (struct player){0};
}

void player_vanish(struct player *p)
{
    ws_client_drop(p->ws);
    p->ws = NULL;
}

/* --- HTTP ------------------------------------------------------------------------------------ */

static int expect_ok(const struct player *p, const struct m4_http_answer *answer, const char *what,
                     struct m4_err *err)
{
    if (answer->status == 200)
        return 0;
    m4_autodoc struct m4_doc *doc = NULL;
    const char *detail = "";
    if (m4_json_parse(answer->body, answer->len, 0, &doc, NULL) == 0)
        detail = m4_json_text(m4_doc_root(doc), "detail", "");
    return m4_fail(err, EPROTO, "%s: %s was answered with %d %s", p->who, what, answer->status,
                   detail);
}

int player_sign_in(struct player *p, const char *login, const char *password, int64_t deadline_ms,
                   struct m4_err *err)
{
    m4_autobuf struct m4_buf body = M4_BUF(MESSAGE_BYTES);
    m4_autoanswer struct m4_http_answer answer = {0};
    struct m4_jw w = M4_JW(&body);
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "login", login);
    m4_jw_kstr(&w, "password", password);
    m4_jw_close(&w, '}');
    int rc = ws_client_ask(&p->target, "POST", "/api/v1/auth/login", NULL, &body, deadline_ms,
                           &answer, err);
    if (rc == 0)
        rc = expect_ok(p, &answer, "signing in", err);
    if (rc < 0)
        return rc;
    if (!m4_http_header(&answer, "Set-Cookie", p->cookie, sizeof(p->cookie)) ||
        strncmp(p->cookie, "m4sh_session=", 13) != 0)
        return m4_fail(err, EPROTO, "%s: signing in gave no session cookie", p->who);
    static const char *const rules[] = {"HttpOnly", "Secure", "SameSite=Strict"};
    for (size_t i = 0; i < M4_COUNT(rules); i++)
        if (!strcasestr(p->cookie, rules[i]))
            return m4_fail(err, EPROTO, "the session cookie is not %s", rules[i]);
    p->cookie[strcspn(p->cookie, ";")] = '\0';
    return 0;
}

int player_snapshot(struct player *p, char out[FOLD_HASH], int64_t *ret_version,
                    int64_t deadline_ms, struct m4_err *err)
{
    char path[80];
    m4_autoanswer struct m4_http_answer answer = {0};
    m4_autodoc struct m4_doc *doc = NULL;
    snprintf(path, sizeof(path), "/api/v1/boards/%lld/snapshot/", (long long)p->board);
    int rc = ws_client_ask(&p->target, "GET", path, p->cookie, NULL, deadline_ms, &answer, err);
    if (rc == 0)
        rc = expect_ok(p, &answer, "the snapshot", err);
    if (rc == 0)
        rc = m4_json_parse(answer.body, answer.len, 0, &doc, err);
    if (rc < 0)
        return rc;
    struct fold *fold = fold_new();
    if (!fold)
        return m4_fail(err, ENOMEM, "the snapshot does not fit in memory");
    rc = fold_apply_snapshot(fold, m4_json_get(m4_doc_root(doc), "els"), err);
    if (rc == 0)
        rc = fold_hash(fold, out, err);
    fold_free(fold);
    if (rc == 0)
        *ret_version = m4_json_number(m4_doc_root(doc), "v", -1);
    return rc;
}

/* --- sending --------------------------------------------------------------------------------- */

static int send_text(struct player *p, const struct m4_buf *text, int64_t deadline_ms,
                     struct m4_err *err)
{
    if (!p->ws || text->failed)
        return m4_fail(err, ENOTCONN, "%s has no socket to send on", p->who);
    return ws_client_send(p->ws, text->data, text->len, deadline_ms, err);
}

static int send_op(struct player *p, const struct player_op *op, int64_t deadline_ms,
                   struct m4_err *err)
{
    m4_autobuf struct m4_buf text = M4_BUF(MESSAGE_BYTES);
    m4_buf_fmt(
        &text, "{\"t\":\"ops\",\"b\":%lld,\"o\":[{\"s\":%lld,\"l\":%lld,\"e\":\"%s\",\"f\":%s}]}",
        (long long)p->board, (long long)op->seq, (long long)op->lamport, op->element, op->fields);
    return send_text(p, &text, deadline_ms, err);
}

/* A new stroke; every third operation moves and recolours the stroke before instead, so that
 * registers are overwritten too. */
static void make_op(struct player *p, struct player_op *op)
{
    op->seq = p->next_seq++;
    op->lamport = ++p->lamport;
    int at = (int)(op->seq % 100);
    bool change = op->seq % 3 == 0;
    snprintf(op->element, sizeof(op->element), "%.8s%lld", p->client,
             (long long)(change ? op->seq - 1 : op->seq));
    if (change)
        snprintf(op->fields, sizeof(op->fields), "{\"c\":%d,\"m\":[%d,%d]}", at % 8, 4 * at, -at);
    else
        snprintf(op->fields, sizeof(op->fields),
                 "{\"k\":\"s\",\"p\":[%d,%d,8,8,8,-8,4,0],\"c\":1,\"w\":8,\"z\":\"a%d\"}",
                 100 + 40 * at, 200, at);
}

int player_draw(struct player *p, int count, int64_t deadline_ms, struct m4_err *err)
{
    for (int i = 0; i < count; i++) {
        if (p->pending_count == PLAYER_PENDING)
            return m4_fail(err, ENOBUFS, "%s waits for too many acknowledgements", p->who);
        struct player_op *op = &p->pending[p->pending_count++];
        make_op(p, op);
        int rc = send_op(p, op, deadline_ms, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* --- waiting --------------------------------------------------------------------------------- */

/* Takes one message in; its type is then in p->... as player_in has it. */
static int pump(struct player *p, enum player_in *ret_what, int64_t deadline_ms, struct m4_err *err)
{
    const char *text;
    size_t len;
    if (!p->ws)
        return m4_fail(err, ENOTCONN, "%s has no socket", p->who);
    int rc = ws_client_next(p->ws, &text, &len, deadline_ms, err);
    if (rc == 0)
        rc = player_in_take(p, text, len, ret_what, err);
    return rc < 0 ? m4_wrap(err, rc, "%s", p->who) : 0;
}

int player_settle(struct player *p, int64_t deadline_ms, struct m4_err *err)
{
    enum player_in what;
    int rc = 0;
    while (rc == 0 && p->pending_count)
        rc = pump(p, &what, deadline_ms, err);
    return rc < 0 ? m4_wrap(err, rc, "%zu operations were not acknowledged", p->pending_count) : 0;
}

int player_catch_up(struct player *p, int64_t version, int64_t deadline_ms, struct m4_err *err)
{
    enum player_in what;
    int rc = 0;
    while (rc == 0 && p->version < version)
        rc = pump(p, &what, deadline_ms, err);
    return rc < 0 ? m4_wrap(err, rc, "the board stays at version %lld, wanted %lld",
                            (long long)p->version, (long long)version)
                  : 0;
}

int player_hear(struct player *p, const char *text, int64_t deadline_ms, struct m4_err *err)
{
    enum player_in what;
    int rc = 0;
    while (rc == 0 && strcmp(p->heard, text) != 0)
        rc = pump(p, &what, deadline_ms, err);
    return rc < 0 ? m4_wrap(err, rc, "the message did not arrive") : 0;
}

int player_say(struct player *p, const char *words, int64_t deadline_ms, struct m4_err *err)
{
    m4_autobuf struct m4_buf text = M4_BUF(MESSAGE_BYTES);
    struct m4_jw w = M4_JW(&text);
    enum player_in what;
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "t", "chat");
    m4_jw_kint(&w, "r", p->lesson);
    m4_jw_kint(&w, "s", ++p->chat_seq);
    m4_jw_kstr(&w, "text", words);
    m4_jw_close(&w, '}');
    int rc = send_text(p, &text, deadline_ms, err);
    while (rc == 0 && p->chat_acked < p->chat_seq)
        rc = pump(p, &what, deadline_ms, err);
    return rc < 0 ? m4_wrap(err, rc, "the message was not acknowledged") : 0;
}

/* --- joining --------------------------------------------------------------------------------- */

static int send_join(struct player *p, int64_t deadline_ms, struct m4_err *err)
{
    m4_autobuf struct m4_buf text = M4_BUF(MESSAGE_BYTES);
    m4_buf_fmt(&text, "{\"t\":\"join\",\"r\":%lld,\"c\":\"%s\",\"cv\":%lld}", (long long)p->lesson,
               p->client, (long long)p->chat_cursor);
    return send_text(p, &text, deadline_ms, err);
}

static int send_hello(struct player *p, int64_t deadline_ms, struct m4_err *err)
{
    m4_autobuf struct m4_buf text = M4_BUF(MESSAGE_BYTES);
    m4_buf_fmt(&text, "{\"t\":\"hello\",\"b\":%lld,\"e\":\"%s\",\"v\":%lld,\"n\":%lld}",
               (long long)p->board, p->epoch, (long long)p->version,
               (long long)(p->pending_count ? p->pending[0].seq : p->next_seq));
    return send_text(p, &text, deadline_ms, err);
}

int player_join(struct player *p, int64_t lesson, int64_t deadline_ms, struct m4_err *err)
{
    enum player_in what = PLAYER_IN_OTHER;
    p->lesson = lesson;
    int rc = ws_client_open(&p->target, "/ws/", p->cookie, deadline_ms, &p->ws, err);
    if (rc < 0)
        return m4_wrap(err, rc, "%s", p->who);
    rc = send_join(p, deadline_ms, err);
    while (rc == 0 && what != PLAYER_IN_WELCOME)
        rc = pump(p, &what, deadline_ms, err);
    int64_t there = p->welcome_version, stored = p->welcome_seq;
    if (rc == 0)
        rc = send_hello(p, deadline_ms, err);
    if (rc == 0)
        rc = player_catch_up(p, there, deadline_ms, err);
    for (size_t i = 0; rc == 0 && i < p->pending_count; i++)
        if (p->pending[i].seq > stored)
            rc = send_op(p, &p->pending[i], deadline_ms, err);
    return rc;
}
