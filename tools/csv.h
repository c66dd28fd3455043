/* csv.h - a table from a CSV file, as spreadsheets write it (RFC 4180)
 *
 * Comma or semicolon, whichever the first line has more of; quotes, line ends
 * within quotes, CRLF, LF or CR, a byte order mark. Blank lines are passed over.
 * The whole file must be UTF-8 without NUL. Every limit below is an error that
 * names the line. Not thread-safe.
 */
#ifndef M4_TOOLS_CSV_H
#define M4_TOOLS_CSV_H

#include "lib/err.h"

enum {
    CSV_BYTES = 1024 * 1024, /* of the file */
    CSV_ROWS = 2001,         /* with the header */
    CSV_COLUMNS = 32,
    CSV_FIELD = 1000 /* bytes of one field */
};

struct csv;

/* Parses text[0..len), which need not outlive the call. Returns 0 and the table
 * (csv_free()), -EINVAL with the line in err->text, -EFBIG or -ENOMEM. */
M4_MUST_CHECK int csv_parse(const char *text, size_t len, struct csv **ret_csv, struct m4_err *err);
void csv_free(struct csv *csv);

size_t csv_rows(const struct csv *csv);
size_t csv_columns(const struct csv *csv, size_t row);
size_t csv_line(const struct csv *csv, size_t row); /* where it begins, from 1 */

/* Borrowed; "" where the row is shorter. */
const char *csv_field(const struct csv *csv, size_t row, size_t column);

#endif
