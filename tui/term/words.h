/* words.h - Ukrainian and English: numbers, times and plurals as people say them
 *
 * Both languages of a sentence stand side by side where it is made:
 *
 *     words_pick(lang, "answers in %lld ms", "відповідає за %lld мс")
 *
 * No state, safe in any thread. Times are shown in the zone of the process (TZ).
 */
#ifndef M4_TUI_TERM_WORDS_H
#define M4_TUI_TERM_WORDS_H

#include "lib/base.h"

enum words_lang { WORDS_EN, WORDS_UK };

enum { WORDS_TEXT = 64 };

/* The one of `lang`; a format may stand in both. */
const char *words_pick(enum words_lang lang, const char *en, const char *uk)
    __attribute__((format_arg(2), format_arg(3)));

/* The language of "uk", "uk_UA.UTF-8", "en"; WORDS_EN for NULL and any other. */
enum words_lang words_lang_of(const char *name);

/* WORDS_THING is in capitals, for the verdict. */
enum words_noun { WORDS_LESSON, WORDS_PERSON, WORDS_DAY, WORDS_THING };

/* "3 lessons", "1 урок": the number with its noun. All write to buf[WORDS_TEXT], return it. */
const char *words_count(enum words_lang lang, int64_t n, enum words_noun noun, char *buf);

/* "2.1 GB", "2,1 ГБ" */
const char *words_bytes(enum words_lang lang, int64_t bytes, char *buf);

/* "41 days", "8 h", "12 min", "30 s" */
const char *words_span(enum words_lang lang, int64_t seconds, char *buf);

/* "Fri 20 November  10:42:07" */
const char *words_clock(enum words_lang lang, int64_t wall_us, char *buf);

/* "Wed 14:03" */
const char *words_moment(enum words_lang lang, int64_t wall_us, char *buf);

/* Wall time of "2026-02-11T08:15:02Z", with or without a fraction; -1 for anything else. */
int64_t words_parse_time(const char *text);

#endif
