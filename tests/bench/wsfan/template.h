/* template.h - what is sent: text with names between braces
 *
 * Known names are replaced, \xHH, \n, \r, \t and \\ are unescaped, anything else stands for
 * itself, so JSON needs no quoting. {pad} grows until the message has opt.size bytes.
 */
#ifndef M4_BENCH_WSFAN_TEMPLATE_H
#define M4_BENCH_WSFAN_TEMPLATE_H

#include "tests/bench/wsfan/conn.h"

/* Appends the text as connection `c` sends it at `when_ns`. */
void template_render(struct buf *out, const char *text, const struct conn *c, uint64_t when_ns);

#endif
