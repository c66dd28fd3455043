/* term.h - the terminal: sizes, styles, text at a place, keys (ncursesw)
 *
 * Text is UTF-8 from anywhere: what cannot be shown becomes "?", and without UTF-8 the marks
 * become ASCII (+ ! x ? > | -). Styles are colours where there are any; nothing is told by
 * colour alone. One terminal per process; one thread.
 */
#ifndef M4_TUI_TERM_TERM_H
#define M4_TUI_TERM_TERM_H

#include "lib/err.h"

enum term_style { TERM_PLAIN, TERM_STRONG, TERM_DIM, TERM_GREEN, TERM_YELLOW, TERM_RED, TERM_CYAN };

enum term_key {
    TERM_NO_KEY = 0, /* time is over; below 256: the byte typed */
    TERM_RESIZED = 256,
    TERM_GONE, /* nobody is at the other end any more */
    TERM_ESC,
    TERM_F1
};

/* Takes the terminal over; -ENODEV when there is none or its kind is not known. */
M4_MUST_CHECK int term_open(struct m4_err *err);
void term_close(void); /* gives it back as it was; once is enough, twice is harmless */

/* Whether the locale is UTF-8; settled by term_locale(), which term_open() calls. */
bool term_utf8(void);
void term_locale(void);

/* A new picture: clears, and says how large it is. term_show() puts it on the screen. */
void term_begin(int *ret_rows, int *ret_columns);
void term_show(void);

/* Writes text, cut at `width` columns or the right edge; returns the columns used. */
int term_put(int row, int column, int width, enum term_style style, const char *text);

/* Fills `width` columns with a horizontal line. */
void term_rule(int row, int column, int width);

/* Columns the text takes, and bytes of it that fit into `width` columns, broken after a word
 * where there is one. */
int term_width(const char *text);
size_t term_break(const char *text, int width);

/* Waits for a key, at most timeout_ms. */
int term_key(int timeout_ms);

#endif
