/* file.h - files that are whole or absent */
#ifndef M4_LIB_FILE_H
#define M4_LIB_FILE_H

#include "lib/err.h"

/* Reads all of `path`, at most `limit` bytes (-EFBIG above). The text is
 * NUL-terminated and the caller's to free(); ret_len may be NULL. */
M4_MUST_CHECK int m4_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len,
                               struct m4_err *err);

/* Replaces `path` in one step, synced: a power cut leaves the old file or the new.
 * The file gets `mode` and owner uid:gid ((uid_t)-1 leaves them). */
M4_MUST_CHECK int m4_file_write(const char *path, const void *data, size_t len, mode_t mode,
                                uid_t uid, gid_t gid, struct m4_err *err);

/* Makes `path` and what is missing above it; an existing directory is left as it is. */
M4_MUST_CHECK int m4_file_mkdirs(const char *path, mode_t mode, struct m4_err *err);

/* "dir/name" into buf; -ENAMETOOLONG when it does not fit. */
M4_MUST_CHECK int m4_file_path(char *buf, size_t size, const char *dir, const char *name,
                               struct m4_err *err);

#endif
