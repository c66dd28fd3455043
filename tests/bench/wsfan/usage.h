/* usage.h - what the server's processes use, from /proc */
#ifndef M4_BENCH_WSFAN_USAGE_H
#define M4_BENCH_WSFAN_USAGE_H

#include <stdbool.h>
#include <stdint.h>

struct usage {
    double cpu_s; /* the processes of --server-pid and all their descendants */
    uint64_t rss_bytes, pss_bytes;
    uint64_t tcp_bytes; /* of the whole machine's TCP buffers */
    int processes;
};

/* `with_memory` also fills pss_bytes and tcp_bytes, which takes the kernel longer. */
struct usage usage_of_server(bool with_memory);

/* wsfan's own CPU seconds. */
double usage_of_self(void);

#endif
