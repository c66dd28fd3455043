#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/ctl.h"
#include "lib/secret.h"
#include "tools/api.h"
#include "tools/people.h"
#include "tools/player.h"

/* A lesson played through the running box: two people of a class that exists only for it, with
 * real TLS and real sockets. The teacher comes by the box's name, the pupil by its address. */

enum { PLAY_MS = 25000, CLEAN_UP_MS = 5000, STROKES = 10, ASK_MS = 5000 };

struct smoke {
    struct cmd_env *env;
    int64_t deadline_ms;
    char tag[17];         /* marks everything made here */
    char password[2][45]; /* of the teacher, of the pupil */
    char login[2][32];
    int64_t person_id[2], class_id, lesson_id;
    struct player teacher, pupil;
};

/* --- steps ----------------------------------------------------------------------------------- */

static int sweep(struct smoke *s, struct m4_err *err)
{
    return api_call(s->env, "DELETE", "probes/", NULL, NULL, err);
}

static int make_cast(struct smoke *s, struct m4_err *err)
{
    static const char *const roles[] = {"teacher", "student"};
    char class_name[40];
    snprintf(class_name, sizeof(class_name), "probe %s", s->tag);
    int rc = people_add_class(s->env, class_name, s->tag, &s->class_id, err);
    for (int i = 0; rc == 0 && i < 2; i++) {
        uint8_t random[18];
        m4_random(random, sizeof(random));
        m4_base64url(random, sizeof(random), s->password[i]);
        snprintf(s->login[i], sizeof(s->login[i]), "probe-%s-%c", s->tag, "tp"[i]);
        const struct person person = {s->login[i], "Probe", roles[i], s->password[i], s->tag};
        rc = people_add(s->env, &person, &s->person_id[i], err);
        if (rc == 0)
            rc = people_join_class(s->env, s->class_id, s->person_id[i], err);
    }
    return rc;
}

static int begin_lesson(struct smoke *s, struct m4_err *err)
{
    int64_t now = m4_wall_us();
    const struct lesson lesson = {s->class_id, s->person_id[0],          "Probe", "",
                                  now,         now + 15 * 60 * 1000000LL};
    int rc = people_plan_lesson(s->env, &lesson, &s->lesson_id, err);
    return rc == 0 ? people_start_lesson(s->env, s->lesson_id, err) : rc;
}

static int sign_in(struct smoke *s, struct m4_err *err)
{
    int rc = player_sign_in(&s->teacher, s->login[0], s->password[0], s->deadline_ms, err);
    return rc == 0 ? player_sign_in(&s->pupil, s->login[1], s->password[1], s->deadline_ms, err)
                   : rc;
}

static int join(struct smoke *s, struct m4_err *err)
{
    int rc = player_join(&s->teacher, s->lesson_id, s->deadline_ms, err);
    if (rc == 0)
        rc = player_join(&s->pupil, s->lesson_id, s->deadline_ms, err);
    if (rc == 0 && s->pupil.board != s->teacher.board)
        rc = m4_fail(err, EPROTO, "the two were shown different boards");
    return rc;
}

static int draw(struct smoke *s, struct m4_err *err)
{
    int64_t before = s->teacher.version;
    int rc = player_draw(&s->teacher, STROKES, s->deadline_ms, err);
    if (rc == 0)
        rc = player_draw(&s->pupil, STROKES, s->deadline_ms, err);
    if (rc == 0)
        rc = player_settle(&s->teacher, s->deadline_ms, err);
    if (rc == 0)
        rc = player_settle(&s->pupil, s->deadline_ms, err);
    if (rc == 0)
        rc = player_catch_up(&s->teacher, before + 2 * STROKES, s->deadline_ms, err);
    return rc == 0 ? player_catch_up(&s->pupil, before + 2 * STROKES, s->deadline_ms, err) : rc;
}

static int talk(struct smoke *s, struct m4_err *err)
{
    int rc = player_say(&s->teacher, "Чути?", s->deadline_ms, err);
    if (rc == 0)
        rc = player_hear(&s->pupil, "Чути?", s->deadline_ms, err);
    if (rc == 0)
        rc = player_say(&s->pupil, "Так, чути.", s->deadline_ms, err);
    return rc == 0 ? player_hear(&s->teacher, "Так, чути.", s->deadline_ms, err) : rc;
}

/* The pupil's network goes in the middle of drawing; the lesson goes on. */
static int lose_network(struct smoke *s, struct m4_err *err)
{
    int rc = player_draw(&s->pupil, STROKES / 2, s->deadline_ms, err);
    player_vanish(&s->pupil);
    if (rc == 0)
        rc = player_draw(&s->teacher, STROKES / 2, s->deadline_ms, err);
    if (rc == 0)
        rc = player_settle(&s->teacher, s->deadline_ms, err);
    return rc == 0 ? player_say(&s->teacher, "Де ти?", s->deadline_ms, err) : rc;
}

static int come_back(struct smoke *s, struct m4_err *err)
{
    int64_t wanted = 3 * STROKES;
    int rc = player_join(&s->pupil, s->lesson_id, s->deadline_ms, err);
    if (rc == 0)
        rc = player_hear(&s->pupil, "Де ти?", s->deadline_ms, err);
    if (rc == 0)
        rc = player_settle(&s->pupil, s->deadline_ms, err);
    if (rc == 0)
        rc = player_catch_up(&s->pupil, wanted, s->deadline_ms, err);
    if (rc == 0)
        rc = player_catch_up(&s->teacher, wanted, s->deadline_ms, err);
    if (rc == 0 && (s->pupil.version != wanted || s->teacher.version != wanted))
        rc = m4_fail(err, EPROTO, "%lld operations made versions %lld and %lld", (long long)wanted,
                     (long long)s->pupil.version, (long long)s->teacher.version);
    return rc;
}

static int compare(struct smoke *s, struct m4_err *err)
{
    char teacher[FOLD_HASH], pupil[FOLD_HASH], stored[FOLD_HASH];
    int64_t version = 0;
    int rc = fold_hash(s->teacher.fold, teacher, err);
    if (rc == 0)
        rc = fold_hash(s->pupil.fold, pupil, err);
    if (rc == 0)
        rc = player_snapshot(&s->pupil, stored, &version, s->deadline_ms, err);
    if (rc < 0)
        return rc;
    if (strcmp(teacher, pupil) != 0)
        return m4_fail(err, EPROTO, "the boards of the two differ");
    if (version != s->pupil.version)
        return m4_fail(err, EPROTO, "the snapshot has version %lld, the board %lld",
                       (long long)version, (long long)s->pupil.version);
    if (strcmp(stored, pupil) != 0)
        return m4_fail(err, EPROTO, "the snapshot differs from the board");
    return 0;
}

/* Also after a failure, with time of its own. */
static int clean_up(struct smoke *s, struct m4_err *err)
{
    char path[40];
    player_done(&s->teacher);
    player_done(&s->pupil);
    snprintf(path, sizeof(path), "probes/%s/", s->tag);
    return api_call(s->env, "DELETE", path, NULL, NULL, err);
}

static const struct step {
    const char *text;
    int (*run)(struct smoke *s, struct m4_err *err);
} steps[] = {
    {"remove what a killed smoke left", sweep},
    {"make a class and two people", make_cast},
    {"plan a lesson and start it", begin_lesson},
    {"both sign in over TLS", sign_in},
    {"both open the socket and join", join},
    {"both draw, each sees the other", draw},
    {"both talk, each hears the other", talk},
    {"the pupil loses the network while drawing", lose_network},
    {"the pupil comes back and catches up", come_back},
    {"both boards and the stored one are the same", compare},
};

/* --- running and telling --------------------------------------------------------------------- */

struct report {
    struct m4_jw *json; /* NULL: lines for people */
    int64_t began_ms;
};

static void tell(const struct report *r, const char *text, int64_t ms, int rc,
                 const struct m4_err *err)
{
    if (!r->json) {
        printf("%s %6lld ms  %s\n", rc == 0 ? "ok    " : "FAILED", (long long)ms, text);
        fflush(stdout);
        if (rc < 0)
            fprintf(stderr, "m4shctl: %s: %s.\n", text, err->text);
        return;
    }
    m4_jw_open(r->json, '{');
    m4_jw_kstr(r->json, "step", text);
    m4_jw_kbool(r->json, "ok", rc == 0);
    m4_jw_kint(r->json, "ms", ms);
    if (rc < 0)
        m4_jw_kstr(r->json, "detail", err->text);
    m4_jw_close(r->json, '}');
}

static int run_step(struct smoke *s, const struct report *r, const struct step *step)
{
    struct m4_err err = {0};
    int64_t began = m4_mono_ms();
    int rc = began < s->deadline_ms ? step->run(s, &err)
                                    : m4_fail(&err, ETIMEDOUT, "the whole took more than %d s",
                                              (PLAY_MS + CLEAN_UP_MS) / 1000);
    tell(r, step->text, m4_mono_ms() - began, rc, &err);
    return rc;
}

static int play(struct smoke *s, const struct report *r)
{
    static const struct step last = {"remove what this smoke made", clean_up};
    int rc = 0;
    size_t i = 0;
    for (; rc == 0 && i < M4_COUNT(steps); i++)
        rc = run_step(s, r, &steps[i]);
    if (rc < 0 && i == 1)
        return CMD_COULD_NOT; /* nobody answered: nothing was tried */
    s->deadline_ms = s->env->deadline_ms = m4_mono_ms() + CLEAN_UP_MS;
    int cleaned = run_step(s, r, &last);
    return rc < 0 || cleaned < 0 ? CMD_CRITICAL : CMD_GOOD;
}

/* The port the running box says it listens on: it may have been started with other settings than
 * this shell has. Where the supervisor does not answer, what the settings say. */
static int https_port(const struct m4_settings *set)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (m4_ctl_ask(set->home, "{\"v\":1,\"id\":1,\"do\":\"status\"}", ASK_MS, &doc, NULL) < 0)
        return (int)set->https_port;
    const struct m4_json *at = m4_json_get(m4_ctl_result(doc, NULL), "addresses");
    const char *host = m4_json_text(at, "https", "");
    host += strncmp(host, "https://", 8) ? 0 : 8;
    const char *colon = strrchr(host, ':');
    if (colon && !strchr(colon, ']'))
        return atoi(colon + 1);
    return *host ? 443 : (int)set->https_port;
}

/* Where a person's device would connect, by the box's name or by its address. */
static void aim(const struct m4_settings *set, int port, bool by_name, struct tls_target *t)
{
    struct in_addr v4;
    bool everywhere =
        !strcmp(set->bind, "0.0.0.0") || !strcmp(set->bind, "::") || !strcmp(set->bind, "*");
    *t = (struct tls_target){.port = port};
    snprintf(t->address, sizeof(t->address), "%s", everywhere ? "127.0.0.1" : set->bind);
    if (inet_pton(AF_INET, t->address, &v4) != 1 && !strchr(t->address, ':'))
        snprintf(t->address, sizeof(t->address), "127.0.0.1");
    snprintf(t->host, sizeof(t->host), "%s", by_name ? set->name : t->address);
    m4_settings_path(set, "tls/ca.pem", t->ca_file);
}

static int prepare(struct smoke *s, struct m4_err *err)
{
    struct tls_target by_name, by_address;
    uint8_t tag[8];
    m4_random(tag, sizeof(tag));
    m4_hex(tag, sizeof(tag), s->tag);
    int port = https_port(&s->env->settings);
    aim(&s->env->settings, port, true, &by_name);
    aim(&s->env->settings, port, false, &by_address);
    s->deadline_ms = s->env->deadline_ms = m4_mono_ms() + PLAY_MS;
    int rc = player_init(&s->teacher, "the teacher", &by_name, err);
    return rc == 0 ? player_init(&s->pupil, "the pupil", &by_address, err) : rc;
}

int cmd_smoke(struct cmd_env *env, int argc, char **argv)
{
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {
        "m4shctl smoke", "play a lesson through the running box", "", 0, 0, options};
    char **words;
    struct m4_err err = {0};
    struct smoke s = {.env = env};
    m4_autobuf struct m4_buf out = M4_BUF(64 * 1024);
    struct m4_jw w = M4_JW(&out);
    struct report report = {.began_ms = m4_mono_ms()};
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    report.json = env->json ? &w : NULL;
    m4_jw_open(&w, '{');
    m4_jw_key(&w, "steps");
    m4_jw_open(&w, '[');
    int code = prepare(&s, &err) < 0 ? cmd_error(&err) : play(&s, &report);
    player_done(&s.teacher);
    player_done(&s.pupil);
    explicit_bzero(s.password, sizeof(s.password));
    int64_t ms = m4_mono_ms() - report.began_ms;
    m4_jw_close(&w, ']');
    m4_jw_kbool(&w, "ok", code == CMD_GOOD);
    m4_jw_kint(&w, "ms", ms);
    m4_jw_close(&w, '}');
    if (env->json)
        return cmd_print_json(&out, code);
    printf("%s in %lld ms\n", code == CMD_GOOD ? "The lesson was played" : "The lesson failed",
           (long long)ms);
    return code;
}
