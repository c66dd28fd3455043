/* options.h - what wsfan was asked to do; read once, then only looked at */
#ifndef M4_BENCH_WSFAN_OPTIONS_H
#define M4_BENCH_WSFAN_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

enum { OPTIONS_LIST = 32 };

struct join_step {
    const char *text;
    enum { JOIN_TEXT, JOIN_BINARY, JOIN_EXPECT } kind;
};

struct options {
    const char *mode; /* "fanout", "ack", "idle", "ramp" or "ramp-ack" */
    bool ramp, ack, idle;
    const char *url, *message, *match, *protocol, *output, *label;
    const char *reply_to, *reply_with;
    const char *ack_field; /* cumulative acknowledgements; NULL: each brings its marker */
    const char *cookies_file, *rooms_file;
    const char *headers[OPTIONS_LIST];
    struct join_step join[OPTIONS_LIST];
    int n_headers, n_join, n_pids, rooms, clients, senders, size, at_once;
    pid_t pids[OPTIONS_LIST];
    bool binary, self, poisson;
    bool word;          /* the message holds {word}, not {marker} */
    bool counts_from_1; /* it holds {seq1}: acknowledged numbers begin there */
    double rate, duration, warmup, drain, settle, timeout, hold;
    double ramp_p99, ramp_factor, ramp_max;
    int ramp_bisect;
};

extern struct options opt;

/* Fills opt, or ends the program: 0 after --help, 1 when the options are senseless. */
void options_parse(int argc, char **argv);

#endif
