#include "daemon/store/pgarray.h"

#include <endian.h>
#include <string.h>

static void put_u32(struct m4_buf *b, uint32_t n)
{
    n = htobe32(n);
    m4_buf_add(b, &n, sizeof(n));
}

void pgarray_begin(struct m4_buf *b, enum pg_oid type, uint32_t count)
{
    m4_buf_clear(b);
    put_u32(b, 1); /* dimensions */
    put_u32(b, 0); /* no NULLs */
    put_u32(b, type);
    put_u32(b, count);
    put_u32(b, 1); /* first index */
}

void pgarray_int8(struct m4_buf *b, int64_t number)
{
    uint64_t n = htobe64((uint64_t)number);
    put_u32(b, sizeof(n));
    m4_buf_add(b, &n, sizeof(n));
}

void pgarray_text(struct m4_buf *b, const char *text, size_t len)
{
    put_u32(b, (uint32_t)len);
    m4_buf_add(b, text, len);
}
