#include "tui/model/health.h"

#include <stdio.h>
#include <string.h>

#include "tui/model/event.h"
#include "tui/model/row.h"

/* --- the verdict ----------------------------------------------------------------------------- */

static int count_rows(const struct health_view *v, enum health_mark mark)
{
    int count = 0;
    for (size_t i = 0; i < v->row_count; i++)
        count += v->rows[i].mark == mark;
    return count;
}

static void judge(const struct health_input *in, struct health_view *v)
{
    enum words_lang lang = in->lang;
    const char *state = m4_json_text(in->box.said, "state", "");
    int now = count_rows(v, HEALTH_NOW), soon = count_rows(v, HEALTH_SOON);
    char count[WORDS_TEXT];
    v->mark = HEALTH_WELL;
    for (size_t i = 0; i < v->row_count; i++)
        if (v->rows[i].mark < v->mark)
            v->mark = v->rows[i].mark;
    if (now) {
        snprintf(v->verdict, sizeof(v->verdict),
                 words_pick(lang, "NEEDS YOU: %s", "ПОТРЕБУЄ ВАС: %s"),
                 words_count(lang, now, WORDS_THING, count));
    } else if (!strcmp(state, "stopping")) {
        v->mark = HEALTH_RUNNING;
        snprintf(v->verdict, sizeof(v->verdict), "%s", words_pick(lang, "STOPPING", "ЗУПИНЯЄТЬСЯ"));
    } else if (!strcmp(state, "starting")) {
        v->mark = HEALTH_RUNNING;
        snprintf(v->verdict, sizeof(v->verdict), "%s",
                 words_pick(lang, "STARTING", "ЗАПУСКАЄТЬСЯ"));
    } else if (soon) {
        snprintf(v->verdict, sizeof(v->verdict), words_pick(lang, "SOON: %s", "СКОРО: %s"),
                 words_count(lang, soon, WORDS_THING, count));
    } else if (v->mark == HEALTH_RUNNING) {
        snprintf(v->verdict, sizeof(v->verdict), "%s",
                 words_pick(lang, "STARTING", "ЗАПУСКАЄТЬСЯ"));
    } else if (v->mark == HEALTH_UNKNOWN) {
        snprintf(v->verdict, sizeof(v->verdict), "%s",
                 words_pick(lang, "NOT EVERYTHING IS KNOWN", "НЕ ВСЕ ВІДОМО"));
    } else {
        snprintf(v->verdict, sizeof(v->verdict), "%s",
                 words_pick(lang, "EVERYTHING IS WELL", "УСЕ ГАРАЗД"));
    }
}

/* --- the edges ------------------------------------------------------------------------------- */

static void total(const struct health_input *in, struct health_view *v)
{
    char lessons[WORDS_TEXT] = "", people[WORDS_TEXT] = "", up[WORDS_TEXT] = "";
    int64_t live = m4_json_number(in->lesson.said, "lessons_live", -1);
    int64_t here = m4_json_number(in->lesson.said, "people", -1);
    int64_t since = words_parse_time(m4_json_text(in->box.said, "since", NULL));
    if (live >= 0)
        words_count(in->lang, live, WORDS_LESSON, lessons);
    if (here >= 0)
        words_count(in->lang, here, WORDS_PERSON, people);
    if (since >= 0)
        words_span(in->lang, (in->now_us - since) / 1000000, up);
    const char *dot = *lessons && *people ? " · " : "";
    const char *second = (*lessons || *people) && *up ? " · " : "";
    snprintf(v->totals, sizeof(v->totals), "%s%s%s%s%s%s", lessons, dot, people, second,
             *up ? words_pick(in->lang, "up ", "без зупинки ") : "", up);
}

static void name_school(const struct health_input *in, struct health_view *v)
{
    const char *version = m4_json_text(in->lesson.said, "version", in->version);
    snprintf(v->school, sizeof(v->school), "%s",
             m4_json_text(in->lesson.said, "school", in->school));
    snprintf(v->version, sizeof(v->version), "%s", m4_json_text(in->box.said, "version", version));
}

/* Those that need somebody first, otherwise in the order they were made. */
static void sort_rows(struct health_view *v)
{
    for (size_t i = 1; i < v->row_count; i++) {
        struct health_row row = v->rows[i];
        size_t at = i;
        for (; at > 0 && v->rows[at - 1].mark > row.mark; at--)
            v->rows[at] = v->rows[at - 1];
        v->rows[at] = row;
    }
}

void health_view(const struct health_input *in, struct health_view *v)
{
    *v = (struct health_view){0};
    name_school(in, v);
    total(in, v);
    if (row_caretaker(in, &v->rows[v->row_count]))
        v->row_count++;
    row_lesson_server(in, &v->rows[v->row_count++]);
    row_database(in, &v->rows[v->row_count++]);
    row_disk(in, &v->rows[v->row_count++]);
    row_certificate(in, &v->rows[v->row_count++]);
    row_address(in, &v->rows[v->row_count++]);
    judge(in, v);
    sort_rows(v);
    v->event_count = event_list(in, v->events, HEALTH_EVENTS);
}
