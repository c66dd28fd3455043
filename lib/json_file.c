/* json_file.c - a document that stands in a file */
#include <limits.h>

#include "lib/file.h"
#include "lib/json.h"

int m4_json_file(const char *dir, const char *name, size_t limit, struct m4_doc **ret_doc,
                 struct m4_err *err)
{
    char path[PATH_MAX];
    m4_autofree char *text = NULL;
    size_t len;
    int rc = m4_file_path(path, sizeof(path), dir, name, err);
    if (rc == 0)
        rc = m4_file_read(path, limit, &text, &len, err);
    if (rc < 0)
        return rc;
    rc = m4_json_parse(text, len, 0, ret_doc, err);
    return rc < 0 ? m4_wrap(err, rc, "%s", path) : 0;
}
