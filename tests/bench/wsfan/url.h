/* url.h - where to connect: --url taken apart, its host looked up once */
#ifndef M4_BENCH_WSFAN_URL_H
#define M4_BENCH_WSFAN_URL_H

#include <stdbool.h>
#include <sys/socket.h>

struct url {
    char host[256], port[16];
    const char *path; /* a template */
    bool tls;
    struct sockaddr_storage addr;
    socklen_t addr_len;
};

extern struct url url;

/* Fills url from the text, which must outlive it; ends the program when it is not one. */
void url_parse(const char *text);

#endif
