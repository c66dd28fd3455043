#include "tui/term/words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *words_pick(enum words_lang lang, const char *en, const char *uk)
{
    return lang == WORDS_UK ? uk : en;
}

enum words_lang words_lang_of(const char *name)
{
    bool uk = name && !strncmp(name, "uk", 2) && !(name[2] >= 'a' && name[2] <= 'z');
    return uk ? WORDS_UK : WORDS_EN;
}

static const struct {
    const char *en[2]; /* one, more */
    const char *uk[3]; /* 1, 2 to 4, 5 and more */
} nouns[] = {
    [WORDS_LESSON] = {{"lesson", "lessons"}, {"урок", "уроки", "уроків"}},
    [WORDS_PERSON] = {{"person", "people"}, {"людина", "людини", "людей"}},
    [WORDS_DAY] = {{"day", "days"}, {"день", "дні", "днів"}},
    [WORDS_THING] = {{"THING", "THINGS"}, {"СПРАВА", "СПРАВИ", "СПРАВ"}},
};

/* Which form a number takes: 1, 21, 101 the first; 2-4, 22-24 the second; the rest the third. */
static int ukrainian_form(int64_t n)
{
    int64_t last = n % 10, teens = n % 100 / 10;
    if (teens == 1)
        return 2;
    return last == 1 ? 0 : last >= 2 && last <= 4 ? 1 : 2;
}

const char *words_count(enum words_lang lang, int64_t n, enum words_noun noun, char *buf)
{
    const char *word =
        lang == WORDS_UK ? nouns[noun].uk[ukrainian_form(n)] : nouns[noun].en[n == 1 ? 0 : 1];
    snprintf(buf, WORDS_TEXT, "%lld %s", (long long)n, word);
    return buf;
}

const char *words_bytes(enum words_lang lang, int64_t bytes, char *buf)
{
    static const char *const units[][2] = {
        {"B", "Б"}, {"KB", "КБ"}, {"MB", "МБ"}, {"GB", "ГБ"}, {"TB", "ТБ"}};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < M4_COUNT(units)) {
        value /= 1000;
        unit++;
    }
    snprintf(buf, WORDS_TEXT, "%.*f %s", unit > 0 && value < 9.95 ? 1 : 0, value,
             units[unit][lang == WORDS_UK]);
    char *point = strchr(buf, '.');
    if (point && lang == WORDS_UK)
        *point = ',';
    return buf;
}

const char *words_span(enum words_lang lang, int64_t seconds, char *buf)
{
    if (seconds < 0)
        seconds = 0;
    if (seconds >= 86400)
        return words_count(lang, seconds / 86400, WORDS_DAY, buf);
    if (seconds >= 3600)
        snprintf(buf, WORDS_TEXT, words_pick(lang, "%lld h", "%lld год"),
                 (long long)(seconds / 3600));
    else if (seconds >= 60)
        snprintf(buf, WORDS_TEXT, words_pick(lang, "%lld min", "%lld хв"),
                 (long long)(seconds / 60));
    else
        snprintf(buf, WORDS_TEXT, words_pick(lang, "%lld s", "%lld с"), (long long)seconds);
    return buf;
}

static const char *const weekdays[][2] = {{"Sun", "нд"}, {"Mon", "пн"}, {"Tue", "вт"},
                                          {"Wed", "ср"}, {"Thu", "чт"}, {"Fri", "пт"},
                                          {"Sat", "сб"}};
static const char *const months[][2] = {
    {"January", "січня"},  {"February", "лютого"},    {"March", "березня"},
    {"April", "квітня"},   {"May", "травня"},         {"June", "червня"},
    {"July", "липня"},     {"August", "серпня"},      {"September", "вересня"},
    {"October", "жовтня"}, {"November", "листопада"}, {"December", "грудня"}};

static struct tm local(int64_t wall_us)
{
    time_t at = (time_t)(wall_us / 1000000);
    struct tm tm = {0};
    localtime_r(&at, &tm);
    return tm;
}

const char *words_clock(enum words_lang lang, int64_t wall_us, char *buf)
{
    struct tm tm = local(wall_us);
    snprintf(buf, WORDS_TEXT, "%s %d %s  %02d:%02d:%02d", weekdays[tm.tm_wday][lang == WORDS_UK],
             tm.tm_mday, months[tm.tm_mon][lang == WORDS_UK], tm.tm_hour, tm.tm_min, tm.tm_sec);
    return buf;
}

const char *words_moment(enum words_lang lang, int64_t wall_us, char *buf)
{
    struct tm tm = local(wall_us);
    snprintf(buf, WORDS_TEXT, "%s %02d:%02d", weekdays[tm.tm_wday][lang == WORDS_UK], tm.tm_hour,
             tm.tm_min);
    return buf;
}

int64_t words_parse_time(const char *text)
{
    struct tm tm = {0};
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (rest && *rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (!rest || (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0))
        return -1;
    time_t at = timegm(&tm);
    return at < 0 ? -1 : (int64_t)at * 1000000;
}
