/* args.h - the command line of every program of ours, from one table
 *
 * Each option stands once: parsed, checked, and shown by --help from the same
 * row. Long options take "--name value" or "--name=value"; dash and underscore
 * are the same letter in names. "--" ends the options; what is left are words.
 */
#ifndef M4_LIB_ARGS_H
#define M4_LIB_ARGS_H

#include "lib/err.h"

enum m4_opt_type { M4_OPT_FLAG, M4_OPT_TEXT, M4_OPT_NUMBER };

struct m4_opt {
    const char *name; /* without the dashes; NULL ends the table */
    char letter;      /* 0: none */
    enum m4_opt_type type;
    void *into;        /* bool, const char * (borrowed from argv) or int64_t */
    int64_t min, max;  /* for numbers */
    const char *value; /* what --help calls the value */
    const char *help;
};

struct m4_usage {
    const char *program;
    const char *summary; /* one line */
    const char *words;   /* "FILE..." or "" */
    int words_min, words_max;
    const struct m4_opt *options;
};

/* Fills the options' targets from argv[1..]. Returns how many words follow, and
 * where (they stand at the end of argv, in their order), -EINVAL with the reason,
 * or -ECANCELED after --help or --version was answered on standard output. */
M4_MUST_CHECK int m4_args(const struct m4_usage *usage, int argc, char **argv, char ***ret_words,
                          struct m4_err *err);

/* Writes the help text that --help gives to standard output. */
void m4_args_help(const struct m4_usage *usage);

/* Whether two names are the same but for dash and underscore. */
bool m4_name_is(const char *given, const char *name);

/* Number from text, all of it, within [min, max]; -EINVAL names what was given. */
M4_MUST_CHECK int m4_number(const char *text, int64_t min, int64_t max, int64_t *ret_number,
                            struct m4_err *err);

/* What `--version` prints; set by the build. */
extern const char m4_version[];

#endif
