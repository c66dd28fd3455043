#include "tui/screen/help.h"

#include "tui/term/term.h"
#include "tui/widget/frame.h"

static const char *const lines[][2] = {
    {"HELP", "ДОВІДКА"},
    {"", ""},
    {"✓  well", "✓  гаразд"},
    {"!  needs you soon", "!  скоро потребуватиме вас"},
    {"✗  needs you now", "✗  потребує вас зараз"},
    {"?  not known: it was not checked, or nobody answered",
     "?  невідомо: не перевірено або ніхто не відповів"},
    {"▶  on its way", "▶  триває"},
    {"", ""},
    {"The third line is the whole truth in words. Rows that need somebody",
     "Третій рядок каже все словами. Рядки, які потребують уваги, стоять"},
    {"come first, each with what to do. A clock that stands still means",
     "першими, кожен із порадою. Якщо годинник стоїть, ця консоль"},
    {"that this console is dead.", "не працює."},
    {"", ""},
    {"The same on the command line: m4shctl status", "Те саме в командному рядку: m4shctl status"},
};

void screen_help_draw(const struct health_view *view, enum words_lang lang, int64_t now_us)
{
    struct frame f = {.lang = lang,
                      .school = view->school,
                      .version = view->version,
                      .now_us = now_us,
                      .keys = words_pick(lang, "Esc back  q Quit", "Esc назад  q Вийти")};
    if (frame_draw(&f))
        for (size_t i = 0; i < M4_COUNT(lines) && f.first + (int)i <= f.last; i++)
            term_put(f.first + (int)i, 2, f.columns - 3, i ? TERM_PLAIN : TERM_STRONG,
                     lines[i][lang == WORDS_UK]);
    term_show();
}
