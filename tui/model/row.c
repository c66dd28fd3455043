#include "tui/model/row.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    SLOW_ANSWER_MS = 1000,
    SLOW_COMMIT_MS = 100,
    LAG_MS = 200,
    DISK_SOON = 85, /* percent used */
    DISK_NOW = 92,
    CERTIFICATE_SOON = 14 /* days */
};

#define PICK(en, uk) words_pick(in->lang, en, uk)

static void begin(struct health_row *row, const char *name)
{
    *row = (struct health_row){.mark = HEALTH_UNKNOWN};
    snprintf(row->name, sizeof(row->name), "%s", name);
}

static void say(struct health_row *row, enum health_mark mark, const char *fmt, ...)
    M4_PRINTF(3, 4);

static void say(struct health_row *row, enum health_mark mark, const char *fmt, ...)
{
    va_list args;
    row->mark = mark;
    va_start(args, fmt);
    vsnprintf(row->text, sizeof(row->text), fmt, args);
    va_end(args);
}

static void advise(struct health_row *row, const char *text)
{
    snprintf(row->advice, sizeof(row->advice), "%s", text);
}

static void age_from(const struct health_input *in, struct health_row *row, int64_t since_us)
{
    if (since_us > 0)
        words_span(in->lang, (in->now_us - since_us) / 1000000, row->age);
}

static void age_of(const struct health_input *in, struct health_row *row,
                   const struct m4_json *object)
{
    age_from(in, row, words_parse_time(m4_json_text(object, "since", NULL)));
}

/* --- what the supervisor knows of its children ----------------------------------------------- */

static const struct m4_json *child(const struct health_input *in, const char *name)
{
    const struct m4_json *list = m4_json_get(in->box.said, "children");
    for (const struct m4_json *c = list ? list->child : NULL; c; c = c->next)
        if (!strcmp(m4_json_text(c, "name", ""), name))
            return c;
    return NULL;
}

static bool state_is(const struct m4_json *object, const char *const *words)
{
    const char *state = m4_json_text(object, "state", "");
    for (; *words; words++)
        if (!strcmp(state, *words))
            return true;
    return false;
}

static bool up(const struct m4_json *object)
{
    return state_is(object, (const char *const[]){"ready", "up", NULL}) &&
           m4_json_truth(object, "serves", true);
}

static bool on_its_way(const struct m4_json *object)
{
    return state_is(object, (const char *const[]){"starting", "stopping", NULL});
}

/* It fell again and again: see supervisor/care/backoff.h. */
static bool given_up(const struct m4_json *object)
{
    return state_is(object, (const char *const[]){"degraded", NULL});
}

/* Nobody answered yet, so nothing may be said. */
static bool too_early(const struct health_input *in, struct health_row *row)
{
    if (in->box.asked && in->lesson.asked)
        return false;
    say(row, HEALTH_UNKNOWN, "%s", PICK("not asked yet", "ще не питали"));
    return true;
}

/* --- rows ------------------------------------------------------------------------------------ */

bool row_caretaker(const struct health_input *in, struct health_row *row)
{
    begin(row, PICK("Caretaker", "Доглядач"));
    if (!in->box.asked)
        return false;
    if (!in->box.said) {
        say(row, HEALTH_NOW, "%s",
            PICK("does not answer, nobody looks after the box.",
                 "не відповідає, за коробкою ніхто не доглядає."));
        advise(row, PICK("Lessons go on, if they were on. Start the box again.",
                         "Уроки тривають, якщо вже йшли. Запустіть коробку знову."));
        age_from(in, row, in->box.silent_since_us);
        return true;
    }
    if (strcmp(m4_json_text(in->box.said, "state", ""), "stopping") != 0)
        return false;
    say(row, HEALTH_RUNNING, "%s", PICK("stops the box.", "зупиняє коробку."));
    return true;
}

/* It does not answer: on its way, given up, or simply gone. */
static void silent_server(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *m4shd = child(in, "m4shd");
    age_from(in, row, in->lesson.silent_since_us);
    if (on_its_way(m4shd) || (on_its_way(in->box.said) && !given_up(m4shd))) {
        say(row, HEALTH_RUNNING, "%s", PICK("not there yet.", "ще не готовий."));
        return;
    }
    say(row, HEALTH_NOW, "%s",
        PICK("does not answer, nobody can work.", "не відповідає, працювати ніхто не може."));
    if (given_up(m4shd))
        advise(row, PICK("It fell again and again. The box tries once every 10 minutes.",
                         "Він падав раз за разом. Коробка пробує раз на 10 хвилин."));
    else if (in->box.said)
        advise(row, PICK("The box starts it again by itself; strokes are kept on the devices.",
                         "Коробка сама запустить його; намальоване чекає на пристроях."));
    else
        advise(row, PICK("Strokes are kept on the devices until it is back.",
                         "Намальоване чекає на пристроях, доки він повернеться."));
}

void row_lesson_server(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *said = in->lesson.said;
    begin(row, PICK("Lesson server", "Сервер уроків"));
    if (too_early(in, row))
        return;
    if (!said) {
        silent_server(in, row);
        return;
    }
    age_of(in, row, said);
    int64_t lag = m4_json_number(said, "loop_lag_ms", 0);
    if (!up(said)) {
        bool coming = on_its_way(in->box.said);
        say(row, coming ? HEALTH_RUNNING : HEALTH_NOW, "%s",
            PICK("waits for the database.", "чекає на базу даних."));
        if (!coming)
            advise(row, PICK("Nothing is saved now; strokes are kept on the devices.",
                             "Нічого не зберігається; намальоване чекає на пристроях."));
    } else if (lag > LAG_MS || in->lesson.answer_ms > SLOW_ANSWER_MS) {
        say(row, HEALTH_SOON,
            PICK("is slow: answers in %lld ms.", "повільний: відповідає за %lld мс."),
            (long long)(in->lesson.answer_ms > lag ? in->lesson.answer_ms : lag));
        advise(row, PICK("Too much goes on at once; it may calm down by itself.",
                         "Забагато всього водночас; може минути само."));
    } else {
        say(row, HEALTH_WELL, PICK("answers in %lld ms", "відповідає за %lld мс"),
            (long long)in->lesson.answer_ms);
    }
}

static void database_up(const struct health_input *in, struct health_row *row, int64_t commit_ms)
{
    char size[WORDS_TEXT] = "", commit[WORDS_TEXT] = "";
    int64_t bytes = m4_json_number(m4_json_get(in->box.said, "database"), "bytes", -1);
    if (bytes >= 0)
        words_bytes(in->lang, bytes, size);
    if (commit_ms >= 0)
        snprintf(commit, sizeof(commit), PICK("commits in %lld ms", "запис за %lld мс"),
                 (long long)commit_ms);
    if (commit_ms > SLOW_COMMIT_MS) {
        say(row, HEALTH_SOON, PICK("is slow: %s%s%s.", "повільна: %s%s%s."), size,
            *size ? ", " : "", commit);
        advise(row, PICK("If it stays so, the disk may be worn or busy with something else.",
                         "Якщо так і далі, диск зношений або зайнятий чимось іншим."));
        return;
    }
    say(row, HEALTH_WELL, "%s%s%s", size, *size && *commit ? ", " : "", commit);
    if (!row->text[0])
        say(row, HEALTH_WELL, "%s", PICK("answers", "відповідає"));
}

void row_database(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *seen = m4_json_get(in->lesson.said, "database");
    const struct m4_json *postgresql = child(in, "postgresql");
    begin(row, PICK("Database", "База даних"));
    if (too_early(in, row))
        return;
    age_of(in, row, postgresql);
    if (!seen && !postgresql) {
        say(row, HEALTH_UNKNOWN, "%s",
            PICK("nobody who knows it answers.", "ніхто, хто про неї знає, не відповідає."));
    } else if (on_its_way(postgresql) ||
               (!up(seen) && !up(postgresql) && on_its_way(in->box.said))) {
        say(row, HEALTH_RUNNING, "%s", PICK("not there yet.", "ще не готова."));
    } else if (seen ? up(seen) : up(postgresql)) {
        database_up(in, row, m4_json_number(seen, "commit_ms_p95", -1));
    } else {
        say(row, HEALTH_NOW, "%s",
            PICK("does not answer, nothing is saved.", "не відповідає, нічого не зберігається."));
        advise(row,
               in->box.said
                   ? PICK("The box starts it again by itself. If it stays so, look at the log.",
                          "Коробка сама запустить її. Якщо ні, гляньте в журнал.")
                   : PICK("Start the box again.", "Запустіть коробку знову."));
    }
}

/* The rows below are the supervisor's alone. */
static bool box_silent(const struct health_input *in, struct health_row *row,
                       const struct m4_json *known)
{
    if (too_early(in, row))
        return true;
    if (known)
        return false;
    say(row, HEALTH_UNKNOWN, "%s",
        in->box.said
            ? PICK("was not measured yet.", "ще не виміряно.")
            : PICK("not known while the caretaker is silent.", "невідомо, доки доглядач мовчить."));
    age_from(in, row, in->box.silent_since_us);
    return true;
}

void row_disk(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *disk = m4_json_get(in->box.said, "disk");
    int64_t all = m4_json_number(disk, "total_bytes", 0),
            left = m4_json_number(disk, "free_bytes", -1);
    char size[WORDS_TEXT];
    begin(row, PICK("Disk", "Диск"));
    if (box_silent(in, row, all > 0 && left >= 0 ? disk : NULL))
        return;
    int used = left > all ? 0 : (int)(100.0 * (double)(all - left) / (double)all + 0.5);
    say(row,
        used >= DISK_NOW    ? HEALTH_NOW
        : used >= DISK_SOON ? HEALTH_SOON
                            : HEALTH_WELL,
        PICK("%d %% full, %s free", "зайнято %d %%, вільно %s"), used,
        words_bytes(in->lang, left, size));
    if (used >= DISK_SOON)
        advise(row,
               PICK("When it is full nothing is saved. Make room, or use a larger disk.",
                    "Коли заповниться, нічого не збережеться. Звільніть місце або змініть диск."));
}

void row_certificate(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *certificate = m4_json_get(in->box.said, "certificate");
    const struct m4_json *left = m4_json_get(certificate, "days_left");
    char days[WORDS_TEXT];
    begin(row, PICK("Certificate", "Сертифікат"));
    if (box_silent(in, row, left && left->type == M4_INT ? left : NULL))
        return;
    words_count(in->lang, left->number < 0 ? -left->number : left->number, WORDS_DAY, days);
    if (left->number <= 0) {
        say(row, HEALTH_NOW, "%s",
            PICK("has run out, devices refuse the box.",
                 "закінчився, пристрої відмовляють коробці."));
        advise(row, PICK("Check the date above, then restart the box: it makes a new one.",
                         "Перевірте дату вгорі й перезапустіть коробку: вона зробить новий."));
    } else if (left->number <= CERTIFICATE_SOON) {
        say(row, HEALTH_SOON, PICK("good for %s more.", "дійсний ще %s."), days);
        advise(row, PICK("The box should have renewed it by now: restart the box.",
                         "Коробка вже мала його поновити: перезапустіть її."));
    } else {
        say(row, HEALTH_WELL, PICK("good for %s", "дійсний ще %s"), days);
    }
}

void row_address(const struct health_input *in, struct health_row *row)
{
    const struct m4_json *addresses = m4_json_get(in->box.said, "addresses");
    const char *https = m4_json_text(addresses, "https", "");
    begin(row, PICK("Address", "Адреса"));
    if (box_silent(in, row, *https ? addresses : NULL))
        return;
    if (in->lesson.said)
        say(row, HEALTH_WELL, "%s", https);
    else if (on_its_way(child(in, "m4shd")) || on_its_way(in->box.said))
        say(row, HEALTH_RUNNING, PICK("%s, not there yet.", "%s, ще не готова."), https);
    else
        say(row, HEALTH_UNKNOWN, PICK("%s, nobody answers there.", "%s, там ніхто не відповідає."),
            https);
}
