#include "tools/csv.h"

#include <errno.h>
#include <string.h>

#include "lib/utf8.h"

struct row {
    size_t line;
    size_t count;
    size_t first; /* in cells */
};

struct csv {
    char *text; /* every field, NUL-terminated, one after the other */
    size_t used;
    size_t *cells; /* where a field begins in text */
    size_t cell_count, cell_room;
    struct row *rows;
    size_t row_count, row_room;
};

/* Where the parser stands. */
struct reader {
    const char *at, *end;
    char separator;
    size_t line;
};

void csv_free(struct csv *csv)
{
    if (!csv)
        return;
    free(csv->text);
    free(csv->cells);
    free(csv->rows);
    free(csv);
}

size_t csv_rows(const struct csv *csv)
{
    return csv->row_count;
}

size_t csv_columns(const struct csv *csv, size_t row)
{
    return csv->rows[row].count;
}

size_t csv_line(const struct csv *csv, size_t row)
{
    return csv->rows[row].line;
}

const char *csv_field(const struct csv *csv, size_t row, size_t column)
{
    const struct row *r = &csv->rows[row];
    return column < r->count ? csv->text + csv->cells[r->first + column] : "";
}

/* --- memory ---------------------------------------------------------------------------------- */

static int grow(void **array, size_t *room, size_t item, size_t most, struct m4_err *err)
{
    size_t more = *room ? *room * 2 : 64;
    if (more > most)
        more = most;
    void *bigger = realloc(*array, more * item);
    if (!bigger)
        return m4_fail(err, ENOMEM, "the table does not fit in memory");
    *array = bigger;
    *room = more;
    return 0;
}

static int add_cell(struct csv *csv, size_t start, struct m4_err *err)
{
    if (csv->cell_count == csv->cell_room) {
        int rc = grow((void **)&csv->cells, &csv->cell_room, sizeof(*csv->cells),
                      (size_t)CSV_ROWS * CSV_COLUMNS, err);
        if (rc < 0)
            return rc;
    }
    csv->cells[csv->cell_count++] = start;
    return 0;
}

static int add_row(struct csv *csv, const struct row *row, struct m4_err *err)
{
    if (csv->row_count == CSV_ROWS)
        return m4_fail(err, EFBIG, "line %zu: the file has more than %d rows", row->line,
                       CSV_ROWS - 1);
    if (csv->row_count == csv->row_room) {
        int rc = grow((void **)&csv->rows, &csv->row_room, sizeof(*csv->rows), CSV_ROWS, err);
        if (rc < 0)
            return rc;
    }
    csv->rows[csv->row_count++] = *row;
    return 0;
}

/* --- fields ---------------------------------------------------------------------------------- */

/* Steps over one line end, if one stands here. */
static bool take_line_end(struct reader *r)
{
    if (r->at == r->end || (*r->at != '\r' && *r->at != '\n'))
        return false;
    if (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n')
        r->at++;
    r->at++;
    r->line++;
    return true;
}

static int quoted_field(struct csv *csv, struct reader *r, struct m4_err *err)
{
    size_t began = r->line;
    for (r->at++; r->at < r->end; r->at++) {
        if (*r->at == '"') {
            if (r->at + 1 == r->end || r->at[1] != '"') {
                r->at++;
                return 0;
            }
            r->at++;
        } else if (*r->at == '\n' ||
                   (*r->at == '\r' && (r->at + 1 == r->end || r->at[1] != '\n'))) {
            r->line++;
        }
        csv->text[csv->used++] = *r->at;
    }
    return m4_fail(err, EINVAL, "line %zu: a quote is opened here and never closed", began);
}

static int plain_field(struct csv *csv, struct reader *r, struct m4_err *err)
{
    for (; r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n'; r->at++) {
        if (*r->at == '"')
            return m4_fail(err, EINVAL,
                           "line %zu: a quote stands inside a field that is not in quotes",
                           r->line);
        csv->text[csv->used++] = *r->at;
    }
    return 0;
}

/* One field and its NUL; the reader then stands on what follows it. */
static int take_field(struct csv *csv, struct reader *r, struct m4_err *err)
{
    size_t start = csv->used, line = r->line;
    bool quoted = r->at < r->end && *r->at == '"';
    int rc = quoted ? quoted_field(csv, r, err) : plain_field(csv, r, err);
    if (rc < 0)
        return rc;
    if (csv->used - start > CSV_FIELD)
        return m4_fail(err, EFBIG, "line %zu: a field has %zu bytes, at most %d allowed", line,
                       csv->used - start, CSV_FIELD);
    csv->text[csv->used++] = '\0';
    if (r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n')
        return m4_fail(err, EINVAL,
                       "line %zu: something stands between a closing quote and the "
                       "next separator",
                       r->line);
    return add_cell(csv, start, err);
}

static int take_row(struct csv *csv, struct reader *r, struct m4_err *err)
{
    struct row row = {.line = r->line, .first = csv->cell_count};
    for (;;) {
        if (row.count == CSV_COLUMNS)
            return m4_fail(err, EFBIG, "line %zu: more than %d columns", row.line, CSV_COLUMNS);
        int rc = take_field(csv, r, err);
        if (rc < 0)
            return rc;
        row.count++;
        if (r->at == r->end || *r->at != r->separator)
            break;
        r->at++;
    }
    take_line_end(r);
    return add_row(csv, &row, err);
}

/* --- the file -------------------------------------------------------------------------------- */

static int check_text(const char *text, size_t len, struct m4_err *err)
{
    size_t line = 1;
    struct m4_utf8 state = {0};
    for (const char *at = text; at < text + len; line++) {
        const char *stop = memchr(at, '\n', (size_t)(text + len - at));
        size_t bytes = (size_t)((stop ? stop + 1 : text + len) - at);
        if (memchr(at, '\0', bytes))
            return m4_fail(err, EINVAL, "line %zu has a NUL byte: this is no CSV text", line);
        if (!m4_utf8_feed(&state, at, bytes) || state.need)
            return m4_fail(err, EINVAL, "line %zu is not UTF-8; save the table as \"CSV UTF-8\"",
                           line);
        at += bytes;
    }
    return 0;
}

static char guess_separator(const struct reader *r)
{
    size_t commas = 0, semicolons = 0;
    bool quoted = false;
    for (const char *at = r->at; at < r->end; at++) {
        if (*at == '"')
            quoted = !quoted;
        if (!quoted && (*at == '\r' || *at == '\n'))
            break;
        commas += !quoted && *at == ',';
        semicolons += !quoted && *at == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static int read_rows(struct csv *csv, const char *text, size_t len, struct m4_err *err)
{
    struct reader r = {.at = text, .end = text + len, .line = 1};
    if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
        r.at += 3;
    while (take_line_end(&r))
        continue;
    r.separator = guess_separator(&r);
    while (r.at < r.end) {
        if (take_line_end(&r))
            continue;
        int rc = take_row(csv, &r, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int csv_parse(const char *text, size_t len, struct csv **ret_csv, struct m4_err *err)
{
    if (len > CSV_BYTES)
        return m4_fail(err, EFBIG, "the file has %zu bytes, at most %d allowed", len, CSV_BYTES);
    int rc = check_text(text, len, err);
    if (rc < 0)
        return rc;
    struct csv *csv = calloc(1, sizeof(*csv));
    if (csv)
        csv->text =
            malloc(len + 2); /* every separator and line end becomes a NUL, the end one more */
    if (!csv || !csv->text)
        rc = m4_fail(err, ENOMEM, "the table does not fit in memory");
    else
        rc = read_rows(csv, text, len, err);
    if (rc < 0)
        csv_free(csv);
    else
        *ret_csv = csv;
    return rc;
}
