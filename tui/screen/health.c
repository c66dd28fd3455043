#include "tui/screen/health.h"

#include "tui/term/term.h"
#include "tui/widget/frame.h"
#include "tui/widget/row_list.h"

enum { EVENT_AT = 4, EVENT_TEXT_AT = 15 };

/* The verdict first; the totals where they have room beside it. */
static void draw_verdict(const struct health_view *view, const struct frame *f, int at)
{
    int used = 2 + term_put(at, 2, f->columns - 3, row_list_style(view->mark), view->verdict);
    int totals_at = f->columns - 1 - term_width(view->totals);
    if (totals_at >= used + 2)
        term_put(at, totals_at, f->columns, TERM_PLAIN, view->totals);
}

static void draw_events(const struct health_view *view, const struct frame *f, int at)
{
    if (!view->event_count || at + 1 > f->last)
        return;
    term_put(at++, 2, f->columns - 3, TERM_PLAIN,
             words_pick(f->lang, "What the box did by itself", "Що коробка зробила сама"));
    for (size_t i = 0; i < view->event_count && at <= f->last; i++, at++) {
        term_put(at, EVENT_AT, EVENT_TEXT_AT - EVENT_AT - 1, TERM_PLAIN, view->events[i].when);
        term_put(at, EVENT_TEXT_AT, f->columns - 1 - EVENT_TEXT_AT, TERM_PLAIN,
                 view->events[i].text);
    }
}

void screen_health_draw(const struct health_view *view, enum words_lang lang, int64_t now_us)
{
    struct frame f = {.lang = lang,
                      .school = view->school,
                      .version = view->version,
                      .now_us = now_us,
                      .keys = words_pick(lang, "F1 Help  l Українською  q Quit",
                                         "F1 Довідка  l English  q Вийти")};
    if (!term_utf8())
        f.keys = "F1 Help  q Quit"; /* no letters for the other language */
    if (frame_draw(&f)) {
        draw_verdict(view, &f, f.first);
        int at = row_list_draw(view, f.first + 2, f.last, f.columns);
        draw_events(view, &f, at + 1);
    }
    term_show();
}
