/* migration.h - the numbered files that make the database what this release expects
 *
 * NNNN_name.up.sql and NNNN_name.down.sql, from 0001 without a gap. Reading them needs no
 * database; data/migrate applies them.
 */
#ifndef M4_SUPERVISOR_DATA_MIGRATION_H
#define M4_SUPERVISOR_DATA_MIGRATION_H

#include "lib/err.h"

enum { MIGRATION_MOST = 2000, MIGRATION_FILE_BYTES = 1024 * 1024 };

struct migration {
    int version;
    char name[96];   /* "0002_classroom" */
    char sha256[65]; /* of the up file, hex */
    char *up, *down; /* their text */
};

struct migrations {
    struct migration *list; /* list[i].version is i + 1 */
    int count;
};

void migrations_done(struct migrations *m);
#define m4_automigrations __attribute__((cleanup(migrations_done)))

/* What a file name says: 1 and its version, name without end, and direction; 0 for a name that
 * is not SQL at all; -EINVAL for SQL that is not named so. */
M4_MUST_CHECK int migration_parse_name(const char *file, int *ret_version, char *ret_name,
                                       size_t size, bool *ret_up, struct m4_err *err);

/* Reads all of a directory, in order. A gap, a number used twice, a half pair and a misnamed
 * file are refused by name: -EINVAL. */
M4_MUST_CHECK int migrations_read(const char *dir, struct migrations *ret, struct m4_err *err);

#endif
