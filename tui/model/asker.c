#include "tui/model/asker.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "lib/args.h"
#include "lib/clock.h"
#include "lib/ctl.h"
#include "lib/http_unix.h"

/* One that is asked. All but `asker` and `ask` is guarded by the asker's lock. */
struct source {
    struct asker *asker;
    int (*ask)(struct source *s, struct m4_doc **ret_doc, const struct m4_json **ret_said);
    pthread_t thread;
    bool runs;
    struct m4_doc *doc;
    struct health_source seen; /* seen.said points into doc */
};

struct asker {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* on the monotonic clock */
    bool stop;
    uint64_t serial;
    struct source box, lesson;
    char home[PATH_MAX];
    char socket_path[PATH_MAX];
    char school[sizeof(((struct m4_settings *)0)->school)];
};

static int ask_box(struct source *s, struct m4_doc **ret_doc, const struct m4_json **ret_said)
{
    int rc =
        m4_ctl_ask(s->asker->home, "{\"v\":1,\"id\":1,\"do\":\"status\"}", ASKER_MS, ret_doc, NULL);
    if (rc == 0)
        *ret_said = m4_ctl_result(*ret_doc, NULL);
    return rc;
}

/* 503 is an answer too: it says what it waits for. */
static int ask_lesson(struct source *s, struct m4_doc **ret_doc, const struct m4_json **ret_said)
{
    m4_autoanswer struct m4_http_answer answer = {0};
    int rc = m4_http_unix(s->asker->socket_path, "GET", "/health", NULL, NULL, 0, ASKER_MS, &answer,
                          NULL);
    if (rc == 0 && answer.status != 200 && answer.status != 503)
        rc = -EPROTO;
    if (rc == 0)
        rc = m4_json_parse(answer.body, answer.len, 0, ret_doc, NULL);
    if (rc == 0)
        *ret_said = m4_doc_root(*ret_doc);
    if (rc == 0 && (*ret_said)->type != M4_OBJECT)
        *ret_said = NULL;
    return rc;
}

/* One question, and its answer in the place of the last. */
static void ask_once(struct source *s)
{
    struct m4_doc *doc = NULL;
    const struct m4_json *said = NULL;
    int64_t began = m4_mono_us();
    int rc = s->ask(s, &doc, &said);
    int64_t took = m4_mono_us() - began, now = m4_wall_us();

    pthread_mutex_lock(&s->asker->lock);
    struct m4_doc *old = s->doc;
    s->doc = doc;
    s->seen.asked = true;
    s->seen.said = rc == 0 ? said : NULL;
    s->seen.answer_ms = (took + 999) / 1000;
    if (s->seen.said)
        s->seen.silent_since_us = 0;
    else if (!s->seen.silent_since_us)
        s->seen.silent_since_us = now;
    s->asker->serial++;
    pthread_mutex_unlock(&s->asker->lock);
    m4_doc_free(old);
}

static void *run(void *arg)
{
    struct source *s = arg;
    struct asker *a = s->asker;
    pthread_mutex_lock(&a->lock);
    while (!a->stop) {
        pthread_mutex_unlock(&a->lock);
        ask_once(s);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += ASKER_EVERY_MS / 1000;
        pthread_mutex_lock(&a->lock);
        for (int rc = 0; rc == 0 && !a->stop;)
            rc = pthread_cond_timedwait(&a->wake, &a->lock, &until);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

static int start(struct source *s, struct m4_err *err)
{
    int rc = pthread_create(&s->thread, NULL, run, s);
    if (rc)
        return m4_fail(err, rc, "cannot start asking: %m");
    s->runs = true;
    return 0;
}

int asker_new(const struct m4_settings *settings, struct asker **ret_asker, struct m4_err *err)
{
    struct asker *a = calloc(1, sizeof(*a));
    if (!a)
        return m4_fail(err, ENOMEM, "cannot start asking: %m");
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&a->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&a->lock, NULL);
    memcpy(a->home, settings->home, sizeof(a->home));
    memcpy(a->school, settings->school, sizeof(a->school));
    m4_settings_path(settings, "run/m4shd.sock", a->socket_path);
    a->box = (struct source){.asker = a, .ask = ask_box};
    a->lesson = (struct source){.asker = a, .ask = ask_lesson};
    int rc = start(&a->box, err);
    if (rc == 0)
        rc = start(&a->lesson, err);
    if (rc < 0)
        asker_free(a);
    else
        *ret_asker = a;
    return rc;
}

void asker_free(struct asker *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_broadcast(&a->wake);
    pthread_mutex_unlock(&a->lock);
    if (a->box.runs)
        pthread_join(a->box.thread, NULL);
    if (a->lesson.runs)
        pthread_join(a->lesson.thread, NULL);
    m4_doc_free(a->box.doc);
    m4_doc_free(a->lesson.doc);
    pthread_cond_destroy(&a->wake);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

uint64_t asker_serial(struct asker *a)
{
    pthread_mutex_lock(&a->lock);
    uint64_t serial = a->serial;
    pthread_mutex_unlock(&a->lock);
    return serial;
}

void asker_view(struct asker *a, enum words_lang lang, struct health_view *ret_view)
{
    pthread_mutex_lock(&a->lock);
    struct health_input in = {.box = a->box.seen,
                              .lesson = a->lesson.seen,
                              .school = a->school,
                              .version = m4_version,
                              .now_us = m4_wall_us(),
                              .lang = lang};
    health_view(&in, ret_view);
    pthread_mutex_unlock(&a->lock);
}
