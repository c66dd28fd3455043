/* health.h - the first screen: how the box is */
#ifndef M4_TUI_SCREEN_HEALTH_H
#define M4_TUI_SCREEN_HEALTH_H

#include "tui/model/health.h"

void screen_health_draw(const struct health_view *view, enum words_lang lang, int64_t now_us);

#endif
