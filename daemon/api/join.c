#include "daemon/api/join.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "daemon/api/words.h"
#include "daemon/app.h"
#include "lib/file.h"
#include "lib/secret.h"

enum { CA_BYTES = 64 * 1024 };

static uint8_t *ca_der;
static int ca_der_len;

int join_load(const char *ca_path, struct m4_err *err)
{
    int rc = m4_file_read(ca_path, CA_BYTES, &app.ca_pem, &app.ca_pem_len, err);
    if (rc < 0)
        return rc;
    BIO *bio = BIO_new_mem_buf(app.ca_pem, (int)app.ca_pem_len);
    X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    ca_der_len = x509 ? i2d_X509(x509, &ca_der) : -1;
    X509_free(x509);
    if (ca_der_len < 0)
        return m4_fail(err, EINVAL, "\"%s\" is no certificate", ca_path);
    uint8_t digest[32];
    m4_sha256(ca_der, (size_t)ca_der_len, digest);
    for (size_t i = 0; i < 32; i++)
        snprintf(app.fingerprint + 3 * i, 4, "%02X%s", digest[i], i < 31 ? ":" : "");
    words_of(digest, app.words, sizeof(app.words));
    return 0;
}

static void put_escaped(struct m4_buf *b, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            m4_buf_str(b, "&lt;");
        else if (*text == '&')
            m4_buf_str(b, "&amp;");
        else if (*text == '"')
            m4_buf_str(b, "&quot;");
        else
            m4_buf_add(b, text, 1);
    }
}

static void page(struct request *r)
{
    m4_autobuf struct m4_buf b = M4_BUF(16 * 1024);
    char host[256];
    snprintf(host, sizeof(host), "%.*s", (int)strcspn(r->host, ":"), r->host);
    m4_buf_str(&b,
               "<!doctype html><html lang=\"uk\"><meta charset=\"utf-8\">"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    put_escaped(&b, app.settings.school);
    m4_buf_str(&b, "</title><style>:root{color-scheme:light dark}"
                   "body{max-width:40rem;margin:2rem auto;padding:0 1rem;"
                   "font:1.125rem/1.6 system-ui,sans-serif}a,code{overflow-wrap:anywhere}"
                   "</style><h1>");
    put_escaped(&b, app.settings.school);
    m4_buf_str(&b, "</h1><p>Уроки / Lessons: <a href=\"https://");
    put_escaped(&b, *host ? host : app.settings.name);
    m4_buf_fmt(&b, ":%lld/\">https://", (long long)app.settings.https_port);
    put_escaped(&b, *host ? host : app.settings.name);
    m4_buf_fmt(&b, ":%lld/</a></p>", (long long)app.settings.https_port);
    m4_buf_str(&b, "<p>Сертифікат школи / The school's certificate: "
                   "<a href=\"/m4sh-ca.crt\" download>m4sh-ca.crt</a></p>"
                   "<p>Звірте / Compare: <strong>");
    put_escaped(&b, app.words);
    m4_buf_str(&b, "</strong></p><p>SHA-256: <code>");
    put_escaped(&b, app.fingerprint);
    m4_buf_str(&b, "</code></p></html>");
    reply(r, 200, "text/html; charset=utf-8", b.data, b.len);
}

void join_answer(struct request *r)
{
    static const char nothing[] = "there is nothing else here\n";
    bool safe = r->method == GET || r->method == HEAD;
    if (safe && !strcmp(r->path, "/"))
        page(r);
    else if (safe && !strcmp(r->path, "/m4sh-ca.crt"))
        reply_static(r, 200, "application/x-x509-ca-cert", ca_der, (size_t)ca_der_len);
    else
        reply_static(r, 404, "text/plain; charset=utf-8", nothing, strlen(nothing));
}
