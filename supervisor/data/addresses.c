#include "supervisor/data/addresses.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool addresses_is_name(const char *name)
{
    size_t label = 0, len = strlen(name);
    if (len == 0 || len > 253)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];
        bool edge = label == 0 || name[i + 1] == '.' || name[i + 1] == '\0';
        if (c == '.' && label > 0) {
            label = 0;
            continue;
        }
        if (!isalnum(c) && (c != '-' || edge))
            return false;
        if (++label > 63)
            return false;
    }
    return label > 0;
}

bool addresses_is_local_name(const char *name)
{
    static const char *const within[] = {"localhost", "local", "lan", "home.arpa"};
    size_t len = strlen(name);
    for (size_t i = 0; i < M4_COUNT(within); i++) {
        size_t n = strlen(within[i]);
        if (len >= n && !strcasecmp(name + len - n, within[i]) &&
            (len == n || name[len - n - 1] == '.'))
            return true;
    }
    return false;
}

static bool is_local_v4(const uint8_t *b)
{
    return b[0] == 127 || b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
           (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254);
}

static bool is_local_v6(const uint8_t *b)
{
    static const uint8_t loopback[16] = {[15] = 1};
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
           !memcmp(b, loopback, sizeof(loopback));
}

bool addresses_is_local_ip(const char *ip)
{
    uint8_t bytes[16];
    if (inet_pton(AF_INET, ip, bytes) == 1)
        return is_local_v4(bytes);
    return inet_pton(AF_INET6, ip, bytes) == 1 && is_local_v6(bytes);
}

static void add_name(struct addresses *a, const char *name)
{
    char lower[256];
    size_t n = 0;
    for (; name[n] && n < sizeof(lower) - 1; n++)
        lower[n] = (char)tolower((unsigned char)name[n]);
    lower[n] = '\0';
    for (int i = 0; i < a->names; i++)
        if (!strcmp(a->name[i], lower))
            return;
    if (a->names < (int)M4_COUNT(a->name))
        memcpy(a->name[a->names++], lower, n + 1);
}

static void add_ip(struct addresses *a, const char *ip)
{
    for (int i = 0; i < a->ips; i++)
        if (!strcmp(a->ip[i], ip))
            return;
    if (addresses_is_local_ip(ip) && a->ips < ADDRESSES_MOST)
        snprintf(a->ip[a->ips++], sizeof(a->ip[0]), "%s", ip);
}

static void add_host(struct addresses *a)
{
    char host[256], full[256];
    if (gethostname(host, sizeof(host) - 8) < 0)
        return;
    host[sizeof(host) - 8] = '\0';
    host[strcspn(host, ".")] = '\0';
    snprintf(full, sizeof(full), "%.240s.local", host);
    if (addresses_is_name(full))
        add_name(a, full);
}

static void add_interfaces(struct addresses *a)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) < 0)
        return; /* loopback alone, then; the daily check looks again */
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        char ip[46] = "";
        if (!at->ifa_addr || !(at->ifa_flags & IFF_UP))
            continue;
        if (at->ifa_addr->sa_family == AF_INET)
            inet_ntop(AF_INET, &((struct sockaddr_in *)at->ifa_addr)->sin_addr, ip, sizeof(ip));
        if (at->ifa_addr->sa_family == AF_INET6)
            inet_ntop(AF_INET6, &((struct sockaddr_in6 *)at->ifa_addr)->sin6_addr, ip, sizeof(ip));
        if (*ip)
            add_ip(a, ip);
    }
    freeifaddrs(all);
}

int addresses_find(const char *name, struct addresses *ret, struct m4_err *err)
{
    if (!addresses_is_name(name))
        return m4_fail(err, EINVAL, "the box's name \"%s\" is no DNS name", name);
    *ret = (struct addresses){0};
    add_name(ret, name);
    add_name(ret, "localhost");
    add_host(ret);
    add_ip(ret, "127.0.0.1");
    add_ip(ret, "::1");
    add_interfaces(ret);
    return 0;
}
