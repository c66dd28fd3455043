#include "tests/bench/wsfan/usage.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/wsfan/options.h"

enum { MOST = 8192 };

static struct process {
    int pid, parent;
    double cpu_s;
    uint64_t rss_bytes;
    bool mine;
} table[MOST];

static bool read_process(int pid, struct process *ret)
{
    char path[64], line[1024];
    unsigned long user, sys, children_user, children_sys;
    long rss;
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    const char *rest = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
    fclose(f);
    if (!rest || sscanf(rest + 2,
                        "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu %*d %*d %*d "
                        "%*d %*u %*u %ld",
                        &ret->parent, &user, &sys, &children_user, &children_sys, &rss) != 6)
        return false;
    ret->pid = pid;
    ret->cpu_s = (double)(user + sys + children_user + children_sys) / (double)sysconf(_SC_CLK_TCK);
    ret->rss_bytes = (uint64_t)rss * (uint64_t)sysconf(_SC_PAGESIZE);
    ret->mine = false;
    for (int i = 0; i < opt.n_pids; i++)
        ret->mine |= ret->pid == opt.pids[i];
    return true;
}

static int read_processes(void)
{
    int n = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *e; d && (e = readdir(d)) && n < MOST;)
        if (isdigit((unsigned char)e->d_name[0]))
            n += read_process(atoi(e->d_name), &table[n]);
    if (d)
        closedir(d);
    return n;
}

static void mark_descendants(int n)
{
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n && !table[i].mine; j++)
                if (table[j].mine && table[i].parent == table[j].pid)
                    table[i].mine = more = true;
    }
}

static uint64_t pss_of(int pid)
{
    char path[64], line[256];
    unsigned long kib;
    uint64_t bytes = 0;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "Pss: %lu", &kib) == 1)
            bytes += kib * 1024ull;
    if (f)
        fclose(f);
    return bytes;
}

static uint64_t tcp_memory(void)
{
    char line[256];
    uint64_t pages = 0;
    FILE *f = fopen("/proc/net/sockstat", "r");
    while (f && fgets(line, sizeof(line), f)) {
        const char *mem = !strncmp(line, "TCP:", 4) ? strstr(line, " mem ") : NULL;
        if (mem)
            pages = strtoull(mem + 5, NULL, 10);
    }
    if (f)
        fclose(f);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

struct usage usage_of_server(bool with_memory)
{
    struct usage u = {0};
    int n = opt.n_pids ? read_processes() : 0;
    mark_descendants(n);
    for (int i = 0; i < n; i++) {
        if (!table[i].mine)
            continue;
        u.cpu_s += table[i].cpu_s;
        u.rss_bytes += table[i].rss_bytes;
        u.processes++;
        if (with_memory)
            u.pss_bytes += pss_of(table[i].pid);
    }
    if (with_memory)
        u.tcp_bytes = tcp_memory();
    return u;
}

double usage_of_self(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}
