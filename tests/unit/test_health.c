#include "tui/model/health.h"

#include <stdio.h>

#include "tests/unit/test.h"

#define NOW "2026-11-20T10:00:00Z"

static struct m4_doc *box, *lesson;
static struct health_view view;

static struct m4_doc *parse(const char *text)
{
    struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    if (text && m4_json_parse(text, strlen(text), 0, &doc, &err) < 0)
        fail_msg("%s", err.text);
    return doc;
}

/* The view of two documents, in which ' stands for "; NULL: no answer for a minute. */
static void look(enum words_lang lang, const char *box_text, const char *lesson_text)
{
    char copy[2][4096];
    const char *given[2] = {box_text, lesson_text};
    for (int i = 0; i < 2; i++) {
        snprintf(copy[i], sizeof(copy[i]), "%s", given[i] ? given[i] : "");
        for (char *c = copy[i]; *c; c++)
            *c = *c == '\'' ? '"' : *c;
    }
    m4_doc_free(box);
    m4_doc_free(lesson);
    box = parse(box_text ? copy[0] : NULL);
    lesson = parse(lesson_text ? copy[1] : NULL);
    struct health_input in = {
        .lang = lang, .now_us = words_parse_time(NOW), .school = "School", .version = "0.0.0"};
    in.box.asked = in.lesson.asked = true;
    in.box.said = box ? m4_doc_root(box) : NULL;
    in.lesson.said = lesson ? m4_doc_root(lesson) : NULL;
    in.lesson.answer_ms = 4;
    int64_t minute_ago = in.now_us - 60 * 1000000LL;
    in.box.silent_since_us = box ? 0 : minute_ago;
    in.lesson.silent_since_us = lesson ? 0 : minute_ago;
    health_view(&in, &view);
}

static const struct health_row *row(const char *name)
{
    for (size_t i = 0; i < view.row_count; i++)
        if (!strcmp(view.rows[i].name, name))
            return &view.rows[i];
    fail_msg("no row \"%s\"", name);
    return NULL;
}

#define BOX(state, more)                                                                           \
    "{'state':'" state "','version':'1.4.2','since':'2026-10-10T10:00:00Z',"                       \
    "'addresses':{'https':'https://m4sh.local','http':'http://m4sh.local'},"                       \
    "'disk':{'free_bytes':62,'total_bytes':100},'database':{'bytes':2100000000},"                  \
    "'certificate':{'days_left':301}" more "}"
#define CHILDREN(postgresql, m4shd)                                                                \
    ",'children':[{'name':'postgresql','state':'" postgresql "','since':'2026-11-20T09:00:00Z'},"  \
    "{'name':'m4shd','state':'" m4shd "'}]"
#define HEALTH(state, database)                                                                    \
    "{'state':'" state "','school':'Lyceum','since':'2026-11-20T09:30:00Z','lessons_live':1,"      \
    "'people':2,'loop_lag_ms':1,'database':{'state':'" database "','commit_ms_p95':2}}"

static void all_well(void **state)
{
    (void)state;
    look(WORDS_EN, BOX("ready", CHILDREN("ready", "ready")), HEALTH("ready", "up"));
    assert_string_equal(view.verdict, "EVERYTHING IS WELL");
    assert_string_equal(view.totals, "1 lesson · 2 people · up 41 days");
    assert_string_equal(view.school, "Lyceum");
    assert_string_equal(view.version, "1.4.2");
    assert_int_equal(view.row_count, 5);
    for (size_t i = 0; i < view.row_count; i++)
        assert_int_equal(view.rows[i].mark, HEALTH_WELL);
    assert_string_equal(row("Lesson server")->text, "answers in 4 ms");
    assert_string_equal(row("Lesson server")->age, "30 min");
    assert_string_equal(row("Database")->text, "2.1 GB, commits in 2 ms");
    assert_string_equal(row("Database")->age, "1 h");
    assert_string_equal(row("Disk")->text, "38 % full, 62 B free");
}

static void nothing_asked_yet_is_unknown(void **state)
{
    (void)state;
    struct health_input in = {.school = "School", .version = "0.0.0"};
    health_view(&in, &view);
    assert_string_equal(view.verdict, "NOT EVERYTHING IS KNOWN");
    assert_string_equal(view.school, "School");
    for (size_t i = 0; i < view.row_count; i++)
        assert_int_equal(view.rows[i].mark, HEALTH_UNKNOWN);
}

/* Whatever is missing from whatever side, no row may turn well for lack of knowledge. */
static void unknown_is_never_well(void **state)
{
    (void)state;
    static const char *const answers[] = {NULL,
                                          "{}",
                                          "{'state':'ready'}",
                                          "[]",
                                          "7",
                                          "{'disk':7,'certificate':[],'addresses':null,"
                                          "'database':'x','children':{},'events':3}"};
    for (size_t i = 0; i < M4_COUNT(answers); i++) {
        look(WORDS_UK, answers[i], NULL);
        for (size_t r = 0; r < view.row_count; r++)
            assert_int_not_equal(view.rows[r].mark, HEALTH_WELL);
    }
    look(WORDS_EN, NULL, HEALTH("ready", "up"));
    assert_int_equal(row("Caretaker")->mark, HEALTH_NOW);
    assert_string_equal(row("Caretaker")->age, "1 min");
    assert_int_equal(row("Disk")->mark, HEALTH_UNKNOWN);
    assert_int_equal(row("Certificate")->mark, HEALTH_UNKNOWN);
    assert_int_equal(row("Address")->mark, HEALTH_UNKNOWN);
    assert_int_equal(row("Database")->mark, HEALTH_WELL);
    assert_string_equal(view.verdict, "NEEDS YOU: 1 THING");
}

static void a_silent_server_is_judged_by_what_the_supervisor_says(void **state)
{
    (void)state;
    look(WORDS_EN, BOX("ready", CHILDREN("ready", "starting")), NULL);
    assert_int_equal(row("Lesson server")->mark, HEALTH_RUNNING);
    assert_string_equal(view.verdict, "STARTING");
    look(WORDS_EN, BOX("degraded", CHILDREN("ready", "backoff")), NULL);
    assert_int_equal(row("Lesson server")->mark, HEALTH_NOW);
    assert_non_null(strstr(row("Lesson server")->advice, "by itself"));
    look(WORDS_EN, BOX("degraded", CHILDREN("ready", "degraded")), NULL);
    assert_non_null(strstr(row("Lesson server")->advice, "again and again"));
    look(WORDS_EN, NULL, NULL);
    assert_string_equal(view.verdict, "NEEDS YOU: 2 THINGS");
    assert_int_equal(row("Database")->mark, HEALTH_UNKNOWN);
}

static void a_stopped_database_is_said_by_either(void **state)
{
    (void)state;
    look(WORDS_EN, BOX("degraded", CHILDREN("ready", "ready")), HEALTH("not_ready", "down"));
    assert_int_equal(row("Database")->mark, HEALTH_NOW);
    assert_int_equal(row("Lesson server")->mark, HEALTH_NOW);
    look(WORDS_EN, BOX("degraded", CHILDREN("backoff", "backoff")), NULL);
    assert_int_equal(row("Database")->mark, HEALTH_NOW);
    look(WORDS_EN, BOX("starting", CHILDREN("starting", "stopped")), NULL);
    assert_int_equal(row("Database")->mark, HEALTH_RUNNING);
    assert_string_equal(view.verdict, "STARTING");
}

static void disk_and_certificate_change_at_their_limits(void **state)
{
    (void)state;
    static const struct {
        int free, days;
        enum health_mark disk, certificate;
    } cases[] = {{16, 15, HEALTH_WELL, HEALTH_WELL}, {15, 14, HEALTH_SOON, HEALTH_SOON},
                 {9, 1, HEALTH_SOON, HEALTH_SOON},   {8, 0, HEALTH_NOW, HEALTH_NOW},
                 {0, -3, HEALTH_NOW, HEALTH_NOW},    {200, 400, HEALTH_WELL, HEALTH_WELL}};
    for (size_t i = 0; i < M4_COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof(text),
                 "{'state':'ready','disk':{'free_bytes':%d,'total_bytes':100},"
                 "'certificate':{'days_left':%d}}",
                 cases[i].free, cases[i].days);
        look(WORDS_EN, text, HEALTH("ready", "up"));
        assert_int_equal(row("Disk")->mark, cases[i].disk);
        assert_int_equal(row("Certificate")->mark, cases[i].certificate);
    }
}

static void what_needs_somebody_comes_first(void **state)
{
    (void)state;
    look(WORDS_EN,
         "{'state':'ready','disk':{'free_bytes':10,'total_bytes':100},"
         "'certificate':{'days_left':-1},'addresses':{'https':'https://m4sh.local'}}",
         HEALTH("ready", "up"));
    for (size_t i = 1; i < view.row_count; i++)
        assert_true(view.rows[i - 1].mark <= view.rows[i].mark);
    assert_string_equal(view.rows[0].name, "Certificate");
    assert_string_equal(view.rows[1].name, "Disk");
    assert_string_equal(view.verdict, "NEEDS YOU: 1 THING");
}

static void stopping_is_said(void **state)
{
    (void)state;
    look(WORDS_UK, BOX("stopping", CHILDREN("ready", "stopping")), NULL);
    assert_string_equal(view.verdict, "ЗУПИНЯЄТЬСЯ");
    assert_int_equal(row("Доглядач")->mark, HEALTH_RUNNING);
}

static void events_come_newest_first_in_the_readers_language(void **state)
{
    (void)state;
    static const char events[] =
        BOX("ready", ",'events':["
                     "{'at':'2026-11-18T14:03:00Z','event':'child_ended','text':'m4shd was killed; "
                     "the next start was set for 159 ms later'},"
                     "{'at':'2026-11-18T14:04:00Z','event':'child_back',"
                     "'text':'postgresql was ready again after 840 ms'},"
                     "{'at':'x','event':'of_tomorrow','text':'something new'},"
                     "{'at':'2026-11-18T14:05:00Z','event':'child_back','text':'odd'}]");
    look(WORDS_UK, events, NULL);
    assert_int_equal(view.event_count, 4);
    assert_string_equal(view.events[0].text, "odd");
    assert_string_equal(view.events[1].text, "something new");
    assert_string_equal(view.events[1].when, "?");
    assert_string_equal(view.events[2].text, "база даних: знову працює, перерва 840 мс");
    assert_string_equal(view.events[3].text, "сервер уроків: раптова зупинка, запускається знову");
    look(WORDS_EN, events, NULL);
    assert_string_equal(view.events[2].text, "the database was ready again after 840 ms");
    assert_string_equal(view.events[3].text, "the lesson server was killed");
}

static void only_the_newest_events_are_kept(void **state)
{
    (void)state;
    char text[4000] = "{'events':[";
    for (int i = 0; i < 2 * HEALTH_EVENTS; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s{'event':'e','text':'n%d'}",
                 i ? "," : "", i);
    snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}");
    look(WORDS_EN, text, NULL);
    assert_int_equal(view.event_count, HEALTH_EVENTS);
    assert_string_equal(view.events[0].text, "n47");
    assert_string_equal(view.events[HEALTH_EVENTS - 1].text, "n24");
    m4_doc_free(box);
    m4_doc_free(lesson);
    box = lesson = NULL;
}

RUN("health", TEST(all_well), TEST(nothing_asked_yet_is_unknown), TEST(unknown_is_never_well),
    TEST(a_silent_server_is_judged_by_what_the_supervisor_says),
    TEST(a_stopped_database_is_said_by_either), TEST(disk_and_certificate_change_at_their_limits),
    TEST(what_needs_somebody_comes_first), TEST(stopping_is_said),
    TEST(events_come_newest_first_in_the_readers_language), TEST(only_the_newest_events_are_kept))
