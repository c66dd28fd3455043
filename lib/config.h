/* config.h - settings from one table: default, file, environment
 *
 * Each setting is a row: its name in m4sh.conf, its variable in the environment,
 * type, default, range and meaning. The file has "name = value" lines, # begins a
 * comment; the environment wins over it. What is refused names the place, the
 * setting and the limit. A row's `into` holds the value afterwards.
 */
#ifndef M4_LIB_CONFIG_H
#define M4_LIB_CONFIG_H

#include <stdio.h>

#include "lib/err.h"

enum m4_set_type { M4_SET_TEXT, M4_SET_NUMBER, M4_SET_BOOL };

struct m4_setting {
    const char *name; /* NULL ends the table */
    const char *env;  /* NULL: only in the file */
    enum m4_set_type type;
    void *into; /* char[max] for text (at most max - 1 bytes), int64_t, bool */
    const char *preset;
    int64_t min, max; /* for text: least length, size of the array */
    const char *help;
};

/* Defaults, then `path` (absent is no error; NULL: none), then the environment.
 * Names that only other programs' tables know are passed over when `known` lists
 * them; any other is refused. Returns 0 or -EINVAL, -errno. */
M4_MUST_CHECK int m4_config_load(const struct m4_setting *table, const char *path,
                                 const char *const *known, struct m4_err *err);

/* Sets one by name, as from the file. */
M4_MUST_CHECK int m4_config_set(const struct m4_setting *table, const char *name, const char *value,
                                struct m4_err *err);

/* One line each: name, value, default, range, meaning. */
void m4_config_explain(const struct m4_setting *table, FILE *out);

#endif
