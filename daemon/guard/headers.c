#include "daemon/guard/headers.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct m4_settings *settings;
static char host_local[80]; /* "<hostname>.local", as avahi says it */

static const struct {
    const char *name, *value;
} always[] = {
    {"content-security-policy",
     "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; "
     "object-src 'none'; base-uri 'none'; frame-ancestors 'self'; report-uri /api/csp-report/"},
    {"referrer-policy", "strict-origin-when-cross-origin"},
    {"x-frame-options", "SAMEORIGIN"},
    {"x-xss-protection", "1; mode=block"},
    {"x-content-type-options", "nosniff"},
    {"permissions-policy",
     "camera=(self), microphone=(self), display-capture=(self), geolocation=()"},
};

/* Whether the origin stands on the configured list (words, by spaces). */
static bool listed(const char *origin)
{
    size_t len = strlen(origin);
    for (const char *at = settings->cors_origins; *at;) {
        size_t word = strcspn(at, " ");
        if (word == len && word && !strncasecmp(at, origin, len))
            return true;
        at += word + strspn(at + word, " ");
    }
    return false;
}

void headers_init(const struct m4_settings *known)
{
    char name[64] = "";
    settings = known;
    gethostname(name, sizeof(name) - 1);
    snprintf(host_local, sizeof(host_local), "%s.local", name);
}

void headers_add(struct request *r)
{
    for (size_t i = 0; i < M4_COUNT(always); i++)
        reply_header(r, always[i].name, always[i].value);
    if (settings->trust_confirmed)
        reply_header(r, "strict-transport-security", "max-age=31536000; includeSubDomains");
    const char *origin = request_header(r, "origin");
    if (!origin || !listed(origin))
        return;
    reply_header(r, "access-control-allow-origin", origin);
    reply_header(r, "access-control-allow-credentials", "true");
    reply_header(r, "access-control-allow-methods", "GET, POST, PATCH, DELETE");
    reply_header(r, "access-control-allow-headers", "content-type, x-request-id");
    reply_header(r, "vary", "origin");
}

/* The host without its port; an IPv6 literal without its brackets. */
static void split_host(const char *host, char out[256])
{
    if (*host == '[') {
        snprintf(out, 256, "%.*s", (int)strcspn(host + 1, "]"), host + 1);
        return;
    }
    snprintf(out, 256, "%.*s", (int)strcspn(host, ":"), host);
}

bool headers_is_our_host(const char *given)
{
    char host[256];
    uint8_t address[16];
    split_host(given, host);
    return !strcasecmp(host, settings->name) || !strcasecmp(host, "localhost") ||
           !strcasecmp(host, host_local) || inet_pton(AF_INET, host, address) == 1 ||
           inet_pton(AF_INET6, host, address) == 1;
}

bool headers_is_our_origin(const char *origin, const char *host)
{
    char own[300];
    if (!origin || !*host)
        return false;
    snprintf(own, sizeof(own), "https://%s", host);
    return !strcasecmp(origin, own) || listed(origin);
}

bool headers_host_allowed(const struct request *r)
{
    return r->conn->via == VIA_LOCAL || headers_is_our_host(r->host);
}

bool headers_is_measured_origin(const char *origin, const char *host)
{
    return origin && *host && !strncasecmp(origin, "http://", 7) && !strcasecmp(origin + 7, host);
}

bool headers_same_origin(const struct request *r)
{
    const char *origin = request_header(r, "origin");
    switch (r->conn->via) {
    case VIA_LOCAL:
        return true;
    case VIA_MEASURE:
        return headers_is_measured_origin(origin, r->host);
    default:
        return headers_is_our_origin(origin, r->host);
    }
}

bool headers_origin_allowed(const struct request *r)
{
    bool safe = r->method == GET || r->method == HEAD || r->method == OPTIONS;
    return safe || headers_same_origin(r);
}
