#include "tests/bench/wsfan/url.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/wsfan/tool.h"

struct url url;

/* "host:port", "[::1]:port", without a port the scheme's own. */
static void split_host(char *text)
{
    char *bracket = strchr(text, ']');
    char *colon = strrchr(text, ':');
    snprintf(url.port, sizeof(url.port), "%s", url.tls ? "443" : "80");
    if (colon && (!bracket || colon > bracket)) {
        snprintf(url.port, sizeof(url.port), "%.15s", colon + 1);
        *colon = '\0';
    }
    if (bracket)
        *bracket = '\0';
    snprintf(url.host, sizeof(url.host), "%s", bracket ? text + 1 : text);
}

void url_parse(const char *text)
{
    char host[256];
    url.tls = !strncmp(text, "wss://", 6);
    if (!url.tls && strncmp(text, "ws://", 5) != 0)
        tool_die("the URL must begin with ws:// or wss://");
    text += url.tls ? 6 : 5;
    size_t n = strcspn(text, "/");
    if (n == 0 || n >= sizeof(host))
        tool_die("the URL has no host, or one of more than 255 bytes");
    memcpy(host, text, n);
    host[n] = '\0';
    url.path = text[n] ? text + n : "/";
    split_host(host);
    struct addrinfo hint = {.ai_socktype = SOCK_STREAM}, *found;
    int failed = getaddrinfo(url.host, url.port, &hint, &found);
    if (failed)
        tool_die("cannot find %s: %s", url.host, gai_strerror(failed));
    memcpy(&url.addr, found->ai_addr, found->ai_addrlen);
    url.addr_len = found->ai_addrlen;
    freeaddrinfo(found);
}
