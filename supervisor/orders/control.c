#include "supervisor/orders/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "lib/ctl.h"

struct client {
    struct control *control;
    struct loop_source source; /* fd is -1 while the place is free */
    struct m4_buf in, out;
};

struct control {
    struct loop *loop;
    uid_t account, own;
    control_order *order;
    void *arg;
    struct sockaddr_un at;
    struct loop_source listener;
    struct client client[CONTROL_CLIENTS];
};

static void close_client(struct client *k)
{
    int fd = k->source.fd;
    loop_unwatch(k->control->loop, &k->source);
    if (fd >= 0)
        close(fd);
    m4_buf_done(&k->in);
    m4_buf_done(&k->out);
}

/* --- answers
 * --------------------------------------------------------------------------------------- */

static void write_error(struct m4_buf *out, const struct m4_json *id, const char *code,
                        const char *detail)
{
    struct m4_jw w = M4_JW(out);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "v", M4_CTL_VERSION);
    m4_jw_key(&w, "id");
    if (id)
        m4_jw_value(&w, id);
    else
        m4_jw_null(&w);
    m4_jw_kbool(&w, "ok", false);
    m4_jw_key(&w, "error");
    m4_jw_open(&w, '{');
    m4_jw_kstr(&w, "code", code);
    m4_jw_kstr(&w, "detail", detail);
    m4_jw_close(&w, '}');
    m4_jw_close(&w, '}');
    m4_buf_str(out, "\n");
}

static void carry_out(struct control *c, const struct m4_json *request, struct m4_buf *out)
{
    const struct m4_json *id = m4_json_get(request, "id");
    m4_autobuf struct m4_buf line = M4_BUF(M4_CTL_ANSWER);
    struct m4_jw w = M4_JW(&line);
    struct m4_err err = {0};
    const char *code = "failed";
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "v", M4_CTL_VERSION);
    m4_jw_kint(&w, "id", id->number);
    m4_jw_kbool(&w, "ok", true);
    m4_jw_key(&w, "result");
    int rc = c->order(c->arg, request, &w, &code, &err);
    m4_jw_close(&w, '}');
    m4_buf_str(&line, "\n");
    if (rc < 0)
        write_error(out, id, code, err.text);
    else if (line.failed)
        write_error(out, id, "too_large", "the answer does not fit its limit");
    else
        m4_buf_add(out, line.data, line.len);
}

static void take_line(struct control *c, const char *text, size_t len, struct m4_buf *out)
{
    m4_autodoc struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    if (m4_json_parse(text, len, M4_JSON_NO_NUL, &doc, &err) < 0) {
        write_error(out, NULL, "json", err.text);
        return;
    }
    const struct m4_json *request = m4_doc_root(doc), *id = m4_json_get(request, "id");
    if (request->type != M4_OBJECT || (id && id->type != M4_INT))
        write_error(out, NULL, "request", "a request is an object with a whole number as its id");
    else if (m4_json_number(request, "v", 0) != M4_CTL_VERSION)
        write_error(out, id, "version", "this supervisor speaks version 1: \"v\":1");
    else if (!id)
        write_error(out, NULL, "request", "the request has no id");
    else if (!m4_json_text(request, "do", NULL))
        write_error(out, id, "request", "the request does not say what to do: \"do\":\"status\"");
    else
        carry_out(c, request, out);
}

/* --- bytes
 * ------------------------------------------------------------------------------------------ */

/* Sends what it can; false when the client is gone or took nothing for too long. */
static bool flush(struct client *k)
{
    while (k->out.len) {
        ssize_t n = send(k->source.fd, k->out.data, k->out.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0)
            return false;
        m4_buf_cut(&k->out, (size_t)n);
    }
    if (k->out.failed)
        return false;
    uint32_t wanted = k->out.len ? EPOLLOUT : EPOLLIN; /* one answer at a time */
    return loop_watch(k->control->loop, &k->source, wanted, NULL) == 0;
}

/* Answers every whole line in k->in; false when what is left can be no line. */
static bool take_lines(struct client *k)
{
    const char *end;
    while (k->in.len && (end = memchr(k->in.data, '\n', k->in.len))) {
        size_t len = (size_t)(end - k->in.data);
        take_line(k->control, k->in.data, len, &k->out);
        m4_buf_cut(&k->in, len + 1);
    }
    if (k->in.len < M4_CTL_LINE)
        return true;
    write_error(&k->out, NULL, "too_long", "a line has less than 65536 bytes");
    return false;
}

static void on_client(void *arg, uint32_t events)
{
    struct client *k = arg;
    bool good = true;
    if (!(events & EPOLLOUT)) {
        size_t want = M4_CTL_LINE - k->in.len;
        char *room = m4_buf_room(&k->in, want);
        ssize_t n = room ? recv(k->source.fd, room, want, 0) : 0;
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        good = n > 0;
        if (good) {
            k->in.len += (size_t)n;
            k->in.data[k->in.len] = '\0';
            good = take_lines(k);
        }
    }
    if (!flush(k) || !good)
        close_client(k);
}

static struct client *free_place(struct control *c)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (c->client[i].source.fd < 0)
            return &c->client[i];
    return NULL;
}

static void refuse(int fd, const char *code, const char *detail)
{
    m4_autobuf struct m4_buf out = M4_BUF(1024);
    write_error(&out, NULL, code, detail);
    if (!out.failed && send(fd, out.data, out.len, MSG_NOSIGNAL) < 0)
        return; /* it did not stay for the reason */
}

static void on_connect(void *arg, uint32_t events)
{
    struct control *c = arg;
    (void)events;
    m4_autoclose int fd = accept4(c->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct ucred who;
    socklen_t size = sizeof(who);
    struct client *k = free_place(c);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0 ||
        (who.uid != 0 && who.uid != c->account && who.uid != c->own)) {
        refuse(fd, "denied", "only root and the box's own user give orders");
        return;
    }
    if (!k) {
        refuse(fd, "busy", "16 clients are connected, and more are not taken");
        return;
    }
    k->source.fd = fd;
    if (loop_watch(c->loop, &k->source, EPOLLIN, NULL) < 0)
        k->source.fd = -1;
    else
        M4_TAKE_FD(fd);
}

/* --- open and close
 * --------------------------------------------------------------------------------- */

static int listen_at(struct control *c, const struct account *a, struct m4_err *err)
{
    const char *path = c->at.sun_path;
    m4_autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || (unlink(path) < 0 && errno != ENOENT))
        return m4_fail(err, errno, "cannot replace \"%s\": %m", path);
    mode_t before = umask(0117);
    int rc = bind(fd, (const struct sockaddr *)&c->at, sizeof(c->at));
    int code = errno;
    umask(before);
    if (rc < 0)
        return m4_fail(err, code, "cannot make \"%s\": %m", path);
    if ((a->drop && lchown(path, (uid_t)-1, a->gid) < 0) || listen(fd, CONTROL_CLIENTS) < 0)
        return m4_fail(err, errno, "cannot listen on \"%s\": %m", path);
    c->listener.fd = fd;
    rc = loop_watch(c->loop, &c->listener, EPOLLIN, err);
    if (rc < 0)
        c->listener.fd = -1;
    else
        M4_TAKE_FD(fd);
    return rc;
}

int control_open(const struct m4_settings *s, const struct account *a, struct loop *loop,
                 control_order *order, void *arg, struct control **ret, struct m4_err *err)
{
    char path[PATH_MAX];
    struct control *c = calloc(1, sizeof(*c));
    if (!c)
        return m4_fail(err, ENOMEM, "no memory for the control socket");
    *c = (struct control){.loop = loop,
                          .account = a->uid,
                          .own = geteuid(),
                          .order = order,
                          .arg = arg,
                          .listener = {-1, on_connect, c}};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        c->client[i] = (struct client){
            c, {-1, on_client, &c->client[i]}, M4_BUF(M4_CTL_LINE), M4_BUF(2 * M4_CTL_ANSWER)};
    m4_settings_path(s, "run/supervisor.sock", path);
    c->at.sun_family = AF_UNIX;
    int rc = 0;
    if (strlen(path) >= sizeof(c->at.sun_path))
        rc = m4_fail(err, ENAMETOOLONG, "socket path \"%s\" is too long", path);
    else
        strcpy(c->at.sun_path, path);
    if (rc == 0)
        rc = listen_at(c, a, err);
    if (rc == 0)
        *ret = c;
    else
        control_close(c);
    return rc;
}

void control_close(struct control *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        close_client(&c->client[i]);
    int fd = c->listener.fd;
    loop_unwatch(c->loop, &c->listener);
    if (fd >= 0) {
        unlink(c->at.sun_path);
        close(fd);
    }
    free(c);
}
