#include "daemon/net/asset.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/secret.h"

enum { ASSETS = 128, ASSET_BYTES = 16 * 1024 * 1024, LIST_BYTES = 1024 * 1024 };

struct asset {
    char path[128];
    char type[64];
    char etag[20];
    bool immutable;
    char *data, *gzip;
    size_t len, gzip_len;
};

static struct asset assets[ASSETS];
static size_t count, total;

static int load_one(const char *dir, const struct m4_json *row, struct m4_err *err)
{
    char path[PATH_MAX];
    if (count == ASSETS)
        return m4_fail(err, E2BIG, "the web client has more than %d files", ASSETS);
    struct asset *a = &assets[count++];
    snprintf(a->path, sizeof(a->path), "%s", row->key);
    snprintf(a->type, sizeof(a->type), "%s", m4_json_text(row, "type", "application/octet-stream"));
    a->immutable = m4_json_truth(row, "immutable", false);
    const char *file = m4_json_text(row, "file", row->key[0] ? row->key + 1 : "");
    if (strstr(file, ".."))
        return m4_fail(err, EINVAL, "asset \"%s\" lies outside its folder", file);
    int rc = m4_file_path(path, sizeof(path) - 4, dir, file, err);
    if (rc == 0)
        rc = m4_file_read(path, ASSET_BYTES, &a->data, &a->len, err);
    if (rc < 0)
        return m4_wrap(err, rc, "web client");
    uint8_t digest[32];
    m4_sha256(a->data, a->len, digest);
    a->etag[0] = '"';
    m4_hex(digest, 8, a->etag + 1);
    strcpy(a->etag + 17, "\"");
    strcat(path, ".gz");
    if (m4_file_read(path, ASSET_BYTES, &a->gzip, &a->gzip_len, NULL) < 0)
        a->gzip = NULL; /* not worth compressing */
    total += a->len + a->gzip_len;
    return total > ASSET_BYTES ? m4_fail(err, EFBIG, "the web client has more than 16 MiB") : 0;
}

int asset_load(const char *dir, struct m4_err *err)
{
    m4_autodoc struct m4_doc *doc = NULL;
    int rc = m4_json_file(dir, "assets.json", LIST_BYTES, &doc, err);
    if (rc < 0)
        return m4_wrap(err, rc, "web client in \"%s\"", dir);
    const struct m4_json *files = m4_json_get(m4_doc_root(doc), "files");
    for (const struct m4_json *row = files ? files->child : NULL; row; row = row->next)
        if ((rc = load_one(dir, row, err)) < 0)
            return rc;
    return count ? 0 : m4_fail(err, EINVAL, "\"%s/assets.json\" lists no files", dir);
}

void asset_done(void)
{
    while (count) {
        struct asset *a = &assets[--count];
        free(a->data);
        free(a->gzip);
        *a = (struct asset){0};
    }
}

static const struct asset *find(const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(assets[i].path, path))
            return &assets[i];
    return NULL;
}

/* The client's own addresses, and whatever a browser was typed into: the client knows them. Not
 * /health and the like, where a monitor would take the page for a good answer. */
static bool is_page(struct request *r)
{
    const char *name = strrchr(r->path, '/');
    if (!name || strchr(name, '.'))
        return false;
    if (!strcmp(r->path, "/lessons") || !strncmp(r->path, "/lesson/", 8))
        return true;
    const char *accept = request_header(r, "accept");
    return accept && strstr(accept, "text/html");
}

bool asset_answer(struct request *r)
{
    if (r->method != GET && r->method != HEAD)
        return false;
    const struct asset *a = find(r->path);
    if (!a && is_page(r))
        a = find("/");
    if (!a)
        return false;
    reply_header(r, "cache-control",
                 a->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    reply_header(r, "etag", a->etag);
    const char *known = request_header(r, "if-none-match");
    if (known && !strcmp(known, a->etag)) {
        reply(r, 304, NULL, NULL, 0);
        return true;
    }
    const char *accept = request_header(r, "accept-encoding");
    if (a->gzip)
        reply_header(r, "vary", "accept-encoding");
    if (a->gzip && accept && strstr(accept, "gzip")) {
        reply_header(r, "content-encoding", "gzip");
        reply_static(r, 200, a->type, a->gzip, a->gzip_len);
    } else {
        reply_static(r, 200, a->type, a->data, a->len);
    }
    return true;
}
