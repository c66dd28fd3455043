/* health.h - /livez, /readyz and /health: what the supervisor and the console ask */
#ifndef M4_DAEMON_API_HEALTH_H
#define M4_DAEMON_API_HEALTH_H

#include "daemon/net/request.h"

/* Answers when the path is one of the three; else returns false. */
bool health_answer(struct request *r);

/* Looks at the database's schema version from time to time; call once after the links. */
void health_watch(void);
void health_unwatch(void);

#endif
