#include "tui/model/event.h"

#include <stdio.h>
#include <string.h>

/* The supervisor's events in Ukrainian, by their stable names. %s is who it happened to; where
 * `after` is set, the span that ends the English text follows. */
static const struct {
    const char *name, *uk;
    bool who, after;
} known[] = {
    {"child_ended", "%s: раптова зупинка, запускається знову", true, false},
    {"child_back", "%s: знову працює, перерва %s", true, true},
    {"child_ready", "%s: запуск за %s", true, true},
    {"child_forced", "%s: не зупинився вчасно, зупинено примусово", true, false},
    {"crash_loop", "%s: падіння раз за разом, пробує раз на 10 хвилин", true, false},
    {"leftover_ended", "%s: прибрано залишок попереднього запуску", true, false},
    {"restart_ordered", "%s: перезапуск за наказом", true, false},
    {"stop_ordered", "коробку зупинено за наказом", false, false},
    {"cluster_made", "створено базу даних", false, false},
    {"database_migrated", "базу даних оновлено", false, false},
    {"database_away", "оновлення бази даних чекає, доки вона відповість", false, false},
    {"certificate_renewed", "сертифікат зроблено наново", false, false},
    {"certificate_failed", "сертифікат не вдалося зробити", false, false},
    {"disk_low", "на диску обмаль місця", false, false},
    {"hourly_failed", "щогодинну роботу не виконано", false, false},
    {"gave_up", "коробка не змогла працювати далі й зупинилася", false, false},
};

static const struct {
    const char *name, *en, *uk;
} programs[] = {
    {"m4shd", "the lesson server", "сервер уроків"},
    {"postgresql", "the database", "база даних"},
    {"all", "everything", "усе"},
};

/* The program a text begins with, and what follows its name; NULL when it begins otherwise. */
static const char *who(enum words_lang lang, const char *text, const char **ret_rest)
{
    for (size_t i = 0; i < M4_COUNT(programs); i++) {
        size_t len = strlen(programs[i].name);
        if (strncmp(text, programs[i].name, len) != 0 || text[len] != ' ')
            continue;
        *ret_rest = text + len;
        return words_pick(lang, programs[i].en, programs[i].uk);
    }
    return NULL;
}

/* "4 s" at the end of "... after 4 s", with the unit in Ukrainian; "" when there is none. */
static void span_of(const char *text, char *buf)
{
    static const char *const units[][2] = {{"ms", "мс"}, {"s", "с"}, {"min", "хв"}, {"h", "год"}};
    const char *after = strstr(text, " after ");
    long long number;
    char unit[8];
    buf[0] = '\0';
    if (!after || sscanf(after + 7, "%10lld %7[a-z]", &number, unit) != 2)
        return;
    for (size_t i = 0; i < M4_COUNT(units); i++)
        if (!strcmp(unit, units[i][0]))
            snprintf(buf, WORDS_TEXT, "%lld %s", number, units[i][1]);
}

/* False when this event is not in the table, or its text is not as it should be. */
static bool tell_ukrainian(const char *name, const char *text, char *out, size_t size)
{
    char span[WORDS_TEXT];
    const char *rest, *subject = who(WORDS_UK, text, &rest);
    span_of(text, span);
    for (size_t i = 0; i < M4_COUNT(known); i++) {
        if (strcmp(known[i].name, name) != 0)
            continue;
        if ((known[i].who && !subject) || (known[i].after && !*span))
            return false;
        snprintf(out, size, known[i].uk, subject, span);
        return true;
    }
    return false;
}

static void tell(const struct health_input *in, const struct m4_json *said,
                 struct health_event *event)
{
    int64_t at = words_parse_time(m4_json_text(said, "at", NULL));
    const char *name = m4_json_text(said, "event", "?"), *text = m4_json_text(said, "text", name);
    const char *rest, *subject;
    if (at >= 0)
        words_moment(in->lang, at, event->when);
    else
        snprintf(event->when, sizeof(event->when), "?");
    if (in->lang == WORDS_UK && tell_ukrainian(name, text, event->text, sizeof(event->text)))
        return;
    subject = who(WORDS_EN, text, &rest);
    const char *said_of = subject ? rest : text;
    const char *later = strstr(said_of, "; the next start"); /* for the log, not for the screen */
    snprintf(event->text, sizeof(event->text), "%s%.*s", subject ? subject : "",
             later ? (int)(later - said_of) : (int)strlen(said_of), said_of);
}

size_t event_list(const struct health_input *in, struct health_event *list, size_t room)
{
    const struct m4_json *all = m4_json_get(in->box.said, "events");
    size_t there = all && all->type == M4_ARRAY ? all->len : 0;
    size_t count = there < room ? there : room, i = 0;
    /* they come oldest first: the last `count` of them, turned round */
    for (const struct m4_json *e = there ? all->child : NULL; e; e = e->next, i++)
        if (i >= there - count)
            tell(in, e, &list[there - 1 - i]);
    return count;
}
