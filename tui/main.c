/* m4sh-console - the administrator's screen
 *
 * The map of this folder; a floor knows only those below it:
 *
 *     main.c        the loop: a key or the next second, then a new picture
 *     screen/       one file per screen
 *     widget/       frame (top line, keys), rows
 *     model/        health (two JSON documents -> rows, pure), asker (fetches them)
 *     term/         term (ncursesw), words (Ukrainian and English)
 *
 * The loop never waits for the box: asker.h has threads for that. Nothing here changes the
 * box; what it shows comes from run/supervisor.sock and run/m4shd.sock.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/args.h"
#include "lib/clock.h"
#include "tui/model/asker.h"
#include "tui/screen/health.h"
#include "tui/screen/help.h"
#include "tui/term/term.h"

enum { LOOK_MS = 100 }; /* how soon an answer shows */

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void)number;
    told_to_end = 1;
}

struct console {
    struct asker *asker;
    enum words_lang lang;
    bool help;
    uint64_t drawn_serial;
    int64_t drawn_second;
};

static void draw(struct console *c)
{
    struct health_view view;
    int64_t now = m4_wall_us();
    c->drawn_serial = asker_serial(c->asker);
    c->drawn_second = now / 1000000;
    asker_view(c->asker, c->lang, &view);
    if (c->help)
        screen_help_draw(&view, c->lang, now);
    else
        screen_health_draw(&view, c->lang, now);
}

static bool is_due(const struct console *c)
{
    return m4_wall_us() / 1000000 != c->drawn_second || asker_serial(c->asker) != c->drawn_serial;
}

/* False when it is time to leave. */
static bool take_key(struct console *c, int key)
{
    switch (key) {
    case 'q':
    case TERM_GONE:
        return false;
    case TERM_F1:
        c->help = true;
        break;
    case TERM_ESC:
        c->help = false;
        break;
    case 'l':
        if (term_utf8() && !c->help)
            c->lang = c->lang == WORDS_UK ? WORDS_EN : WORDS_UK;
        break;
    default:
        break;
    }
    return true;
}

static void run(struct console *c)
{
    draw(c);
    while (!told_to_end) {
        int key = term_key(LOOK_MS);
        if (!take_key(c, key))
            return;
        if (key != TERM_NO_KEY || is_due(c))
            draw(c);
    }
}

/* --lang, else LC_ALL, LC_MESSAGES, LANG; English where Cyrillic cannot be shown. */
static enum words_lang choose_lang(const char *wanted)
{
    const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < M4_COUNT(names) && (!wanted || !*wanted); i++)
        wanted = getenv(names[i]);
    return term_utf8() ? words_lang_of(wanted) : WORDS_EN;
}

static int watch(const struct m4_settings *settings, const char *lang, struct m4_err *err)
{
    struct console c = {0};
    const struct sigaction end = {.sa_handler = on_signal};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGHUP, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    signal(SIGPIPE, SIG_IGN);
    int rc = asker_new(settings, &c.asker, err);
    if (rc == 0)
        rc = term_open(err);
    if (rc == 0) {
        c.lang = choose_lang(lang);
        run(&c);
        term_close();
    }
    asker_free(c.asker);
    return rc;
}

int main(int argc, char **argv)
{
    struct m4_err err = {0};
    struct m4_settings settings;
    const char *home = NULL, *lang = NULL;
    char **words;
    const struct m4_opt options[] = {
        {"home", 0, M4_OPT_TEXT, &home, 0, 0, "DIR", "the box's state; M4SH_HOME otherwise"},
        {"lang", 'l', M4_OPT_TEXT, &lang, 0, 0, "uk|en", "language; LANG otherwise"},
        {0}};
    const struct m4_usage usage = {"m4sh-console", "how the box is, on a screen", "", 0, 0,
                                   options};
    int rc = m4_args(&usage, argc, argv, &words, &err);
    if (rc == -ECANCELED)
        return 0;
    if (rc >= 0 && lang && strcmp(lang, "uk") != 0 && strcmp(lang, "en") != 0)
        rc = m4_fail(&err, EINVAL, "there is no language \"%s\", only uk and en", lang);
    if (rc >= 0)
        rc = m4_settings_load(&settings, home, &err);
    if (rc >= 0)
        rc = watch(&settings, lang, &err);
    if (rc < 0)
        fprintf(stderr, "m4sh-console: %s.\n", err.text);
    return rc < 0 ? 2 : 0;
}
