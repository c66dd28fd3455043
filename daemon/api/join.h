/* join.h - the plain-HTTP page that teaches installing the box's CA; nothing else */
#ifndef M4_DAEMON_API_JOIN_H
#define M4_DAEMON_API_JOIN_H

#include "daemon/net/request.h"

/* Reads the CA, and what people compare: its fingerprint and three words. */
M4_MUST_CHECK int join_load(const char *ca_path, struct m4_err *err);

/* Answers every request of the join port: the page, the CA file, 404 for the rest. */
void join_answer(struct request *r);

#endif
