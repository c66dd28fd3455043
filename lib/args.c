#include "lib/args.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef M4SH_VERSION
#define M4SH_VERSION "0.0.0"
#endif
const char m4_version[] = M4SH_VERSION;

bool m4_name_is(const char *given, const char *name)
{
    for (; *given && *name; given++, name++)
        if (*given != *name &&
            !((*given == '_' && *name == '-') || (*given == '-' && *name == '_')))
            return false;
    return *given == *name;
}

int m4_number(const char *text, int64_t min, int64_t max, int64_t *ret_number, struct m4_err *err)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool begins = (*text >= '0' && *text <= '9') || *text == '-';
    if (errno || !begins || end == text || *end)
        return m4_fail(err, EINVAL, "\"%s\" is not a whole number", text);
    if (number < min || number > max)
        return m4_fail(err, EINVAL, "%s is not within %lld to %lld", text, (long long)min,
                       (long long)max);
    *ret_number = number;
    return 0;
}

void m4_args_help(const struct m4_usage *u)
{
    printf("%s - %s\n\nusage: %s [OPTION...]%s%s\n\n", u->program, u->summary, u->program,
           *u->words ? " " : "", u->words);
    for (const struct m4_opt *o = u->options; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof(left), "%c%c %c%c%s%s%s", o->letter ? '-' : ' ',
                 o->letter ? o->letter : ' ', '-', '-', o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-28s %s\n", left, o->help);
    }
    printf("  %-28s %s\n  %-28s %s\n", "   --help", "this text", "   --version",
           "the version of the box");
}

static const struct m4_opt *find_long(const struct m4_usage *u, const char *name, size_t len)
{
    char given[64];
    if (len >= sizeof(given))
        return NULL;
    memcpy(given, name, len);
    given[len] = '\0';
    for (const struct m4_opt *o = u->options; o && o->name; o++)
        if (m4_name_is(given, o->name))
            return o;
    return NULL;
}

static const struct m4_opt *find_letter(const struct m4_usage *u, char letter)
{
    for (const struct m4_opt *o = u->options; o && o->name; o++)
        if (o->letter && o->letter == letter)
            return o;
    return NULL;
}

static int store(const struct m4_opt *o, const char *value, struct m4_err *err)
{
    if (o->type == M4_OPT_TEXT) {
        *(const char **)o->into = value;
        return 0;
    }
    int rc = m4_number(value, o->min, o->max, o->into, err);
    return rc < 0 ? m4_wrap(err, rc, "option --%s", o->name) : 0;
}

/* One option that begins at argv[*i]; *i then stands on the last word it used. */
static int take_option(const struct m4_usage *u, int argc, char **argv, int *i, struct m4_err *err)
{
    const char *arg = argv[*i], *value = NULL;
    const struct m4_opt *o;
    if (arg[1] == '-') {
        const char *eq = strchr(arg, '=');
        o = find_long(u, arg + 2, eq ? (size_t)(eq - arg - 2) : strlen(arg + 2));
        value = eq ? eq + 1 : NULL;
    } else {
        o = arg[2] ? NULL : find_letter(u, arg[1]);
    }
    if (!o)
        return m4_fail(err, EINVAL, "there is no option %s; %s --help lists them", arg, u->program);
    if (o->type == M4_OPT_FLAG) {
        if (value)
            return m4_fail(err, EINVAL, "option --%s takes no value", o->name);
        *(bool *)o->into = true;
        return 0;
    }
    if (!value) {
        if (*i + 1 >= argc)
            return m4_fail(err, EINVAL, "option --%s needs a value", o->name);
        value = argv[++*i];
    }
    return store(o, value, err);
}

int m4_args(const struct m4_usage *u, int argc, char **argv, char ***ret_words, struct m4_err *err)
{
    int words = 0;
    bool options = true;
    char **list = argv + 1; /* words move to the front, then are all there is */
    for (int i = 1; i < argc; i++) {
        char *arg = argv[i];
        if (!options || arg[0] != '-' || !arg[1]) {
            list[words++] = arg;
        } else if (!strcmp(arg, "--")) {
            options = false;
        } else if (!strcmp(arg, "--help")) {
            m4_args_help(u);
            return m4_fail(err, ECANCELED, "help was shown");
        } else if (!strcmp(arg, "--version")) {
            printf("%s %s\n", u->program, m4_version);
            return m4_fail(err, ECANCELED, "version was shown");
        } else {
            int rc = take_option(u, argc, argv, &i, err);
            if (rc < 0)
                return rc;
        }
    }
    if (words < u->words_min || words > u->words_max)
        return m4_fail(err, EINVAL, "%s takes %s; %s --help shows how", u->program,
                       *u->words ? u->words : "no words", u->program);
    *ret_words = list;
    return words;
}
