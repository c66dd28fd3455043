#include "tests/bench/wsfan/upgrade.h"

#include <stdio.h>
#include <string.h>

#include "lib/secret.h"
#include "lib/wsframe.h"
#include "tests/bench/wsfan/lines.h"
#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/template.h"
#include "tests/bench/wsfan/url.h"

enum { LONGEST_ANSWER = 65536 };

void upgrade_ask(struct conn *c)
{
    char key[32], line[512];
    uint64_t raw[2] = {tool_random(), tool_random()};
    m4_ws_accept(key, m4_base64(raw, sizeof(raw), key), c->accept);
    struct buf *out = &c->out;
    out->len = 0;
    buf_add_text(out, "GET ");
    template_render(out, url.path, c, 0);
    snprintf(line, sizeof(line),
             " HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
             url.host, url.port, key);
    buf_add_text(out, line);
    if (opt.protocol) {
        buf_add_text(out, "Sec-WebSocket-Protocol: ");
        template_render(out, opt.protocol, c, 0);
        buf_add_text(out, "\r\n");
    }
    const char *cookie = lines_cookie(conn_uid(c));
    if (cookie) {
        buf_add_text(out, "Cookie: m4sh_session=");
        buf_add_text(out, cookie);
        buf_add_text(out, "\r\n");
    }
    for (int i = 0; i < opt.n_headers; i++) {
        template_render(out, opt.headers[i], c, 0);
        buf_add_text(out, "\r\n");
    }
    buf_add_text(out, "\r\n");
    c->state = CONN_HTTP;
    conn_flush(c);
}

static bool accepted(struct conn *c, const char *head)
{
    static const char name[] = "\r\nsec-websocket-accept:";
    if (strncmp(head, "HTTP/1.1 101", 12) != 0) {
        char why[64];
        snprintf(why, sizeof(why), "refused: %.40s", head);
        why[strcspn(why, "\r\n")] = '\0';
        conn_fail(c, why);
        return false;
    }
    const char *given = strcasestr(head, name);
    if (given)
        given += sizeof(name) - 1 + strspn(given + sizeof(name) - 1, " \t");
    if (!given || strncmp(given, c->accept, strlen(c->accept)) != 0) {
        conn_fail(c, "wrong Sec-WebSocket-Accept");
        return false;
    }
    return true;
}

bool upgrade_answered(struct conn *c)
{
    *buf_room(&c->in, 1) = '\0';
    char *head = (char *)c->in.p, *end = strstr(head, "\r\n\r\n");
    if (!end) {
        if (c->in.len > LONGEST_ANSWER)
            conn_fail(c, "endless HTTP answer");
        return false;
    }
    *end = '\0';
    if (!accepted(c, head))
        return false;
    buf_drop(&c->in, (size_t)(end - head) + 4);
    return true;
}
