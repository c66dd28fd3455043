#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/clock.h"
#include "tools/api.h"
#include "tools/password.h"
#include "tools/people.h"
#include "tools/table.h"

/* The school everybody can try things in. Names are invented. */
static const char *const classes[] = {"7-Б", "9-А"};

static const struct {
    const char *login, *name, *role;
    int class; /* in classes; -1: none */
} cast[] = {
    {"admin", "Ірина Мельник", "admin", -1},     {"hnatiuk", "Оксана Гнатюк", "teacher", 0},
    {"kravets", "Степан Кравець", "teacher", 1}, {"olena", "Олена Бондар", "student", 0},
    {"taras", "Тарас Ткачук", "student", 0},     {"sofiia", "Софія Лисенко", "student", 0},
    {"maksym", "Максим Поліщук", "student", 0},  {"daryna", "Дарина Савчук", "student", 0},
    {"andrii", "Андрій Коваль", "student", 1},   {"solomiia", "Соломія Шевчук", "student", 1},
    {"nazar", "Назар Мороз", "student", 1},      {"zlata", "Злата Руденко", "student", 1},
    {"ivan", "Іван Яценко", "student", 1},
};

enum { CAST = M4_COUNT(cast), CLASSES = M4_COUNT(classes), LIVE_HOURS = 3 };

struct demo {
    const struct cmd_env *env;
    bool reset;
    int64_t class_id[CLASSES];
    int64_t person_id[CAST];
    char password[CAST][PASSWORD_BYTES]; /* "" where the old one stays */
    int made;                            /* classes, people and lessons that were not there */
    int64_t live_id, tomorrow_id;
};

static int make_classes(struct demo *d, struct m4_err *err)
{
    for (size_t i = 0; i < CLASSES; i++) {
        int rc = people_find_class(d->env, classes[i], &d->class_id[i], err);
        if (rc == -ENOENT) {
            rc = people_add_class(d->env, classes[i], NULL, &d->class_id[i], err);
            d->made += rc == 0;
        }
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int make_person(struct demo *d, size_t i, struct m4_err *err)
{
    char *password = d->password[i];
    bool staff = strcmp(cast[i].role, "student") != 0;
    int rc = people_find(d->env, cast[i].login, &d->person_id[i], err);
    bool is_new = rc == -ENOENT;
    if (is_new || (rc == 0 && d->reset))
        password_make(staff, password);
    if (is_new) {
        const struct person person = {cast[i].login, cast[i].name, cast[i].role, password, NULL};
        rc = people_add(d->env, &person, &d->person_id[i], err);
        d->made += rc == 0;
    } else if (rc == 0 && d->reset) {
        rc = people_set_password(d->env, d->person_id[i], password, err);
    }
    if (rc == 0 && cast[i].class >= 0)
        rc = people_join_class(d->env, d->class_id[cast[i].class], d->person_id[i], err);
    return rc;
}

/* --- lessons --------------------------------------------------------------------------------- */

struct seek {
    bool live; /* else: one that begins after `now` */
    char now[M4_TIME_TEXT];
    int64_t id;
};

static bool seek_lesson(const struct m4_json *item, void *with)
{
    struct seek *seek = with;
    const char *status = m4_json_text(item, "status", "");
    bool later = strncmp(m4_json_text(item, "starts_at", ""), seek->now, 19) > 0;
    if (seek->live ? !strcmp(status, "live") : !strcmp(status, "scheduled") && later)
        seek->id = m4_json_number(item, "id", 0);
    return seek->id == 0;
}

static int find_lesson(struct demo *d, int class, bool live, int64_t *ret_id, struct m4_err *err)
{
    struct seek seek = {.live = live};
    char path[64];
    m4_time_text(m4_wall_us(), seek.now);
    snprintf(path, sizeof(path), "lessons/?classroom=%lld", (long long)d->class_id[class]);
    int rc = api_each(d->env, path, seek_lesson, &seek, err);
    if (rc == 0)
        *ret_id = seek.id;
    return rc;
}

/* Nine in the morning of the next day, as the school's clock has it. */
static int64_t tomorrow_us(void)
{
    struct tm tm;
    time_t now = (time_t)(m4_wall_us() / 1000000);
    localtime_r(&now, &tm);
    tm.tm_mday++;
    tm.tm_hour = 9;
    tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000000;
}

static int make_lessons(struct demo *d, struct m4_err *err)
{
    const int64_t minute = 60 * 1000000LL;
    int64_t now = m4_wall_us() / minute * minute;
    const struct lesson live = {d->class_id[0],
                                d->person_id[1],
                                "Алгебра",
                                "Квадратні рівняння",
                                now,
                                now + LIVE_HOURS * 60 * minute};
    const struct lesson tomorrow = {d->class_id[1], d->person_id[2], "Фізика",
                                    "Закон Ома",    tomorrow_us(),   tomorrow_us() + 45 * minute};
    int rc = find_lesson(d, 0, true, &d->live_id, err);
    if (rc == 0 && !d->live_id) {
        rc = people_plan_lesson(d->env, &live, &d->live_id, err);
        if (rc == 0)
            rc = people_start_lesson(d->env, d->live_id, err);
        d->made += rc == 0;
    }
    if (rc == 0)
        rc = find_lesson(d, 1, false, &d->tomorrow_id, err);
    if (rc == 0 && !d->tomorrow_id) {
        rc = people_plan_lesson(d->env, &tomorrow, &d->tomorrow_id, err);
        d->made += rc == 0;
    }
    return rc;
}

/* --- telling --------------------------------------------------------------------------------- */

static int tell_json(const struct demo *d)
{
    m4_autobuf struct m4_buf out = M4_BUF(64 * 1024);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "made", d->made);
    m4_jw_kint(&w, "live_lesson", d->live_id);
    m4_jw_kint(&w, "next_lesson", d->tomorrow_id);
    m4_jw_key(&w, "people");
    m4_jw_open(&w, '[');
    for (size_t i = 0; i < CAST; i++) {
        m4_jw_open(&w, '{');
        m4_jw_kint(&w, "id", d->person_id[i]);
        m4_jw_kstr(&w, "login", cast[i].login);
        m4_jw_kstr(&w, "name", cast[i].name);
        m4_jw_kstr(&w, "role", cast[i].role);
        m4_jw_kstr(&w, "classroom", cast[i].class < 0 ? NULL : classes[cast[i].class]);
        m4_jw_kstr(&w, "password", *d->password[i] ? d->password[i] : NULL);
        m4_jw_close(&w, '}');
    }
    m4_jw_close(&w, ']');
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, CMD_GOOD);
}

static int tell(const struct demo *d)
{
    autotable struct table t = TABLE(5);
    int known = 0;
    for (size_t i = 0; i < CAST; i++) {
        bool told = *d->password[i];
        known += told;
        TABLE_ROW(&t, cast[i].login, told ? d->password[i] : "(as it was)", cast[i].role,
                  cast[i].class < 0 ? "" : classes[cast[i].class], cast[i].name);
    }
    if (!d->made && !d->reset)
        printf("The demo school is there already, nothing was made.\n");
    if (!table_print(&t, 2))
        return CMD_COULD_NOT;
    if (known)
        printf(
            "Passwords are shown this once; \"m4shctl demo --reset-passwords\" sets new ones.\n");
    else
        printf("\"m4shctl demo --reset-passwords\" sets new passwords and shows them.\n");
    return CMD_GOOD;
}

int cmd_demo(struct cmd_env *env, int argc, char **argv)
{
    struct demo d = {.env = env};
    const struct m4_opt options[] = {{"reset-passwords", 0, M4_OPT_FLAG, &d.reset, 0, 0, NULL,
                                      "new passwords for everybody in it"},
                                     CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl demo", "a small school to try things in", "", 0, 0,
                                   options};
    char **words;
    struct m4_err err = {0};
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    int rc = make_classes(&d, &err);
    for (size_t i = 0; rc == 0 && i < CAST; i++)
        rc = make_person(&d, i, &err);
    if (rc == 0)
        rc = make_lessons(&d, &err);
    int code = env->json ? tell_json(&d) : tell(&d);
    if (rc < 0)
        code = cmd_error(&err);
    explicit_bzero(d.password, sizeof(d.password));
    return code;
}
