#include "tui/term/term.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { LINE_COLUMNS = 1024, ESC_MS = 50, ESC_BYTE = 27 };

static SCREEN *screen;
static bool utf8;

bool term_utf8(void)
{
    return utf8;
}

/* A box has C.UTF-8 and no other locale: when the one asked for is missing but is UTF-8 by
 * its name, that one is as good. */
void term_locale(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (!setlocale(LC_ALL, "")) {
        const char *wanted = NULL;
        for (size_t i = 0; i < M4_COUNT(names) && (!wanted || !*wanted); i++)
            wanted = getenv(names[i]);
        if (wanted && (strcasestr(wanted, "utf-8") || strcasestr(wanted, "utf8")))
            setlocale(LC_ALL, "C.UTF-8");
    }
    utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* --- opening and closing --------------------------------------------------------------------- */

static void set_colours(void)
{
    static const short colours[] = {[TERM_GREEN] = COLOR_GREEN,
                                    [TERM_YELLOW] = COLOR_YELLOW,
                                    [TERM_RED] = COLOR_RED,
                                    [TERM_CYAN] = COLOR_CYAN};
    const char *without = getenv("NO_COLOR");
    if (!has_colors() || (without && *without))
        return;
    start_color();
    use_default_colors();
    for (short style = TERM_GREEN; style <= TERM_CYAN; style++)
        init_pair(style, colours[style], -1);
}

int term_open(struct m4_err *err)
{
    const char *kind = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return m4_fail(err, ENODEV, "there is no terminal to draw on");
    term_locale();
    screen = newterm(NULL, stdout, stdin);
    if (!screen)
        return m4_fail(err, ENODEV, "the terminal is of an unknown kind (TERM=%s)",
                       kind ? kind : "");
    set_term(screen);
    set_escdelay(ESC_MS);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    curs_set(0);
    set_colours();
    return 0;
}

void term_close(void)
{
    if (!screen)
        return;
    endwin();
    delscreen(screen);
    screen = NULL;
}

void term_begin(int *ret_rows, int *ret_columns)
{
    erase();
    getmaxyx(stdscr, *ret_rows, *ret_columns);
}

void term_show(void)
{
    refresh();
}

/* --- text ------------------------------------------------------------------------------------ */

/* Next character of *text, which moves on; U+FFFD for what is no UTF-8. */
static wchar_t next_char(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int more = p[0] < 0x80   ? 0
               : p[0] < 0xC2 ? -1
               : p[0] < 0xE0 ? 1
               : p[0] < 0xF0 ? 2
               : p[0] < 0xF5 ? 3
                             : -1;
    uint32_t c = more <= 0 ? p[0] : p[0] & (0x3F >> more);
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            more = -1;
            break;
        }
        c = c << 6 | (p[i] & 0x3F);
    }
    *text += more < 0 ? 1 : more + 1;
    return more < 0 ? 0xFFFD : (wchar_t)c;
}

/* What can be shown in its place, and how wide that is. */
static wchar_t shown_as(wchar_t c, int *ret_width)
{
    static const struct {
        wchar_t fine, plain;
    } marks[] = {{L'✓', '+'}, {L'✗', 'x'}, {L'▶', '>'}, {L'·', '-'}, {L'▌', '|'},
                 {L'─', '-'}, {L'№', 'N'}, {L'→', '>'}, {L'’', '\''}};
    *ret_width = 1;
    if (c >= ' ' && c < 127)
        return c;
    if (utf8) {
        *ret_width = c < ' ' ? -1 : wcwidth(c);
        if (*ret_width >= 0 && c != 0xFFFD)
            return c;
    }
    *ret_width = 1;
    for (size_t i = 0; !utf8 && i < M4_COUNT(marks); i++)
        if (marks[i].fine == c)
            return marks[i].plain;
    return '?';
}

int term_width(const char *text)
{
    int total = 0, width;
    while (*text) {
        shown_as(next_char(&text), &width);
        total += width;
    }
    return total;
}

size_t term_break(const char *text, int limit)
{
    const char *at = text, *after_word = NULL;
    int used = 0, width;
    while (*at) {
        const char *here = at;
        shown_as(next_char(&at), &width);
        if (used + width > limit)
            return (size_t)((after_word ? after_word : here > text ? here : at) - text);
        used += width;
        if (*here == ' ')
            after_word = at;
    }
    return strlen(text);
}

static attr_t attributes(enum term_style style)
{
    bool colours = has_colors() && style >= TERM_GREEN && COLOR_PAIRS > (int)style;
    switch (style) {
    case TERM_PLAIN:
        return A_NORMAL;
    case TERM_STRONG:
        return A_BOLD;
    case TERM_DIM:
        return A_DIM;
    case TERM_RED:
    case TERM_YELLOW:
        return A_BOLD | (colours ? COLOR_PAIR(style) : 0);
    default:
        return colours ? COLOR_PAIR(style) : A_NORMAL;
    }
}

int term_put(int row, int column, int limit, enum term_style style, const char *text)
{
    wchar_t line[LINE_COLUMNS];
    int rows, columns, used = 0, width;
    size_t count = 0;
    getmaxyx(stdscr, rows, columns);
    if (row < 0 || row >= rows || column < 0 || column >= columns)
        return 0;
    if (limit > columns - column)
        limit = columns - column;
    while (*text && count + 1 < LINE_COLUMNS) {
        wchar_t c = shown_as(next_char(&text), &width);
        if (used + width > limit)
            break;
        used += width;
        line[count++] = c;
    }
    attrset(attributes(style));
    mvaddnwstr(row, column, line, (int)count);
    attrset(A_NORMAL);
    return used;
}

void term_rule(int row, int column, int width)
{
    for (int i = 0; i < width; i++)
        term_put(row, column + i, 1, TERM_DIM, "─");
}

/* --- keys ------------------------------------------------------------------------------------ */

static int translate(int key)
{
    switch (key) {
    case KEY_RESIZE:
        return TERM_RESIZED;
    case KEY_F(1):
        return TERM_F1;
    case ESC_BYTE:
        return TERM_ESC;
    default:
        return key > 0 && key < 256 ? key : TERM_NO_KEY;
    }
}

int term_key(int timeout_ms)
{
    int key = getch();
    if (key != ERR)
        return translate(key);
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    int n = poll(&p, 1, timeout_ms);
    if (n > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)))
        return TERM_GONE;
    key = getch();
    if (key == ERR && n > 0)
        return TERM_GONE; /* readable, and nothing to read: its end */
    return key == ERR ? TERM_NO_KEY : translate(key);
}
