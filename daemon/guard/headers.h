/* headers.h - what stands on every answer, and whose site a request is from */
#ifndef M4_DAEMON_GUARD_HEADERS_H
#define M4_DAEMON_GUARD_HEADERS_H

#include "daemon/net/request.h"
#include "lib/settings.h"

/* The settings everything here looks at; they outlive it. */
void headers_init(const struct m4_settings *settings);

/* Adds the security headers to the answer; CORS for an allowed origin. */
void headers_add(struct request *r);

/* Whether Host is one of ours: the box's name, localhost, or a literal address (which no
 * foreign name can be rebound to). Local peers need none. */
bool headers_host_allowed(const struct request *r);

/* Whether an unsafe method comes from our own page (Origin equals https://Host), or from
 * one of cors_origins; over the measuring listener from http://Host alone; safe methods and
 * local peers always do. A WebSocket needs it too: see headers_same_origin. */
bool headers_origin_allowed(const struct request *r);
bool headers_same_origin(const struct request *r);

/* What the two decisions rest on: a Host header's value, "" when there was none; an Origin
 * header's (NULL: none) against that Host. */
bool headers_is_our_host(const char *host);
bool headers_is_our_origin(const char *origin, const char *host);

/* The same over the measuring listener, whose own pages would come from http://Host. */
bool headers_is_measured_origin(const char *origin, const char *host);

#endif
