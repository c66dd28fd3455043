#include "tests/bench/wsfan/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/wsfan/options.h"
#include "tests/bench/wsfan/tool.h"

enum { LONGEST = 4096 };

static char **cookies, **lessons, **boards;

/* The first `want` lines without their ends. */
static char **load(const char *path, size_t want)
{
    FILE *f = fopen(path, "r");
    if (!f)
        tool_die("cannot open \"%s\": %s", path, strerror(errno));
    char **lines = calloc(want, sizeof(*lines));
    char line[LONGEST];
    if (!lines)
        tool_die("out of memory");
    for (size_t i = 0; i < want; i++) {
        if (!fgets(line, sizeof(line), f))
            tool_die("\"%s\" has %zu lines, %zu are wanted", path, i, want);
        size_t n = strcspn(line, "\r\n");
        if (n == 0 || (line[n] == '\0' && n == sizeof(line) - 1))
            tool_die("line %zu of \"%s\" is empty or longer than %d bytes", i + 1, path,
                     LONGEST - 2);
        line[n] = '\0';
        lines[i] = strdup(line);
        if (!lines[i])
            tool_die("out of memory");
    }
    fclose(f);
    return lines;
}

void lines_load(void)
{
    if (opt.cookies_file)
        cookies = load(opt.cookies_file, (size_t)opt.rooms * (size_t)opt.clients);
    if (!opt.rooms_file)
        return;
    lessons = load(opt.rooms_file, (size_t)opt.rooms);
    boards = calloc((size_t)opt.rooms, sizeof(*boards));
    for (int i = 0; boards && i < opt.rooms; i++) {
        char *space = strchr(lessons[i], ' ');
        if (!space || !space[1])
            tool_die("line %d of \"%s\" is not a lesson and a board", i + 1, opt.rooms_file);
        *space = '\0';
        boards[i] = space + 1;
    }
}

const char *lines_cookie(size_t uid)
{
    return cookies ? cookies[uid] : NULL;
}

const char *lines_lesson(size_t room)
{
    return lessons ? lessons[room] : NULL;
}

const char *lines_board(size_t room)
{
    return boards ? boards[room] : NULL;
}
