/* main.c - fanref, the smallest WebSocket room server, for two uses
 *
 * The yardstick: it does nothing but copy each frame to the other members of the room, so what
 * it reaches is what the kernel's loopback TCP allows one process on this machine (peer.c,
 * room.c). The liar: it spoils every N-th delivery (fault.c), so that wsfan's checks can be
 * checked. It trusts its clients and is no example of a server for real use.
 */
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "lib/base.h"
#include "tests/bench/fanref/fault.h"
#include "tests/bench/fanref/room.h"

enum { EVENTS = 256, BACKLOG = 4096 };

static unsigned long port = 8080;

static const struct {
    const char *name;
    unsigned long *number; /* NULL: a flag */
    bool *flag;
} rows[] = {
    {"port", &port},
    {"coalesce", NULL, &peer_coalesce},
    {"echo", NULL, &room_manner.echo},
    {"ack", NULL, &room_manner.ack},
    {"ack-every", &room_manner.ack_every},
    {"drop", &faults.drop},
    {"dup", &faults.duplicate},
    {"swap", &faults.swap},
    {"misroute", &faults.misroute},
    {"corrupt", &faults.corrupt},
    {"delay-every", &faults.stall_every},
    {"delay-ms", &faults.stall_ms},
};

static void parse(int argc, char **argv)
{
    struct option longs[M4_COUNT(rows) + 1] = {0};
    for (size_t i = 0; i < M4_COUNT(rows); i++)
        longs[i] = (struct option){rows[i].name, rows[i].number != NULL, NULL, (int)i};
    for (int i; (i = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (i == '?')
            exit(1);
        if (rows[i].number)
            *rows[i].number = strtoul(optarg, NULL, 10);
        else
            *rows[i].flag = true;
    }
}

static int listen_there(void)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, BACKLOG) < 0) {
        perror("fanref");
        exit(1);
    }
    struct epoll_event e = {.events = EPOLLIN};
    epoll_ctl(peer_epoll, EPOLL_CTL_ADD, fd, &e);
    return fd;
}

static void accept_all(int listener)
{
    int on = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        peer_new(fd);
    }
}

static void turn(int listener)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(peer_epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
        struct peer *p = events[i].data.ptr;
        if (!p) {
            accept_all(listener);
            continue;
        }
        if (p->fd >= 0 && events[i].events & EPOLLOUT)
            peer_flush(p);
        if (p->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && peer_read(p))
            room_take(p);
    }
    peer_flush_all();
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    parse(argc, argv);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    peer_epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_there();
    for (;;)
        turn(listener);
}
