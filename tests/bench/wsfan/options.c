#include "tests/bench/wsfan/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base.h"
#include "tests/bench/wsfan/tool.h"

struct options opt = {.url = "ws://127.0.0.1:8080/{room}",
                      .message = "{marker}{pad}",
                      .label = "",
                      .rooms = 10,
                      .clients = 30,
                      .senders = 2,
                      .size = 100,
                      .at_once = 64,
                      .rate = 100,
                      .duration = 10,
                      .warmup = 1,
                      .drain = 5,
                      .settle = 0.5,
                      .timeout = 30,
                      .hold = 5,
                      .ramp_p99 = 50,
                      .ramp_factor = 1.5,
                      .ramp_max = 1e7,
                      .ramp_bisect = 4};

static const char help[] =
    "usage: wsfan fanout|ack|idle|ramp|ramp-ack [options]\n"
    "  --url URL            ws:// or wss:// address, a template           (-u)\n"
    "  --rooms N --clients N --senders N    rooms, clients and senders in each room\n"
    "  --header 'Name: V'   extra request header, a template; repeatable  (-H)\n"
    "  --cookies FILE       line uid+1 is what client uid sends as its m4sh_session cookie\n"
    "  --rooms-file FILE    line room+1 is that room's {lesson} and {board}, by a space\n"
    "  --protocol P         Sec-WebSocket-Protocol\n"
    "  --join T / --join-binary T   send T after the upgrade; repeatable, in order\n"
    "  --expect T           wait for a frame containing T; keeps its place among the joins\n"
    "  --reply A=B          answer a frame that is exactly A with B (heartbeats)\n"
    "  --message T          what senders send; must hold {marker} or {word}   (-m)\n"
    "  --binary             send messages as binary frames\n"
    "  --size N             {pad} fills the message to N bytes (100)\n"
    "  --match S            count only frames that also contain S\n"
    "  --ack-field F        mode ack: the integer field F of such a frame acknowledges\n"
    "                       everything this client sent up to that number\n"
    "  --self               a sender must get its own messages as well\n"
    "  --rate R             messages a second, all senders together       (-r)\n"
    "  --poisson            random instead of even spacing\n"
    "  --duration S --warmup S --drain S --settle S --hold S --timeout S\n"
    "  --at-once N          connections opened at the same time (64)\n"
    "  --max-p99 MS --ramp-factor F --ramp-max R --bisect N   for ramp, which begins at --rate\n"
    "  --server-pid PID     measure it and its descendants; repeatable    (-p)\n"
    "  --label TEXT --output FILE\n"
    "templates: {room} {client} {uid} {seq} {seq1} {run}, {room:4} with leading zeros, {cid},\n"
    "  {lesson} {board}, {marker} {word} {pad} {pad:N}, {lebN:name*K+C} (LEB128 in N bytes),\n"
    "  and the escapes \\xHH \\n \\r \\t \\\\\n"
    "exit: 0 clean, 1 usage, 2 could not connect, 3 lost, duplicated, reordered or misrouted\n";

/* One row per option: where its value goes, by kind. */
enum kind { TEXT, WHOLE, SECONDS, FLAG, HEADER, PID, JOIN, REPLY, HELP };

static const struct row {
    const char *name;
    char letter;
    enum kind kind;
    void *to;
    int step; /* of a JOIN */
} rows[] = {
    {"url", 'u', TEXT, &opt.url},
    {"message", 'm', TEXT, &opt.message},
    {"rate", 'r', SECONDS, &opt.rate},
    {"output", 'o', TEXT, &opt.output},
    {"header", 'H', HEADER},
    {"server-pid", 'p', PID},
    {"help", 'h', HELP},
    {"rooms", 0, WHOLE, &opt.rooms},
    {"clients", 0, WHOLE, &opt.clients},
    {"senders", 0, WHOLE, &opt.senders},
    {"cookies", 0, TEXT, &opt.cookies_file},
    {"rooms-file", 0, TEXT, &opt.rooms_file},
    {"protocol", 0, TEXT, &opt.protocol},
    {"join", 0, JOIN, NULL, JOIN_TEXT},
    {"join-binary", 0, JOIN, NULL, JOIN_BINARY},
    {"expect", 0, JOIN, NULL, JOIN_EXPECT},
    {"reply", 0, REPLY},
    {"binary", 0, FLAG, &opt.binary},
    {"size", 0, WHOLE, &opt.size},
    {"match", 0, TEXT, &opt.match},
    {"ack-field", 0, TEXT, &opt.ack_field},
    {"self", 0, FLAG, &opt.self},
    {"poisson", 0, FLAG, &opt.poisson},
    {"duration", 0, SECONDS, &opt.duration},
    {"warmup", 0, SECONDS, &opt.warmup},
    {"drain", 0, SECONDS, &opt.drain},
    {"settle", 0, SECONDS, &opt.settle},
    {"hold", 0, SECONDS, &opt.hold},
    {"timeout", 0, SECONDS, &opt.timeout},
    {"at-once", 0, WHOLE, &opt.at_once},
    {"max-p99", 0, SECONDS, &opt.ramp_p99},
    {"ramp-factor", 0, SECONDS, &opt.ramp_factor},
    {"ramp-max", 0, SECONDS, &opt.ramp_max},
    {"bisect", 0, WHOLE, &opt.ramp_bisect},
    {"label", 0, TEXT, &opt.label},
};

enum { FIRST_LONG = 256 };

static double number(const struct row *r, const char *text)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= 0 && v <= 1e12))
        tool_die("--%s is \"%s\", not a number of 0 or more", r->name, text);
    return v;
}

static void take(const struct row *r, char *value)
{
    char *equals;
    switch (r->kind) {
    case TEXT:
        *(const char **)r->to = value;
        break;
    case WHOLE:
        if (number(r, value) > 1e9)
            tool_die("--%s is too much", r->name);
        *(int *)r->to = (int)number(r, value);
        break;
    case SECONDS:
        *(double *)r->to = number(r, value);
        break;
    case FLAG:
        *(bool *)r->to = true;
        break;
    case HEADER:
        if (opt.n_headers == OPTIONS_LIST)
            tool_die("at most %d headers", OPTIONS_LIST);
        opt.headers[opt.n_headers++] = value;
        break;
    case PID:
        if (opt.n_pids == OPTIONS_LIST || number(r, value) < 1 || number(r, value) > 1e9)
            tool_die("--server-pid wants a process id, at most %d times", OPTIONS_LIST);
        opt.pids[opt.n_pids++] = (pid_t)number(r, value);
        break;
    case JOIN:
        if (opt.n_join == OPTIONS_LIST)
            tool_die("at most %d steps of joining", OPTIONS_LIST);
        opt.join[opt.n_join].text = value;
        opt.join[opt.n_join++].kind = (unsigned)r->step;
        break;
    case REPLY:
        equals = strchr(value, '=');
        if (!equals)
            tool_die("--reply wants A=B");
        *equals = '\0';
        opt.reply_to = value;
        opt.reply_with = equals + 1;
        break;
    case HELP:
        fputs(help, stdout);
        exit(0);
    }
}

static void check(void)
{
    opt.word = strstr(opt.message, "{word}") != NULL;
    opt.counts_from_1 = strstr(opt.message, "{seq1}") != NULL;
    bool marked = opt.word || strstr(opt.message, "{marker}");
    if (opt.rooms < 1 || opt.rooms > 65535 || opt.clients < 1 || opt.clients > 65535)
        tool_die("1 to 65535 rooms of 1 to 65535 clients");
    if (opt.senders < 1 || opt.senders > opt.clients)
        tool_die("there must be a sender in each room, and no more of them than clients");
    if (opt.rate <= 0 || opt.duration <= 0 || opt.ramp_factor <= 1 || opt.at_once < 1)
        tool_die("--rate, --duration and --at-once must be above 0, --ramp-factor above 1");
    if (opt.size > 65535 * 16)
        tool_die("--size is at most a million bytes");
    if (opt.ack_field && !opt.ack)
        tool_die("--ack-field belongs to the modes ack and ramp-ack");
    if (!opt.idle && !opt.ack_field && !marked)
        tool_die("--message must hold {marker} or {word}");
}

static void set_mode(const char *mode)
{
    opt.mode = mode;
    opt.ramp = !strncmp(mode, "ramp", 4);
    opt.ack = !strcmp(mode, "ack") || !strcmp(mode, "ramp-ack");
    opt.idle = !strcmp(mode, "idle");
    if (strcmp(mode, "fanout") && strcmp(mode, "ramp") && !opt.ack && !opt.idle)
        tool_die("unknown mode \"%s\"; see --help", mode);
}

void options_parse(int argc, char **argv)
{
    struct option longs[M4_COUNT(rows) + 1] = {0};
    for (size_t i = 0; i < M4_COUNT(rows); i++) {
        bool has_value = rows[i].kind != FLAG && rows[i].kind != HELP;
        longs[i] = (struct option){rows[i].name, has_value, NULL, FIRST_LONG + (int)i};
    }
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        fputs(help, stdout);
        exit(0);
    }
    if (argc < 2 || argv[1][0] == '-') {
        fputs(help, stderr);
        exit(1);
    }
    set_mode(argv[1]);
    for (int c; (c = getopt_long(argc - 1, argv + 1, "u:H:m:r:p:o:h", longs, NULL)) != -1;) {
        const struct row *r = c >= FIRST_LONG ? &rows[c - FIRST_LONG] : NULL;
        for (size_t i = 0; !r && c != '?' && i < M4_COUNT(rows); i++)
            if (rows[i].letter == c)
                r = &rows[i];
        if (!r) {
            fputs(help, stderr);
            exit(1);
        }
        take(r, optarg);
    }
    if (optind != argc - 1)
        tool_die("\"%s\" is no option", argv[optind + 1]);
    check();
}
