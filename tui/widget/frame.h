/* frame.h - what every screen has: top line with clock, rules, bottom line with keys */
#ifndef M4_TUI_WIDGET_FRAME_H
#define M4_TUI_WIDGET_FRAME_H

#include "tui/term/words.h"

struct frame {
    enum words_lang lang;
    const char *school, *version;
    int64_t now_us;
    const char *keys;  /* only those that work here and now */
    int rows, columns; /* of the terminal, filled by frame_draw() */
    int first, last;   /* rows that are the screen's own */
};

enum { FRAME_LEAST_ROWS = 8, FRAME_LEAST_COLUMNS = 40 };

/* Begins a picture and draws the edges. False when the terminal is too small for any screen:
 * it then says so itself. */
bool frame_draw(struct frame *frame);

#endif
