#include "supervisor/care/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/http_unix.h"

enum { ANSWER_BYTES = 64 * 1024 };

void probe_cancel(struct probe *p)
{
    int fd = p->conn ? -1 : p->source.fd;
    loop_unwatch(p->loop, &p->source);
    if (fd >= 0)
        close(fd);
    loop_unset(p->loop, &p->timer);
    PQfinish(p->conn);
    p->conn = NULL;
    p->asked = false;
    m4_buf_done(&p->in);
}

/* The end of a question: forgotten first, so that the callback may ask the next. */
static void answer(struct probe *p, enum probe_verdict verdict, const char *detail)
{
    char text[sizeof(p->detail)];
    snprintf(text, sizeof(text), "%s", detail);
    text[strcspn(text, "\r\n")] = '\0';
    probe_cancel(p);
    p->on_answer(p->arg, verdict, text);
}

static void on_timeout(void *arg)
{
    struct probe *p = arg;
    answer(p, PROBE_SILENT, p->detail);
}

/* Nobody was there at all; told from the loop, as every answer is. */
static void answer_soon(struct probe *p, const char *detail)
{
    probe_cancel(p);
    snprintf(p->detail, sizeof(p->detail), "%s", detail);
    loop_set(p->loop, &p->timer, 0);
}

void probe_init(struct probe *p, struct loop *loop,
                void (*on_answer)(void *arg, enum probe_verdict verdict, const char *detail),
                void *arg)
{
    *p = (struct probe){.loop = loop,
                        .source = {.fd = -1, .arg = p},
                        .timer = {.on_time = on_timeout, .arg = p},
                        .in = M4_BUF(ANSWER_BYTES),
                        .on_answer = on_answer,
                        .arg = arg};
}

/* --- HTTP ----------------------------------------------------------------------------------------
 */

static void on_http(void *arg, uint32_t events)
{
    struct probe *p = arg;
    (void)events;
    char *room = m4_buf_room(&p->in, 4096);
    ssize_t n = room ? recv(p->source.fd, room, 4096, 0) : 0;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        p->in.len += (size_t)n;
    if (room && n >= 0)
        p->in.data[p->in.len] = '\0';
    struct m4_http_answer got = {0};
    struct m4_err err = {0};
    int rc = m4_http_parse(p->in.data ? p->in.data : "", p->in.len, n <= 0, &got, &err);
    if (rc == 0)
        return;
    if (rc < 0) {
        answer(p, PROBE_SILENT, err.text);
        return;
    }
    char detail[sizeof(p->detail)];
    snprintf(detail, sizeof(detail), "%d %.*s", got.status, (int)strcspn(got.body, "\r\n"),
             got.body);
    bool yes = got.status == 200;
    m4_http_answer_done(&got);
    answer(p, yes ? PROBE_YES : PROBE_NO, yes ? "" : detail);
}

static int connect_now(const char *socket_path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(socket_path) >= sizeof(at.sun_path))
        return -ENAMETOOLONG;
    strcpy(at.sun_path, socket_path);
    m4_autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        return -errno;
    return M4_TAKE_FD(fd);
}

void probe_http(struct probe *p, const char *socket_path, const char *path, int timeout_ms)
{
    probe_cancel(p);
    char request[256];
    int len = snprintf(request, sizeof(request),
                       "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    int fd = connect_now(socket_path);
    if (fd < 0) {
        answer_soon(p, strerror(-fd));
        return;
    }
    p->source.fd = fd;
    p->source.on_event = on_http;
    /* A fresh socket's buffer always takes so little at once. */
    if (send(fd, request, (size_t)len, MSG_NOSIGNAL) != len ||
        loop_watch(p->loop, &p->source, EPOLLIN, NULL) < 0) {
        answer_soon(p, "it takes no request");
        return;
    }
    snprintf(p->detail, sizeof(p->detail), "no answer to %s within %d ms", path, timeout_ms);
    loop_set(p->loop, &p->timer, timeout_ms);
}

/* --- PostgreSQL ----------------------------------------------------------------------------------
 */

static void on_postgres(void *arg, uint32_t events);

static bool watch_conn(struct probe *p, uint32_t events)
{
    loop_unwatch(p->loop, &p->source); /* libpq may have changed its socket */
    p->source.fd = PQsocket(p->conn);
    p->source.on_event = on_postgres;
    return p->source.fd >= 0 && loop_watch(p->loop, &p->source, events, NULL) == 0;
}

static void take_result(struct probe *p)
{
    if (!PQconsumeInput(p->conn)) {
        answer(p, PROBE_SILENT, PQerrorMessage(p->conn));
        return;
    }
    if (PQisBusy(p->conn))
        return;
    PGresult *res = PQgetResult(p->conn);
    bool yes = PQresultStatus(res) == PGRES_TUPLES_OK;
    char detail[sizeof(p->detail)];
    snprintf(detail, sizeof(detail), "%s", yes ? "" : PQerrorMessage(p->conn));
    PQclear(res);
    answer(p, yes ? PROBE_YES : PROBE_NO, detail);
}

static void on_postgres(void *arg, uint32_t events)
{
    struct probe *p = arg;
    (void)events;
    if (p->asked) {
        take_result(p);
        return;
    }
    PostgresPollingStatusType status = PQconnectPoll(p->conn);
    bool good = status != PGRES_POLLING_FAILED;
    if (status == PGRES_POLLING_OK) {
        p->asked = true;
        good = PQsetnonblocking(p->conn, 1) == 0 && PQsendQuery(p->conn, "SELECT 1") == 1 &&
               PQflush(p->conn) >= 0;
    }
    if (good)
        good = watch_conn(p, status == PGRES_POLLING_WRITING ? EPOLLOUT : EPOLLIN);
    if (!good) /* "the database system is starting up" comes this way, too */
        answer(p, PROBE_SILENT, PQerrorMessage(p->conn));
}

void probe_postgres(struct probe *p, const char *url, int timeout_ms)
{
    probe_cancel(p);
    p->conn = PQconnectStart(url);
    if (!p->conn || PQstatus(p->conn) == CONNECTION_BAD || !watch_conn(p, EPOLLOUT)) {
        char detail[sizeof(p->detail)];
        snprintf(detail, sizeof(detail), "%s", p->conn ? PQerrorMessage(p->conn) : "no memory");
        answer_soon(p, detail);
        return;
    }
    snprintf(p->detail, sizeof(p->detail), "no answer to SELECT 1 within %d ms", timeout_ms);
    loop_set(p->loop, &p->timer, timeout_ms);
}
