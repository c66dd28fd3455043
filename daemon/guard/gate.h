/* gate.h - the schema gate: every body and message against its schema, by name */
#ifndef M4_DAEMON_GUARD_GATE_H
#define M4_DAEMON_GUARD_GATE_H

#include "lib/schema.h"

/* Loads and compiles every schema that <dir>/index.json lists as coming in; refuses to
 * start over a keyword the validator does not know. */
M4_MUST_CHECK int gate_load(const char *dir, struct m4_err *err);
void gate_done(void);

/* The compiled schema, NULL when there is none of that name. */
const struct m4_schema *gate_schema(const char *name);

/* The schema of a socket message of type `t`, NULL when there is no such message. */
const struct m4_schema *gate_message(const char *t);

#endif
