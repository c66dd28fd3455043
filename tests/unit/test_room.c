/* test_room.c - a lesson's room, from a page's message to the others' frames
 *
 * Everything below the room is played: see played_room.h.
 */
#include "tests/unit/played_room.h"

/* --- driving --------------------------------------------------------------------------------- */

static const char *const client_ids[] = {"aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb",
                                         "cccccccccccccccccccccccc"};
static const char created[] = "{\"k\":\"s\",\"p\":[0,0,4,4],\"c\":1,\"w\":8}";

static struct socket *open_page(int64_t person, enum role role)
{
    struct socket *s = calloc(1, sizeof(*s));
    s->session = (struct session){.user_id = person, .role = role};
    snprintf(s->session.name, sizeof(s->session.name), "Person %d", (int)person);
    page_open((struct request *)s, &s->session, message_arrive);
    return s;
}

static void forget_said(struct socket *s)
{
    while (s->said_count)
        free(s->said[--s->said_count]);
}

static void close_page(struct socket *s)
{
    s->events->on_close(s, 1001);
    forget_said(s);
    free(s);
}

static void say(struct socket *s, const char *fmt, ...) M4_PRINTF(2, 3);
static void say(struct socket *s, const char *fmt, ...)
{
    static char text[64 * 1024];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    assert_true(len > 0 && (size_t)len < sizeof(text));
    s->events->on_message(s, text, (size_t)len);
}

static void join(struct socket *s, const char *client)
{
    say(s, "{\"t\":\"join\",\"r\":%d,\"c\":\"%s\",\"cv\":0}", LESSON, client);
    answer_all();
}

static void hello(struct socket *s, int64_t version, int64_t next)
{
    s->version = version;
    say(s, "{\"t\":\"hello\",\"b\":%d,\"e\":\"0123456789abcdef\",\"v\":%lld,\"n\":%lld}", BOARD,
        (long long)version, (long long)next);
}

static void draw(struct socket *s, int64_t seq, const char *element, const char *fields)
{
    say(s, "{\"t\":\"ops\",\"b\":%d,\"o\":[{\"s\":%lld,\"l\":%lld,\"e\":\"%s\",\"f\":%s}]}", BOARD,
        (long long)seq, (long long)seq, element, fields);
}

static void chat(struct socket *s, int64_t seq, const char *text)
{
    say(s, "{\"t\":\"chat\",\"r\":%d,\"s\":%lld,\"text\":\"%s\"}", LESSON, (long long)seq, text);
}

/* The messages of one type, joined; "" when there were none. */
static const char *heard(const struct socket *s, const char *type)
{
    static char all[1024 * 1024];
    char begin[40];
    size_t n = 0;
    int len = snprintf(begin, sizeof(begin), "{\"t\":\"%s\",", type);
    all[0] = '\0';
    for (size_t i = 0; i < s->said_count; i++)
        if (!strncmp(s->said[i], begin, (size_t)len))
            n += (size_t)snprintf(all + n, sizeof(all) - n, "%s", s->said[i]);
    return all;
}

static struct socket *enter(int64_t person, enum role role, const char *client)
{
    struct socket *s = open_page(person, role);
    join(s, client);
    assert_non_null(strstr(heard(s, "welcome"), "\"title\":\"Fractions\""));
    hello(s, 0, 1);
    answer_all();
    return s;
}

static int begin(void **state)
{
    (void)state;
    lesson_status = "live";
    database_lost = false;
    queue_more = 0;
    app.settings.durable_rate = app.settings.durable_burst = 1000000;
    app.settings.volatile_rate = 1000000;
    app.directory = directory_new();
    return gate_load("schemas", NULL);
}

static void rooms_go_idle(void)
{
    for (size_t i = 0; i < M4_COUNT(timers); i++) {
        struct timer *t = timers[i];
        if (!t)
            continue;
        timers[i] = NULL;
        t->place = 0;
        t->on_fire(t);
    }
}

static int end(void **state)
{
    (void)state;
    commit();
    answer_all();
    rooms_go_idle();
    for (size_t i = 0; i < M4_COUNT(timers); i++)
        assert_null(timers[i]); /* every room went when nobody was in it */
    directory_free(app.directory);
    while (log_count)
        free(stored_log[--log_count]);
    gate_done();
    assert_int_equal(pages_count(), 0);
    return 0;
}

/* --- the sentences --------------------------------------------------------------------------- */

static void nothing_is_seen_before_it_is_durable(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    draw(a, 1, "e1", created);
    chat(a, 1, "hello");
    run_chores();
    assert_string_equal(heard(a, "ack"), "");
    assert_string_equal(heard(b, "ops"), "");
    assert_string_equal(heard(b, "chat"), "");
    commit();
    assert_string_equal(heard(a, "ack"), "{\"t\":\"ack\",\"b\":11,\"s\":1,\"v0\":1,\"n\":1}");
    assert_string_equal(heard(a, "ops"), "");
    assert_non_null(strstr(heard(a, "cack"), "\"s\":1,\"id\":1,"));
    assert_non_null(
        strstr(heard(b, "ops"), "{\"v\":1,\"c\":\"aaaaaaaaaaaaaaaaaaaaaaaa\",\"s\":1,"));
    assert_non_null(strstr(heard(b, "chat"), "\"n\":\"Person 2\""));
    close_page(a);
    close_page(b);
}

static void an_ack_never_spans_what_was_refused(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    draw(a, 1, "e1", created);
    draw(a, 2, "e1", created);
    draw(a, 3, "e2", "{\"d\":true}"); /* there is no such element */
    draw(a, 4, "e1", "{\"c\":2}");
    draw(a, 5, "e1", "{\"k\":\"triangle\"}"); /* not as the schema says */
    draw(a, 6, "e1", "{\"c\":3}");
    assert_non_null(strstr(heard(a, "nack"), "\"s\":3,\"why\":\"invalid\",\"want\":4,"));
    assert_non_null(strstr(heard(a, "nack"), "\"s\":5,\"why\":\"invalid\",\"want\":6,"));
    commit();
    assert_string_equal(heard(a, "ack"), "{\"t\":\"ack\",\"b\":11,\"s\":2,\"v0\":1,\"n\":2}"
                                         "{\"t\":\"ack\",\"b\":11,\"s\":4,\"v0\":3,\"n\":1}"
                                         "{\"t\":\"ack\",\"b\":11,\"s\":6,\"v0\":4,\"n\":1}");
    close_page(a);
}

static void acks_stand_between_the_others_operations(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    struct socket *c = enter(4, ROLE_STUDENT, client_ids[2]);
    for (int64_t i = 1; i <= 300; i++) {
        char id[24];
        snprintf(id, sizeof(id), "a%lld", (long long)i);
        draw(a, i, id, created);
        id[0] = 'b';
        if (i % 3 == 0)
            draw(b, i / 3, id, created);
    }
    commit();
    assert_int_equal(a->version, 400); /* follow() saw to the order */
    assert_int_equal(b->version, 400);
    assert_int_equal(c->version, 400);
    close_page(a);
    close_page(b);
    close_page(c);
}

static void a_gap_stops_what_is_behind_it(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    draw(a, 2, "e1", created);
    assert_non_null(strstr(heard(a, "nack"), "\"why\":\"gap\",\"want\":1,"));
    draw(a, 1, "e1", created);
    commit();
    forget_said(a);
    draw(a, 1, "e1", created); /* again: it is acked again, and stored once */
    assert_string_equal(heard(a, "ack"), "{\"t\":\"ack\",\"b\":11,\"s\":1,\"v0\":1,\"n\":1}");
    assert_int_equal(waiting_count, 0);
    close_page(a);
}

static void numbers_may_be_written_as_reals(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    say(a, "{\"t\":\"ops\",\"b\":11.0,\"o\":[{\"s\":1.0,\"l\":5.0,\"e\":\"e1\",\"f\":%s}]}",
        created);
    assert_int_equal(waiting_count, 1);
    assert_int_equal(waiting[0]->seq, 1);
    assert_int_equal(waiting[0]->lamport, 5);
    close_page(a);
}

static void who_was_away_catches_up_without_a_gap(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    char id[24];
    int64_t n = 0;
    while (n < BOARD_TAIL * 2) { /* the first half is in the database only */
        snprintf(id, sizeof(id), "e%lld", (long long)++n);
        draw(a, n, id, created);
        if (n % 50 == 0) {
            commit();
            forget_said(a);
        }
    }
    struct socket *b = open_page(3, ROLE_STUDENT);
    join(b, client_ids[1]);
    hello(b, 0, 1);
    for (int i = 0; i < 200 && b->version < n; i++) {
        if (asked_count)
            answer_one();
        if (i % 3 == 0) { /* the lesson goes on meanwhile */
            snprintf(id, sizeof(id), "e%lld", (long long)++n);
            draw(a, n, id, created);
            commit();
        }
        b->events->on_drained(b);
    }
    assert_int_equal(b->version, n);
    close_page(a);
    close_page(b);
}

static void what_is_sent_again_while_behind_comes_in_its_turn(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    char id[24];
    for (int64_t i = 1; i <= 500; i++) {
        snprintf(id, sizeof(id), "e%lld", (long long)i);
        draw(a, i, id, created);
    }
    commit();
    close_page(a); /* before it read any of the acks */
    a = open_page(2, ROLE_STUDENT);
    join(a, client_ids[0]);
    hello(a, 0, 500);
    draw(a, 500, "e500", created);
    assert_string_equal(heard(a, "ack"), "");
    for (int i = 0; i < 10; i++)
        a->events->on_drained(a);
    assert_int_equal(a->version, 500);
    close_page(a);
}

static void a_page_may_go_at_any_moment(void **state)
{
    (void)state;
    for (int moment = 0; moment < 12; moment++) {
        struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
        struct socket *b = open_page(3, ROLE_STUDENT);
        say(b, "{\"t\":\"join\",\"r\":%d,\"c\":\"%s\",\"cv\":0}", LESSON, client_ids[1]);
        for (int i = 0; i < moment && asked_count; i++)
            answer_one();
        if (moment > 6)
            hello(b, 0, 1);
        if (moment > 7 && !heard(b, "err")[0])
            draw(b, 1 + moment, "late", created);
        if (moment > 8)
            chat(b, 1 + moment, "bye");
        if (moment > 9)
            commit();
        close_page(b);
        answer_all();
        commit();
        close_page(a);
        rooms_go_idle();
    }
}

static void a_refused_entry_breaks_the_room_and_the_next_one_is_whole(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    draw(a, 1, "e1", created);
    draw(a, 2, "e2", created);
    draw(b, 1, "e3", created);
    commit_but(2);
    assert_int_equal(a->closed, M4_WS_RESTART);
    assert_int_equal(b->closed, M4_WS_RESTART);
    assert_non_null(strstr(heard(a, "nack"), "\"s\":2,\"why\":\"invalid\""));
    close_page(a);
    close_page(b);
    b = enter(3, ROLE_STUDENT, client_ids[1]);
    assert_int_equal(b->version, 1);
    draw(b, 1, "e3", created);
    commit();
    assert_int_equal(b->version, 2);
    close_page(b);
}

static void long_talk_fits_the_outbox_and_says_there_is_more(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    char words[2001];
    memset(words, 'm', 2000);
    words[2000] = '\0';
    for (int64_t i = 1; i <= 300; i++) {
        chat(a, i, i == 300 ? "the last word" : words);
        forget_said(a);
    }
    commit();
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    const char *chats = heard(b, "chats");
    size_t len = strlen(chats);
    assert_true(len > 80 * 1024 && len < 200 * 1024);
    assert_non_null(strstr(chats, "\"text\":\"the last word\"}],\"more\":true}"));
    close_page(a);
    close_page(b);
}

static void short_talk_comes_whole_and_in_order(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    chat(a, 1, "one");
    chat(a, 2, "two");
    chat(a, 2, "two"); /* sent again */
    commit();
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    const char *chats = heard(b, "chats");
    assert_true(strstr(chats, "\"one\"") < strstr(chats, "\"two\""));
    assert_non_null(strstr(chats, "\"more\":false"));
    assert_null(strstr(strstr(chats, "\"two\"") + 1, "\"two\""));
    close_page(a);
    close_page(b);
}

static void nobody_speaks_with_anothers_client_id(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    chat(a, 1, "mine");
    struct socket *thief = open_page(3, ROLE_STUDENT);
    join(thief, client_ids[0]);
    chat(thief, 1000000, "yours");
    assert_non_null(strstr(heard(thief, "err"), "\"code\":\"client\""));
    chat(a, 2, "still mine");
    assert_int_equal(waiting_count, 2);
    commit();
    close_page(a);
    close_page(thief);
    rooms_go_idle(); /* and the next room knows it from the log */
    thief = open_page(3, ROLE_STUDENT);
    join(thief, client_ids[0]);
    assert_non_null(strstr(heard(thief, "welcome"), "\"cs\":0,"));
    chat(thief, 1000000, "yours");
    assert_non_null(strstr(heard(thief, "err"), "\"code\":\"client\""));
    hello(thief, 0, 1);
    close_page(thief);
}

static void a_step_taken_while_loading_wins(void **state)
{
    (void)state;
    struct socket *a = open_page(2, ROLE_STUDENT);
    lesson_status = "scheduled";
    say(a, "{\"t\":\"join\",\"r\":%d,\"c\":\"%s\",\"cv\":0}", LESSON, client_ids[0]);
    answer_one(); /* may it enter? - the room begins to load */
    directory_lesson_changed(app.directory, LESSON, ACT_START);
    answer_all(); /* read before the step, arrived after it */
    assert_non_null(strstr(heard(a, "welcome"), "\"status\":\"live\""));
    close_page(a);
}

static void what_may_be_written_depends_on_the_lesson(void **state)
{
    (void)state;
    lesson_status = "scheduled";
    struct socket *pupil = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *teacher = enter(1, ROLE_TEACHER, client_ids[1]);
    draw(pupil, 1, "e1", created);
    chat(pupil, 1, "early");
    assert_non_null(strstr(heard(pupil, "nack"), "the lesson has not begun"));
    assert_non_null(strstr(heard(pupil, "err"), "the lesson has not begun"));
    draw(teacher, 1, "e1", created);
    assert_int_equal(waiting_count, 1);
    directory_lesson_changed(app.directory, LESSON, ACT_START);
    assert_non_null(strstr(heard(pupil, "lesson"), "\"status\":\"live\""));
    draw(pupil, 2, "e2", created);
    draw(pupil, 3, "e1", "{\"d\":true}"); /* the teacher's */
    assert_non_null(strstr(heard(pupil, "nack"), "only a teacher changes what others drew"));
    draw(teacher, 2, "e2", "{\"d\":true}");
    assert_int_equal(waiting_count, 3);
    directory_lesson_changed(app.directory, LESSON, ACT_COMPLETE);
    draw(teacher, 3, "e9", created);
    assert_non_null(strstr(heard(teacher, "nack"), "the lesson is over"));
    close_page(pupil);
    close_page(teacher);
}

static void a_page_looks_at_four_lessons_even_when_it_asks_at_once(void **state)
{
    (void)state;
    struct socket *a = open_page(2, ROLE_STUDENT);
    for (int i = 1; i <= LESSONS; i++)
        say(a, "{\"t\":\"join\",\"r\":%d,\"c\":\"%s\",\"cv\":0}", i, client_ids[0]);
    answer_all();
    size_t welcomes = 0;
    for (size_t i = 0; i < a->said_count; i++)
        welcomes += strstr(a->said[i], "\"t\":\"welcome\"") != NULL;
    assert_int_equal(welcomes, PAGE_LESSONS);
    assert_non_null(strstr(heard(a, "err"), "4 lessons at most"));
    close_page(a);
}

static void too_fast_is_read_slower(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    app.settings.durable_rate = 1;
    app.settings.durable_burst = 1;
    say(a, "no JSON");
    say(a, "no JSON");
    assert_int_equal(a->pauses, 1); /* the first took the only token */
    close_page(a);
}

static void a_writer_that_is_behind_holds_the_authors(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    queue_more = WRITER_PAUSE;
    draw(a, 1, "e1", created);
    assert_true(a->held && !b->held);
    queue_more = WRITER_FULL;
    draw(b, 1, "e2", created);
    assert_non_null(strstr(heard(b, "nack"), "\"why\":\"busy\",\"want\":1,"));
    pages_calm();
    assert_false(a->held);
    close_page(a);
    close_page(b);
}

static void a_lost_database_lets_nobody_in_and_the_next_try_may(void **state)
{
    (void)state;
    struct socket *a = open_page(2, ROLE_STUDENT);
    say(a, "{\"t\":\"join\",\"r\":%d,\"c\":\"%s\",\"cv\":0}", LESSON, client_ids[0]);
    answer_one();
    database_lost = true;
    answer_all();
    assert_non_null(strstr(heard(a, "err"), "\"code\":\"database\""));
    database_lost = false;
    join(a, client_ids[0]);
    assert_non_null(strstr(heard(a, "welcome"), "\"status\":\"live\""));
    close_page(a);
}

static void who_is_here_is_told_once_per_person(void **state)
{
    (void)state;
    struct socket *a = enter(2, ROLE_STUDENT, client_ids[0]);
    struct socket *b = enter(3, ROLE_STUDENT, client_ids[1]);
    struct socket *second = enter(3, ROLE_STUDENT, client_ids[2]);
    assert_string_equal(heard(a, "who"),
                        "{\"t\":\"who\",\"r\":5,\"u\":[{\"u\":3,\"n\":\"Person 3\","
                        "\"role\":\"student\",\"here\":true}]}");
    forget_said(a);
    close_page(b);
    assert_string_equal(heard(a, "who"), "");
    close_page(second);
    assert_non_null(strstr(heard(a, "who"), "\"here\":false"));
    close_page(a);
}

#define WITH_ROOM(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("room", WITH_ROOM(nothing_is_seen_before_it_is_durable),
    WITH_ROOM(an_ack_never_spans_what_was_refused),
    WITH_ROOM(acks_stand_between_the_others_operations), WITH_ROOM(a_gap_stops_what_is_behind_it),
    WITH_ROOM(numbers_may_be_written_as_reals), WITH_ROOM(who_was_away_catches_up_without_a_gap),
    WITH_ROOM(what_is_sent_again_while_behind_comes_in_its_turn),
    WITH_ROOM(a_page_may_go_at_any_moment),
    WITH_ROOM(a_refused_entry_breaks_the_room_and_the_next_one_is_whole),
    WITH_ROOM(long_talk_fits_the_outbox_and_says_there_is_more),
    WITH_ROOM(short_talk_comes_whole_and_in_order),
    WITH_ROOM(nobody_speaks_with_anothers_client_id), WITH_ROOM(a_step_taken_while_loading_wins),
    WITH_ROOM(what_may_be_written_depends_on_the_lesson),
    WITH_ROOM(a_page_looks_at_four_lessons_even_when_it_asks_at_once),
    WITH_ROOM(too_fast_is_read_slower), WITH_ROOM(a_writer_that_is_behind_holds_the_authors),
    WITH_ROOM(a_lost_database_lets_nobody_in_and_the_next_try_may),
    WITH_ROOM(who_is_here_is_told_once_per_person))
