#include <stdio.h>
#include <string.h>

#include "lib/ctl.h"
#include "tools/api.h"
#include "tools/table.h"

enum { ASK_MS = 5000, DISK_NOW = 92 }; /* percent used, as on the console */

/* What both said; a NULL with its error where one did not answer. */
struct answers {
    struct m4_doc *control, *health_doc;
    const struct m4_json *box, *health;
    struct m4_err box_err, health_err;
};

static void ask(const struct cmd_env *env, struct answers *a)
{
    int rc = m4_ctl_ask(env->settings.home, "{\"v\":1,\"id\":1,\"do\":\"status\"}", ASK_MS,
                        &a->control, &a->box_err);
    if (rc == 0)
        a->box = m4_ctl_result(a->control, &a->box_err);
    if (api_call(env, "GET", "/health", NULL, &a->health_doc, &a->health_err) == 0 && a->health_doc)
        a->health = m4_doc_root(a->health_doc);
}

/* Soon nothing can be saved. */
static bool disk_low(const struct m4_json *box)
{
    const struct m4_json *disk = m4_json_get(box, "disk");
    double all = (double)m4_json_number(disk, "total_bytes", 0);
    double left = (double)m4_json_number(disk, "free_bytes", 0);
    return all > 0 && 100 * (all - left) / all >= DISK_NOW;
}

static int verdict(const struct answers *a)
{
    if (!a->box)
        return CMD_COULD_NOT;
    bool ready = a->health && !strcmp(m4_json_text(a->health, "state", ""), "ready") &&
                 !strcmp(m4_json_text(a->box, "state", ""), "ready");
    return ready && !disk_low(a->box) ? CMD_GOOD : CMD_FINDINGS;
}

static void write_part(struct m4_jw *w, const char *key, const struct m4_json *part,
                       const struct m4_err *err)
{
    m4_jw_key(w, key);
    if (part) {
        m4_jw_value(w, part);
        return;
    }
    m4_jw_open(w, '{');
    m4_jw_kstr(w, "state", "unknown");
    m4_jw_kstr(w, "detail", err->text);
    m4_jw_close(w, '}');
}

static int tell_json(const struct answers *a)
{
    m4_autobuf struct m4_buf out = M4_BUF(2 * M4_CTL_ANSWER);
    struct m4_jw w = M4_JW(&out);
    m4_jw_open(&w, '{');
    m4_jw_kbool(&w, "ready", verdict(a) == CMD_GOOD);
    write_part(&w, "supervisor", a->box, &a->box_err);
    write_part(&w, "lesson_server", a->health, &a->health_err);
    m4_jw_close(&w, '}');
    return cmd_print_json(&out, verdict(a));
}

/* --- for people ------------------------------------------------------------------------------ */

static void row(struct table *t, const char *name, const char *state, struct m4_buf *text)
{
    TABLE_ROW(t, name, state, text->data ? text->data : "");
    m4_buf_done(text);
    *text = M4_BUF(2048);
}

static void show_children(struct table *t, const struct m4_json *box, struct m4_buf *text)
{
    const struct m4_json *list = m4_json_get(box, "children");
    for (const struct m4_json *c = list ? list->child : NULL; c; c = c->next) {
        int64_t pid = m4_json_number(c, "pid", 0), again = m4_json_number(c, "restarts", 0);
        if (pid > 0)
            m4_buf_fmt(text, "pid %lld, since %s", (long long)pid, m4_json_text(c, "since", "?"));
        if (again > 0)
            m4_buf_fmt(text, "%srestarts %lld", text->len ? ", " : "", (long long)again);
        const char *detail = m4_json_text(c, "detail", "");
        if (*detail)
            m4_buf_fmt(text, "%s%s", text->len ? ", " : "", detail);
        row(t, m4_json_text(c, "name", "?"), m4_json_text(c, "state", "?"), text);
    }
}

static void show_box(struct table *t, const struct m4_json *box, struct m4_buf *text)
{
    const struct m4_json *disk = m4_json_get(box, "disk"), *db = m4_json_get(box, "database");
    const struct m4_json *certificate = m4_json_get(box, "certificate");
    const struct m4_json *addresses = m4_json_get(box, "addresses");
    double all = (double)m4_json_number(disk, "total_bytes", 0);
    double left = (double)m4_json_number(disk, "free_bytes", 0);
    if (db) {
        m4_buf_fmt(text, "schema %lld", (long long)m4_json_number(db, "schema", 0));
        if (m4_json_number(db, "bytes", -1) >= 0)
            m4_buf_fmt(text, ", %.1f MB", (double)m4_json_number(db, "bytes", 0) / 1e6);
        row(t, "database", m4_json_text(db, "kind", "?"), text);
    }
    if (all > 0) {
        m4_buf_fmt(text, "%.0f %% full, %.1f GB free", 100 * (all - left) / all, left / 1e9);
        row(t, "disk", disk_low(box) ? "low" : "", text);
    }
    if (certificate) {
        m4_buf_fmt(text, "good for %lld days",
                   (long long)m4_json_number(certificate, "days_left", 0));
        row(t, "certificate", "", text);
    }
    if (addresses) {
        m4_buf_fmt(text, "%s  %s", m4_json_text(addresses, "https", ""),
                   m4_json_text(addresses, "http", ""));
        row(t, "addresses", "", text);
    }
}

static int tell(const struct answers *a)
{
    autotable struct table t = TABLE(3);
    m4_autobuf struct m4_buf text = M4_BUF(2048);
    if (a->box) {
        m4_buf_fmt(&text, "pid %lld, since %s", (long long)m4_json_number(a->box, "pid", 0),
                   m4_json_text(a->box, "since", "?"));
        row(&t, "supervisor", m4_json_text(a->box, "state", "?"), &text);
        show_children(&t, a->box, &text);
        show_box(&t, a->box, &text);
    }
    if (a->health) {
        int64_t lessons = m4_json_number(a->health, "lessons_live", 0);
        int64_t people = m4_json_number(a->health, "people", 0);
        m4_buf_fmt(&text, "%lld %s live, %lld %s", (long long)lessons,
                   lessons == 1 ? "lesson" : "lessons", (long long)people,
                   people == 1 ? "person" : "people");
        row(&t, "lesson server", m4_json_text(a->health, "state", "?"), &text);
    }
    const struct m4_json *any = a->box ? a->box : a->health;
    printf("M4SH Box %s, %s: %s\n", m4_json_text(any, "version", m4_version),
           m4_json_text(a->health, "school", "school not known"),
           verdict(a) == CMD_GOOD ? "ready"
           : disk_low(a->box)     ? "the disk is almost full"
           : any                  ? "not ready"
                                  : "it is not known how it is");
    if (!table_print(&t, 2))
        return CMD_COULD_NOT;
    if (!a->health)
        cmd_error(&a->health_err);
    return a->box ? verdict(a) : cmd_error(&a->box_err);
}

int cmd_status(struct cmd_env *env, int argc, char **argv)
{
    const struct m4_opt options[] = {CMD_OPTIONS(env)};
    const struct m4_usage usage = {"m4shctl status", "how the box is", "", 0, 0, options};
    char **words;
    struct answers a = {0};
    int count = cmd_begin(env, &usage, argc, argv, &words);
    if (count < 0)
        return cmd_over(count);
    ask(env, &a);
    int code = env->json ? tell_json(&a) : tell(&a);
    m4_doc_free(a.control);
    m4_doc_free(a.health_doc);
    return code;
}
