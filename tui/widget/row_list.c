#include "tui/widget/row_list.h"

#include <stdio.h>
#include <string.h>

enum { MARK_AT = 2, NAME_AT = 4, TEXT_AT = 23, TEXT_AT_NARROW = 19, NARROW = 70 };

enum term_style row_list_style(enum health_mark mark)
{
    static const enum term_style styles[] = {[HEALTH_NOW] = TERM_RED,
                                             [HEALTH_SOON] = TERM_YELLOW,
                                             [HEALTH_UNKNOWN] = TERM_STRONG,
                                             [HEALTH_RUNNING] = TERM_CYAN,
                                             [HEALTH_WELL] = TERM_GREEN};
    return styles[mark];
}

/* A shape before it is a colour. */
static const char *shape(enum health_mark mark)
{
    static const char *const shapes[] = {[HEALTH_NOW] = "✗",
                                         [HEALTH_SOON] = "!",
                                         [HEALTH_UNKNOWN] = "?",
                                         [HEALTH_RUNNING] = "▶",
                                         [HEALTH_WELL] = "✓"};
    return shapes[mark];
}

/* Writes text over as many lines as it needs; the first one leaves `spare` columns free. */
static int draw_wrapped(const char *text, int at, int last, int column, int end, int spare)
{
    while (*text && at <= last) {
        char line[512];
        size_t len = term_break(text, end - column - spare);
        snprintf(line, sizeof(line), "%.*s", (int)len, text);
        term_put(at++, column, end - column - spare, TERM_PLAIN, line);
        text += len;
        spare = 0;
    }
    return at;
}

static int draw_row(const struct health_row *row, int at, int last, int columns)
{
    int text_at = columns < NARROW ? TEXT_AT_NARROW : TEXT_AT, end = columns - 1;
    int age = term_width(row->age);
    term_put(at, MARK_AT, 1, row_list_style(row->mark), shape(row->mark));
    term_put(at, NAME_AT, text_at - NAME_AT - 1, TERM_PLAIN, row->name);
    if (age)
        term_put(at, end - age, age, TERM_PLAIN, row->age);
    int next = draw_wrapped(row->text, at, last, text_at, end, age ? age + 2 : 0);
    if (next == at)
        next++;
    return draw_wrapped(row->advice, next, last, text_at, end, 0);
}

int row_list_draw(const struct health_view *view, int at, int last, int columns)
{
    for (size_t i = 0; i < view->row_count && at <= last; i++) {
        const struct health_row *row = &view->rows[i];
        int next = draw_row(row, at, last, columns);
        for (int line = at; i == 0 && row->mark <= HEALTH_SOON && line < next; line++)
            term_put(line, 0, 1, row_list_style(row->mark), "▌");
        at = next;
    }
    return at;
}
