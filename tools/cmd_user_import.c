#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/file.h"
#include "tools/api.h"
#include "tools/csv.h"
#include "tools/table.h"

enum { IMPORT_MS = 5 * 60 * 1000 }; /* 2000 passwords are hashed, slowly on purpose */

/* The columns we know, as the API calls them. */
static const char *const columns[] = {"name", "login", "role", "classroom", "password"};

/* Which of ours each column of the file is. */
struct header {
    size_t count;
    size_t of[CSV_COLUMNS];
};

/* `text` without spaces around it. */
static size_t trim(const char **text)
{
    *text += strspn(*text, " \t");
    size_t len = strlen(*text);
    while (len && strchr(" \t", (*text)[len - 1]))
        len--;
    return len;
}

static int read_header(const struct csv *csv, struct header *header, struct m4_err *err)
{
    bool seen[M4_COUNT(columns)] = {false};
    if (csv_rows(csv) < 2)
        return m4_fail(err, EINVAL, "the file has no people: it needs a header line and rows");
    header->count = csv_columns(csv, 0);
    for (size_t i = 0; i < header->count; i++) {
        const char *name = csv_field(csv, 0, i);
        size_t len = trim(&name), k = 0;
        while (k < M4_COUNT(columns) &&
               (strlen(columns[k]) != len || strncasecmp(columns[k], name, len) != 0))
            k++;
        if (k == M4_COUNT(columns))
            return m4_fail(err, EINVAL,
                           "line %zu: there is no column \"%.60s\"; known are name, login, role, "
                           "classroom, password",
                           csv_line(csv, 0), name);
        if (seen[k])
            return m4_fail(err, EINVAL, "line %zu: column \"%s\" stands twice", csv_line(csv, 0),
                           columns[k]);
        seen[k] = true;
        header->of[i] = k;
    }
    if (!seen[0])
        return m4_fail(err, EINVAL, "line %zu: column \"name\" is missing", csv_line(csv, 0));
    return 0;
}

/* Empty cells are left out, so that the server sets its own. */
static int write_row(struct m4_jw *w, const struct csv *csv, const struct header *header,
                     size_t row, struct m4_err *err)
{
    if (csv_columns(csv, row) > header->count)
        return m4_fail(err, EINVAL, "line %zu has %zu fields, the header has %zu",
                       csv_line(csv, row), csv_columns(csv, row), header->count);
    m4_jw_open(w, '{');
    m4_jw_kint(w, "line", (int64_t)csv_line(csv, row));
    for (size_t i = 0; i < header->count; i++) {
        const char *text = csv_field(csv, row, i);
        size_t len = trim(&text);
        if (!len)
            continue;
        m4_jw_key(w, columns[header->of[i]]);
        m4_jw_strn(w, text, len);
    }
    m4_jw_close(w, '}');
    return 0;
}

static int write_body(struct m4_buf *body, const struct csv *csv, bool dry_run, struct m4_err *err)
{
    struct header header = {0};
    struct m4_jw w = M4_JW(body);
    int rc = read_header(csv, &header, err);
    m4_jw_open(&w, '{');
    m4_jw_kbool(&w, "dry_run", dry_run);
    m4_jw_key(&w, "rows");
    m4_jw_open(&w, '[');
    for (size_t row = 1; rc == 0 && row < csv_rows(csv); row++)
        rc = write_row(&w, csv, &header, row, err);
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    if (rc == 0 && body->failed)
        rc = m4_fail(err, EFBIG, "the list is more than %d KiB as JSON; split it", API_BODY / 1024);
    return rc;
}

/* Reads, sends, and takes the report. */
static int import(const struct cmd_env *env, const char *path, bool dry_run,
                  struct m4_doc **ret_report, struct m4_err *err)
{
    m4_autofree char *text = NULL;
    m4_autobuf struct m4_buf body = M4_BUF(API_BODY);
    struct csv *csv = NULL;
    size_t len;
    int rc = m4_file_read(path, CSV_BYTES, &text, &len, err);
    if (rc == 0)
        rc = csv_parse(text, len, &csv, err);
    if (rc == 0)
        rc = write_body(&body, csv, dry_run, err);
    csv_free(csv);
    if (rc < 0)
        return m4_wrap(err, rc, "\"%s\" was not imported", path);
    rc = api_call_within(env, IMPORT_MS, "POST", "users/import", &body, ret_report, err);
    if (rc == 0 && !*ret_report)
        rc = m4_fail(err, EPROTO, "the answer has no report");
    if (rc == -ETIMEDOUT)
        return m4_wrap(err, rc, "it is not known whether \"%s\" was imported, see who is there",
                       path);
    return rc < 0 ? m4_wrap(err, rc, "\"%s\" was not imported", path) : 0;
}

/* Returns how many lines were refused. */
static size_t show_rows(const struct m4_json *rows, bool committed, struct table *table)
{
    size_t refused = 0;
    for (const struct m4_json *row = rows ? rows->child : NULL; row; row = row->next) {
        char line[32];
        const char *status = m4_json_text(row, "status", "?");
        const char *field = m4_json_text(row, "field", "");
        m4_autobuf struct m4_buf note = M4_BUF(4096);
        snprintf(line, sizeof(line), "line %lld", (long long)m4_json_number(row, "line", 0));
        m4_buf_str(&note, m4_json_text(row, "password", ""));
        m4_buf_fmt(&note, "%s%s%s", field, *field ? ": " : "", m4_json_text(row, "detail", ""));
        bool would = !committed && !strcmp(status, "created");
        TABLE_ROW(table, line, would ? "good" : status, m4_json_text(row, "login", ""), note.data);
        refused += !strcmp(status, "refused");
    }
    return refused;
}

static int tell(const struct cmd_env *env, const struct m4_json *report, bool dry_run)
{
    autotable struct table table = TABLE(4);
    const struct m4_json *rows = m4_json_get(report, "rows");
    bool committed = m4_json_truth(report, "committed", false);
    size_t refused = show_rows(rows, committed, &table);
    int code = refused || (!committed && !dry_run) ? CMD_FINDINGS : CMD_GOOD;
    if (env->json) {
        m4_autobuf struct m4_buf out = M4_BUF(16 * 1024 * 1024);
        struct m4_jw w = M4_JW(&out);
        m4_jw_value(&w, report);
        return cmd_print_json(&out, code);
    }
    if (!table_print(&table, 0))
        return CMD_COULD_NOT;
    if (committed)
        printf("All %zu lines are in; passwords are shown this once.\n", rows ? rows->len : 0);
    else if (dry_run && !refused)
        printf("All %zu lines would go in; nothing was changed.\n", rows ? rows->len : 0);
    else
        printf("%zu of %zu lines refused: nothing was changed.\n", refused, rows ? rows->len : 0);
    return code;
}

int cmd_user_import(struct cmd_env *env, int argc, char **argv)
{
    bool dry_run = false;
    const struct m4_opt options[] = {
        {"dry-run", 0, M4_OPT_FLAG, &dry_run, 0, 0, NULL, "only say what would happen"},
        CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl user import",
        "add a class list from a CSV file; its first line names the columns: "
        "name, and as wanted login, role, classroom, password",
        "FILE",
        1,
        1,
        options};
    char **words;
    struct m4_err err = {0};
    m4_autodoc struct m4_doc *report = NULL;
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = import(env, words[0], dry_run, &report, &err);
    return rc < 0 ? cmd_error(&err) : tell(env, m4_doc_root(report), dry_run);
}
