#include "tools/table.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

void table_row(struct table *t, const char *const *texts)
{
    if (t->count + t->columns > t->room) {
        size_t more = t->room ? t->room * 2 : 16 * t->columns;
        char **bigger = realloc(t->cells, more * sizeof(*bigger));
        if (!bigger) {
            t->failed = true;
            return;
        }
        t->cells = bigger;
        t->room = more;
    }
    for (size_t i = 0; i < t->columns; i++) {
        char *copy = strdup(texts[i] ? texts[i] : "");
        t->failed = t->failed || !copy;
        t->cells[t->count++] = copy;
    }
}

/* Columns of a terminal; bytes where the locale cannot read it. */
static size_t shown(const char *text)
{
    size_t total = 0;
    mbstate_t state = {0};
    for (const char *at = text; *at;) {
        wchar_t wide;
        size_t n = mbrtowc(&wide, at, strlen(at), &state);
        if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
            return strlen(text);
        int columns = wcwidth(wide);
        total += columns > 0 ? (size_t)columns : 0;
        at += n;
    }
    return total;
}

bool table_print(const struct table *t, int indent)
{
    size_t width[TABLE_COLUMNS] = {0};
    if (t->failed) {
        fprintf(stderr, "m4shctl: the table does not fit in memory.\n");
        return false;
    }
    for (size_t i = 0; i < t->count; i++) {
        size_t columns = shown(t->cells[i]);
        if (columns > width[i % t->columns])
            width[i % t->columns] = columns;
    }
    for (size_t i = 0; i < t->count; i++) {
        bool first = i % t->columns == 0, last = (i + 1) % t->columns == 0;
        if (first)
            printf("%*s", indent, "");
        printf("%s", t->cells[i]);
        if (last)
            printf("\n");
        else
            printf("%*s", (int)(width[i % t->columns] - shown(t->cells[i]) + 2), "");
    }
    return fflush(stdout) == 0;
}

void table_done(struct table *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->cells[i]);
    free(t->cells);
    *t = (struct table){0};
}
