/* addresses.h - the names and addresses the box may be called by on its network
 *
 * What the box's authority may sign (its name constraints) and what its leaf names come from
 * the same rules, so a leaf that a browser would refuse is never made.
 */
#ifndef M4_SUPERVISOR_DATA_ADDRESSES_H
#define M4_SUPERVISOR_DATA_ADDRESSES_H

#include <sys/socket.h>

#include "lib/err.h"

enum { ADDRESSES_MOST = 64 };

struct addresses {
    int names, ips;
    char name[4][256];           /* DNS names, lower case, no two the same */
    char ip[ADDRESSES_MOST][46]; /* as inet_ntop() writes them */
};

/* Whether it is a DNS name: letters, digits and - in labels of 63, 253 in all. */
bool addresses_is_name(const char *name);

/* Whether the name is localhost, or within local, lan or home.arpa: what any box may be called. */
bool addresses_is_local_name(const char *name);

/* Whether an IP address (text) is loopback, RFC 1918, link-local or unique local. */
bool addresses_is_local_ip(const char *ip);

/* Fills with `name`, localhost, the host's own name under .local, 127.0.0.1, ::1 and every
 * local address of this machine's interfaces, at most ADDRESSES_MOST of them. -EINVAL when
 * `name` is no DNS name. */
M4_MUST_CHECK int addresses_find(const char *name, struct addresses *ret, struct m4_err *err);

#endif
