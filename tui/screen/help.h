/* help.h - what the marks and keys mean */
#ifndef M4_TUI_SCREEN_HELP_H
#define M4_TUI_SCREEN_HELP_H

#include "tui/model/health.h"

void screen_help_draw(const struct health_view *view, enum words_lang lang, int64_t now_us);

#endif
