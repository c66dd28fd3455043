/* table.h - rows for people: columns as wide as their widest cell
 *
 * Cells are copied. At most TABLE_COLUMNS columns; failure sticks and shows in
 * table_print(). Widths count what a terminal shows (wcwidth).
 */
#ifndef M4_TOOLS_TABLE_H
#define M4_TOOLS_TABLE_H

#include "lib/base.h"

enum { TABLE_COLUMNS = 8 };

struct table {
    size_t columns;
    char **cells; /* columns of each row, one after the other */
    size_t count, room;
    bool failed;
};

#define TABLE(column_count) ((struct table){.columns = (column_count)})

/* One row: as many texts as there are columns; NULL is "". */
void table_row(struct table *t, const char *const *texts);
#define TABLE_ROW(t, ...) table_row(t, (const char *const[]){__VA_ARGS__})

/* Writes all rows to standard output, each after `indent` spaces; false when memory or
 * the output failed. */
bool table_print(const struct table *t, int indent);

void table_done(struct table *t);
#define autotable __attribute__((cleanup(table_done)))

#endif
