/* row_list.h - rows of the model on the screen: mark, name, sentence, age, advice */
#ifndef M4_TUI_WIDGET_ROW_LIST_H
#define M4_TUI_WIDGET_ROW_LIST_H

#include "tui/model/health.h"
#include "tui/term/term.h"

enum term_style row_list_style(enum health_mark mark);

/* Draws from line `at` to `last`, over `columns`; returns the line after. */
int row_list_draw(const struct health_view *view, int at, int last, int columns);

#endif
