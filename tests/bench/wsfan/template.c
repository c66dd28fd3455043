#include "tests/bench/wsfan/template.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/wsfan/lines.h"
#include "tests/bench/wsfan/marker.h"
#include "tests/bench/wsfan/options.h"

struct place { /* where in which template we are */
    struct buf *out;
    const struct conn *c;
    uint64_t when_ns;
    size_t pad_at; /* SIZE_MAX: no {pad} yet */
};

static bool is_name(const char *s, size_t n, const char *name)
{
    return n == strlen(name) && !memcmp(s, name, n);
}

static bool number_named(const struct conn *c, const char *s, size_t n, int64_t *ret)
{
    if (is_name(s, n, "room"))
        *ret = c->room;
    else if (is_name(s, n, "client"))
        *ret = c->client;
    else if (is_name(s, n, "uid"))
        *ret = (int64_t)conn_uid(c);
    else if (is_name(s, n, "seq"))
        *ret = c->seq;
    else if (is_name(s, n, "seq1"))
        *ret = (int64_t)c->seq + 1;
    else if (is_name(s, n, "run"))
        *ret = marker_run();
    else
        return false;
    return true;
}

/* leb4:seq*100+7 - LEB128 in exactly that many bytes. */
static bool put_leb(struct place *at, const char *s, const char *end)
{
    unsigned bytes = 0;
    int used = 0;
    int64_t value;
    if (sscanf(s, "leb%1u:%n", &bytes, &used) != 1 || used == 0)
        return false;
    const char *x = s + used;
    size_t n = strspn(x, "abcdefghijklmnopqrstuvwxyz1");
    if (!number_named(at->c, x, n, &value))
        return false;
    uint64_t v = (uint64_t)value;
    x += n;
    if (*x == '*')
        v *= strtoull(x + 1, (char **)&x, 10);
    if (*x == '+' || *x == '-')
        v += (uint64_t)strtoll(x, (char **)&x, 10);
    if (x != end)
        return false;
    for (unsigned i = 0; i < bytes; i++, v >>= 7) {
        unsigned char o = (unsigned char)((v & 127) | (i + 1 < bytes ? 128 : 0));
        buf_add(at->out, &o, 1);
    }
    return true;
}

/* room, or room:4 with leading zeros. */
static bool put_number(struct place *at, const char *s, size_t n)
{
    char text[64];
    size_t name = strcspn(s, ":}");
    int64_t v;
    int width = name < n ? atoi(s + name + 1) : 1;
    if (!number_named(at->c, s, name, &v) || width < 1 || width > 39)
        return false;
    int len = snprintf(text, sizeof(text), "%0*lld", width, (long long)v);
    buf_add(at->out, text, (size_t)len);
    return true;
}

static bool put_pad(struct place *at, const char *s, const char *end)
{
    int count = 0, used = 0;
    if (sscanf(s, "pad:%d%n", &count, &used) != 1 || s + used != end || count < 0 ||
        count > 1 << 20)
        return false;
    memset(buf_room(at->out, (size_t)count), 'x', (size_t)count);
    at->out->len += (size_t)count;
    return true;
}

static bool put_text(struct place *at, const char *text)
{
    if (text)
        buf_add_text(at->out, text);
    return text != NULL;
}

/* What stands between braces, s[0..n); false when it is no name of ours. */
static bool put_name(struct place *at, const char *s, size_t n)
{
    if (is_name(s, n, "marker") || is_name(s, n, "word")) {
        marker_put(at->out, at->c, at->when_ns, *s == 'w');
        return true;
    }
    if (is_name(s, n, "pad")) {
        at->pad_at = at->out->len;
        return true;
    }
    if (is_name(s, n, "cid")) {
        char id[32];
        snprintf(id, sizeof(id), "%012llx%012zx", (unsigned long long)marker_run_id(),
                 conn_uid(at->c));
        return put_text(at, id);
    }
    if (is_name(s, n, "lesson"))
        return put_text(at, lines_lesson((size_t)at->c->room));
    if (is_name(s, n, "board"))
        return put_text(at, lines_board((size_t)at->c->room));
    return put_pad(at, s, s + n) || put_leb(at, s, s + n) || put_number(at, s, n);
}

/* An escape at the beginning of t; how many bytes it has, 0 when it is none. */
static size_t put_escape(struct place *at, const char *t)
{
    static const char letters[] = "nrt\\", meant[] = "\n\r\t\\";
    const char *found;
    if (*t != '\\' || !t[1])
        return 0;
    if (t[1] == 'x' && isxdigit((unsigned char)t[2]) && isxdigit((unsigned char)t[3])) {
        char hex[3] = {t[2], t[3], '\0'};
        unsigned char v = (unsigned char)strtoul(hex, NULL, 16);
        buf_add(at->out, &v, 1);
        return 4;
    }
    found = strchr(letters, t[1]);
    if (!found)
        return 0;
    buf_add(at->out, &meant[found - letters], 1);
    return 2;
}

void template_render(struct buf *out, const char *t, const struct conn *c, uint64_t when_ns)
{
    struct place at = {out, c, when_ns, SIZE_MAX};
    size_t start = out->len;
    while (*t) {
        const char *end = *t == '{' ? strchr(t, '}') : NULL;
        size_t escape = put_escape(&at, t);
        if (escape) {
            t += escape;
        } else if (end && put_name(&at, t + 1, (size_t)(end - t - 1))) {
            t = end + 1;
        } else {
            buf_add(out, t, 1);
            t++;
        }
    }
    size_t len = out->len - start;
    if (at.pad_at == SIZE_MAX || len >= (size_t)opt.size)
        return;
    size_t n = (size_t)opt.size - len;
    buf_room(out, n);
    memmove(out->p + at.pad_at + n, out->p + at.pad_at, out->len - at.pad_at);
    memset(out->p + at.pad_at, 'x', n);
    out->len += n;
}
