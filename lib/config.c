#include "lib/config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/args.h"

static int store(const struct m4_setting *s, const char *value, struct m4_err *err)
{
    size_t len = strlen(value);
    switch (s->type) {
    case M4_SET_TEXT:
        if (len < (size_t)s->min || len >= (size_t)s->max)
            return m4_fail(err, EINVAL, "%s has %zu bytes, not %lld to %lld", s->name, len,
                           (long long)s->min, (long long)s->max - 1);
        memcpy(s->into, value, len + 1);
        return 0;
    case M4_SET_NUMBER: {
        int rc = m4_number(value, s->min, s->max, s->into, err);
        return rc < 0 ? m4_wrap(err, rc, "%s", s->name) : 0;
    }
    case M4_SET_BOOL:
        if (strcmp(value, "yes") && strcmp(value, "no"))
            return m4_fail(err, EINVAL, "%s is \"%s\", not yes or no", s->name, value);
        *(bool *)s->into = value[0] == 'y';
        return 0;
    }
    return m4_fail(err, EINVAL, "%s has no type", s->name);
}

int m4_config_set(const struct m4_setting *table, const char *name, const char *value,
                  struct m4_err *err)
{
    for (const struct m4_setting *s = table; s->name; s++)
        if (!strcmp(s->name, name))
            return store(s, value, err);
    return m4_fail(err, ENOENT, "there is no setting \"%s\"", name);
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    char *end = s + strlen(s);
    while (end > s && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return s;
}

static bool listed(const char *const *known, const char *name)
{
    for (; known && *known; known++)
        if (!strcmp(*known, name))
            return true;
    return false;
}

static int load_line(const struct m4_setting *table, char *line, const char *const *known,
                     struct m4_err *err)
{
    line = trim(line);
    if (!*line || *line == '#')
        return 0;
    char *eq = strchr(line, '=');
    if (!eq)
        return m4_fail(err, EINVAL, "\"%s\" is not name = value", line);
    *eq = '\0';
    char *name = trim(line);
    int rc = m4_config_set(table, name, trim(eq + 1), err);
    return rc == -ENOENT && listed(known, name) ? 0 : rc;
}

static int load_file(const struct m4_setting *table, const char *path, const char *const *known,
                     struct m4_err *err)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return errno == ENOENT ? 0 : m4_fail(err, errno, "cannot read \"%s\": %m", path);
    char line[1024];
    int rc = 0;
    for (int n = 1; rc >= 0 && fgets(line, sizeof(line), f); n++) {
        bool whole = strchr(line, '\n') || feof(f);
        rc = whole
                 ? load_line(table, line, known, err)
                 : m4_fail(err, EINVAL, "longer than %zu bytes, or holds a NUL", sizeof(line) - 2);
        if (rc < 0)
            m4_wrap(err, rc, "%s line %d", path, n);
    }
    if (rc >= 0 && ferror(f)) {
        rc = m4_fail(err, errno, "cannot read \"%s\": %m", path);
        fclose(f);
        return rc;
    }
    fclose(f);
    return rc < 0 ? -EINVAL : 0;
}

int m4_config_load(const struct m4_setting *table, const char *path, const char *const *known,
                   struct m4_err *err)
{
    for (const struct m4_setting *s = table; s->name; s++) {
        int rc = store(s, s->preset, err);
        if (rc < 0)
            return m4_wrap(err, rc, "default");
    }
    int rc = path ? load_file(table, path, known, err) : 0;
    for (const struct m4_setting *s = table; rc >= 0 && s->name; s++) {
        const char *value = s->env ? getenv(s->env) : NULL;
        if (!value || !*value)
            continue;
        rc = store(s, value, err);
        if (rc < 0)
            m4_wrap(err, rc, "environment variable %s", s->env);
    }
    return rc;
}

static void value_text(const struct m4_setting *s, char *out, size_t size)
{
    if (s->type == M4_SET_TEXT)
        snprintf(out, size, "%s", (const char *)s->into);
    else if (s->type == M4_SET_NUMBER)
        snprintf(out, size, "%lld", (long long)*(int64_t *)s->into);
    else
        snprintf(out, size, "%s", *(bool *)s->into ? "yes" : "no");
}

void m4_config_explain(const struct m4_setting *table, FILE *out)
{
    for (const struct m4_setting *s = table; s->name; s++) {
        char value[512];
        value_text(s, value, sizeof(value));
        fprintf(out, "%s = %s\n    %s (default \"%s\"", s->name, value, s->help, s->preset);
        if (s->type == M4_SET_NUMBER)
            fprintf(out, ", %lld to %lld", (long long)s->min, (long long)s->max);
        if (s->env)
            fprintf(out, ", %s", s->env);
        fprintf(out, ")\n");
    }
}
