/* pgarray.h - one-dimensional arrays in PostgreSQL's binary format (array_recv) */
#ifndef M4_DAEMON_STORE_PGARRAY_H
#define M4_DAEMON_STORE_PGARRAY_H

#include "lib/buf.h"

enum pg_oid { PG_INT8 = 20, PG_TEXT = 25 };

void pgarray_begin(struct m4_buf *b, enum pg_oid type, uint32_t count);
void pgarray_int8(struct m4_buf *b, int64_t number);
void pgarray_text(struct m4_buf *b, const char *text, size_t len);

#endif
