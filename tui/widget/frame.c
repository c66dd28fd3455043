#include "tui/widget/frame.h"

#include <stdio.h>

#include "tui/term/term.h"

/* The clock always stands; the version where it has room, and the school in what is left. */
static void draw_top(const struct frame *f)
{
    char clock[WORDS_TEXT], version[64];
    words_clock(f->lang, f->now_us, clock);
    int clock_at = f->columns - 1 - term_width(clock);
    term_put(0, clock_at, f->columns, TERM_PLAIN, clock);
    snprintf(version, sizeof(version), "M4SH Box %s", f->version);
    int version_at = (f->columns - term_width(version)) / 2;
    int school_end = clock_at - 2;
    if (version_at + term_width(version) + 2 <= clock_at) {
        term_put(0, version_at, f->columns, TERM_PLAIN, version);
        school_end = version_at - 2;
    }
    term_put(0, 1, school_end - 1, TERM_STRONG, f->school);
}

bool frame_draw(struct frame *f)
{
    term_begin(&f->rows, &f->columns);
    if (f->rows < FRAME_LEAST_ROWS || f->columns < FRAME_LEAST_COLUMNS) {
        term_put(0, 0, f->columns, TERM_STRONG,
                 words_pick(f->lang, "Make this window larger", "Збільште це вікно"));
        return false;
    }
    draw_top(f);
    term_rule(1, 0, f->columns);
    f->first = 2;
    f->last = f->rows - 3;
    term_rule(f->rows - 2, 0, f->columns);
    term_put(f->rows - 1, 1, f->columns - 2, TERM_PLAIN, f->keys);
    return true;
}
