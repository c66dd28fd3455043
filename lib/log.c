#include "lib/log.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include "lib/clock.h"

enum { LINE_BYTES = 2048, JOURNAL_FIELDS = 24 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static enum m4_level lowest = M4_INFO;

void m4_log_level(enum m4_level level)
{
    lowest = level;
}

int m4_log_level_of(const char *word)
{
    for (size_t i = 0; i < M4_COUNT(level_names); i++)
        if (!strcmp(word, level_names[i]))
            return (int)i;
    return -1;
}

/* Whether stderr is the journal's own stream (systemd says which in JOURNAL_STREAM). */
static bool to_journal(void)
{
    static int known = -1;
    if (known < 0) {
        const char *stream = getenv("JOURNAL_STREAM");
        unsigned long long dev, ino;
        struct stat st;
        known = stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && !fstat(2, &st) &&
                st.st_dev == dev && st.st_ino == ino;
    }
    return known;
}

struct line {
    char text[LINE_BYTES];
    size_t len;
    bool full; /* something did not fit: nothing follows */
};

/* Puts all of the bytes or none: a cut line has no half character, escape or field name. */
static void put_whole(struct line *l, const char *bytes, size_t len)
{
    if (l->len + len > sizeof(l->text) - 2) { /* room for the closing quote and the line end */
        l->full = true;
        return;
    }
    if (l->full)
        return;
    memcpy(l->text + l->len, bytes, len);
    l->len += len;
}

static void put_text(struct line *l, const char *s)
{
    put_whole(l, s, strlen(s));
}

static void put_quoted(struct line *l, const char *s)
{
    while (*s) {
        unsigned char c = (unsigned char)*s;
        size_t len = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        len = strnlen(s, len);
        if (c == '"' || c == '\\')
            put_whole(l, (char[]){'\\', (char)c}, 2);
        else if (c < 0x20 || c == 0x7f)
            put_whole(l, " ", 1); /* one event, one line */
        else
            put_whole(l, s, len);
        s += len;
    }
}

static void put_field(struct line *l, const struct m4_field *f)
{
    char head[80];
    if (f->text)
        snprintf(head, sizeof(head), " %.40s=\"", f->name);
    else
        snprintf(head, sizeof(head), " %.40s=%lld", f->name, (long long)f->number);
    put_text(l, head);
    if (!f->text || l->full)
        return;
    put_quoted(l, f->text);
    l->text[l->len++] = '"';
}

static void write_stderr(const struct line *l)
{
    size_t done = 0;
    while (done < l->len) {
        ssize_t n = write(2, l->text + done, l->len - done);
        if (n <= 0)
            return; /* nobody is left to tell */
        done += (size_t)n;
    }
}

static void write_journal(enum m4_level level, const char *event, const struct m4_field *fields,
                          const struct line *l, size_t message_at)
{
    static const int priority[] = {7, 6, 4, 3};
    char store[JOURNAL_FIELDS][256];
    struct iovec iov[JOURNAL_FIELDS];
    char message[LINE_BYTES + 16];
    int n = 0;
    int len = snprintf(message, sizeof(message), "MESSAGE=%.*s", (int)(l->len - message_at - 1),
                       l->text + message_at);
    iov[n++] = (struct iovec){message, (size_t)len};
    len = snprintf(store[n], sizeof(store[n]), "PRIORITY=%d", priority[level]);
    iov[n] = (struct iovec){store[n], (size_t)len};
    n++;
    len = snprintf(store[n], sizeof(store[n]), "M4SH_EVENT=%s", event);
    iov[n] = (struct iovec){store[n], (size_t)len};
    n++;
    for (const struct m4_field *f = fields; f->name && n < JOURNAL_FIELDS; f++, n++) {
        char name[40];
        size_t i = 0;
        for (; f->name[i] && i < sizeof(name) - 1; i++)
            name[i] = (char)toupper((unsigned char)f->name[i]);
        name[i] = '\0';
        len = f->text ? snprintf(store[n], sizeof(store[n]), "M4SH_%s=%s", name, f->text)
                      : snprintf(store[n], sizeof(store[n]), "M4SH_%s=%lld", name,
                                 (long long)f->number);
        if ((size_t)len >= sizeof(store[n]))
            len = sizeof(store[n]) - 1;
        iov[n] = (struct iovec){store[n], (size_t)len};
    }
    sd_journal_sendv(iov, n);
}

void m4_log(enum m4_level level, const char *event, const struct m4_field *fields)
{
    if (level < lowest)
        return;
    struct line l = {.len = 0};
    char stamp[M4_TIME_TEXT];
    put_text(&l, m4_time_text(m4_wall_us(), stamp));
    put_text(&l, " ");
    put_text(&l, level_names[level]);
    put_text(&l, " ");
    size_t message_at = l.len;
    put_text(&l, event);
    for (const struct m4_field *f = fields; f->name; f++)
        put_field(&l, f);
    l.text[l.len++] = '\n';
    if (to_journal())
        write_journal(level, event, fields, &l, message_at);
    else
        write_stderr(&l);
}
