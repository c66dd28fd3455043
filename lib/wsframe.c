#include "lib/wsframe.h"

#include <openssl/evp.h>
#include <string.h>

#include "lib/secret.h"

enum { CONTROL_BYTES = 125, HEADER_BYTES = 14 };

void m4_ws_init(struct m4_ws *ws, bool from_client, size_t limit)
{
    *ws = (struct m4_ws){.from_client = from_client, .limit = limit, .message = M4_BUF(limit)};
}

void m4_ws_done(struct m4_ws *ws)
{
    m4_buf_done(&ws->message);
}

struct frame {
    bool final;
    uint8_t op;
    uint64_t len;
    const uint8_t *mask;
    size_t header_len;
};

static int refuse(struct m4_ws *ws, int code)
{
    ws->refused = code;
    m4_buf_done(&ws->message);
    return -1;
}

/* 1 and the header, 0 when it is not whole yet, -1 when it may not be so. */
static int read_header(struct m4_ws *ws, const uint8_t *p, size_t len, struct frame *f)
{
    if (len < 2)
        return 0;
    f->final = p[0] & 0x80;
    f->op = p[0] & 0x0f;
    bool control = f->op & 8;
    bool masked = p[1] & 0x80;
    unsigned short_len = p[1] & 0x7f;
    if ((p[0] & 0x70) || masked != ws->from_client)
        return refuse(ws, M4_WS_PROTOCOL);
    if (f->op > M4_WS_PONG || (f->op > M4_WS_BINARY && f->op < M4_WS_CLOSE))
        return refuse(ws, M4_WS_PROTOCOL);
    if (control && (!f->final || short_len > CONTROL_BYTES))
        return refuse(ws, M4_WS_PROTOCOL);
    if (!control && ws->in_message != (f->op == M4_WS_CONTINUATION))
        return refuse(ws, M4_WS_PROTOCOL);
    size_t extra = short_len == 126 ? 2 : short_len == 127 ? 8 : 0;
    f->header_len = 2 + extra + (masked ? 4 : 0);
    if (len < f->header_len)
        return 0;
    f->len = extra ? 0 : short_len;
    for (size_t i = 0; i < extra; i++)
        f->len = f->len << 8 | p[2 + i];
    if ((extra == 2 && f->len < 126) || (extra == 8 && f->len < 65536))
        return refuse(ws, M4_WS_PROTOCOL); /* not the shortest form */
    if (!control && f->len > ws->limit - ws->message.len)
        return refuse(ws, M4_WS_TOO_BIG);
    f->mask = masked ? p + 2 + extra : NULL;
    return 1;
}

void m4_ws_mask(char *bytes, size_t len, const uint8_t mask[4])
{
    uint64_t wide;
    uint32_t narrow;
    memcpy(&narrow, mask, 4);
    wide = (uint64_t)narrow << 32 | narrow;
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        word ^= wide;
        memcpy(bytes + i, &word, 8);
    }
    for (; i < len; i++)
        bytes[i] ^= (char)mask[i & 3];
}

static bool close_code_allowed(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static int close_event(struct m4_ws *ws, struct m4_ws_event *e)
{
    const uint8_t *p = (const uint8_t *)e->data;
    e->code = M4_WS_NO_CODE;
    if (e->len == 0)
        return 1;
    if (e->len == 1)
        return refuse(ws, M4_WS_PROTOCOL);
    e->code = p[0] << 8 | p[1];
    if (!close_code_allowed(e->code))
        return refuse(ws, M4_WS_PROTOCOL);
    if (!m4_utf8_valid(p + 2, e->len - 2))
        return refuse(ws, M4_WS_NOT_UTF8);
    return 1;
}

/* A data frame: whole by itself, or the next piece of a message. */
static int data_event(struct m4_ws *ws, const struct frame *f, char *payload, struct m4_ws_event *e)
{
    if (!ws->in_message) {
        m4_buf_done(&ws->message); /* of the message before */
        ws->op = f->op;
        ws->utf8 = (struct m4_utf8){0};
    }
    if (ws->op == M4_WS_TEXT &&
        (!m4_utf8_feed(&ws->utf8, payload, f->len) || (f->final && ws->utf8.need)))
        return refuse(ws, M4_WS_NOT_UTF8);
    if (f->final && !ws->in_message) {
        *e = (struct m4_ws_event){.op = ws->op, .data = payload, .len = f->len};
        return 1;
    }
    ws->in_message = !f->final;
    m4_buf_add(&ws->message, payload, f->len);
    if (ws->message.failed)
        return refuse(ws, M4_WS_TOO_BIG);
    if (!f->final)
        return 0;
    *e = (struct m4_ws_event){
        .op = ws->op, .data = ws->message.data ? ws->message.data : "", .len = ws->message.len};
    return 1;
}

int m4_ws_next(struct m4_ws *ws, char *bytes, size_t len, size_t *ret_used,
               struct m4_ws_event *ret_event)
{
    *ret_used = 0;
    if (ws->refused)
        return -1;
    if (!ws->in_message && ws->message.data)
        m4_buf_done(&ws->message);
    for (;;) {
        struct frame f;
        char *at = bytes + *ret_used;
        size_t left = len - *ret_used;
        int rc = read_header(ws, (const uint8_t *)at, left, &f);
        if (rc <= 0)
            return rc;
        if (left - f.header_len < f.len)
            return 0;
        char *payload = at + f.header_len;
        *ret_used += f.header_len + f.len;
        if (f.mask)
            m4_ws_mask(payload, f.len,
                       (const uint8_t[]){f.mask[0], f.mask[1], f.mask[2], f.mask[3]});
        if (f.op & 8) {
            *ret_event = (struct m4_ws_event){.op = f.op, .data = payload, .len = f.len};
            return f.op == M4_WS_CLOSE ? close_event(ws, ret_event) : 1;
        }
        rc = data_event(ws, &f, payload, ret_event);
        if (rc != 0)
            return rc;
    }
}

size_t m4_ws_header(uint8_t *out, enum m4_ws_op op, size_t payload_len, const uint8_t *mask)
{
    size_t n = 2;
    out[0] = (uint8_t)(0x80 | op);
    if (payload_len < 126) {
        out[1] = (uint8_t)payload_len;
    } else {
        int extra = payload_len < 65536 ? 2 : 8;
        out[1] = extra == 2 ? 126 : 127;
        for (int i = extra - 1; i >= 0; i--)
            out[n++] = (uint8_t)(payload_len >> (8 * i));
    }
    if (mask) {
        out[1] |= 0x80;
        memcpy(out + n, mask, 4);
        n += 4;
    }
    return n;
}

void m4_ws_accept(const char *key, size_t key_len, char *out)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 section 1.3 */
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    uint8_t digest[20];
    if (!sha || !EVP_DigestInit_ex(sha, EVP_sha1(), NULL) || !EVP_DigestUpdate(sha, key, key_len) ||
        !EVP_DigestUpdate(sha, guid, strlen(guid)) || !EVP_DigestFinal_ex(sha, digest, NULL))
        abort();
    EVP_MD_CTX_free(sha);
    m4_base64(digest, sizeof(digest), out);
}
