#include "supervisor/data/leaf.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/secret.h"
#include "supervisor/data/addresses.h"
#include "supervisor/data/authority.h"

enum { PEM_BYTES = 256 * 1024, DAY_S = 86400 };

/* --- is it due? ----------------------------------------------------------------------------------
 */

static int64_t seconds_left(const X509 *cert)
{
    int days = 0, seconds = 0;
    ASN1_TIME *now = ASN1_TIME_set(NULL, m4_wall_us() / 1000000);
    if (!now || ASN1_TIME_diff(&days, &seconds, now, X509_get0_notAfter(cert)) != 1)
        days = seconds = 0;
    ASN1_TIME_free(now);
    return (int64_t)days * DAY_S + seconds;
}

static X509 *load_leaf(const char *cert_path, const char *key_path)
{
    m4_autofree char *cert_text = NULL, *key_text = NULL;
    if (m4_file_read(cert_path, PEM_BYTES, &cert_text, NULL, NULL) < 0 ||
        m4_file_read(key_path, PEM_BYTES, &key_text, NULL, NULL) < 0)
        return NULL;
    BIO *cert_bio = BIO_new_mem_buf(cert_text, -1), *key_bio = BIO_new_mem_buf(key_text, -1);
    X509 *cert = cert_bio ? PEM_read_bio_X509(cert_bio, NULL, NULL, NULL) : NULL;
    EVP_PKEY *key = key_bio ? PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL) : NULL;
    if (!cert || !key || X509_check_private_key(cert, key) != 1) {
        X509_free(cert);
        cert = NULL;
    }
    EVP_PKEY_free(key);
    BIO_free(cert_bio);
    BIO_free(key_bio);
    OPENSSL_cleanse(key_text, strlen(key_text));
    return cert;
}

static bool lacks(X509 *cert, const struct addresses *at, char *buf, size_t size)
{
    for (int i = 0; i < at->names; i++)
        if (X509_check_host(cert, at->name[i], 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1) {
            snprintf(buf, size, "it did not name %.120s", at->name[i]);
            return true;
        }
    for (int i = 0; i < at->ips; i++)
        if (X509_check_ip_asc(cert, at->ip[i], 0) != 1) {
            snprintf(buf, size, "it did not name %s", at->ip[i]);
            return true;
        }
    return false;
}

/* Whether a new one is needed; says why in cause. */
static bool is_due(X509 *cert, const struct authority *ca, const struct addresses *at, char *cause,
                   size_t size)
{
    if (!cert)
        snprintf(cause, size, "there was none");
    else if (X509_verify(cert, X509_get0_pubkey(ca->cert)) != 1)
        snprintf(cause, size, "another authority had signed it");
    else if (seconds_left(cert) < (int64_t)LEAF_RENEW_DAYS * DAY_S)
        snprintf(cause, size, "it had %lld days left", (long long)(seconds_left(cert) / DAY_S));
    else
        return lacks(cert, at, cause, size);
    return true;
}

/* --- a new one -----------------------------------------------------------------------------------
 */

static int add_names(X509 *cert, X509 *issuer, const struct addresses *at, struct m4_err *err)
{
    m4_autobuf struct m4_buf san = M4_BUF(16384);
    for (int i = 0; i < at->names; i++)
        m4_buf_fmt(&san, "%sDNS:%s", san.len ? "," : "", at->name[i]);
    for (int i = 0; i < at->ips; i++)
        m4_buf_fmt(&san, ",IP:%s", at->ip[i]);
    if (san.failed)
        return m4_fail(err, ENOMEM, "no memory for the certificate's names");
    return authority_extend(cert, issuer, NID_subject_alt_name, san.data, err);
}

static int fill(X509 *cert, EVP_PKEY *key, const struct authority *ca, const struct addresses *at,
                struct m4_err *err)
{
    int64_t now_s = m4_wall_us() / 1000000;
    /* A day back, for devices whose clocks are behind; 397 days is what browsers take. */
    int rc = authority_begin(cert, key, at->name[0], now_s - DAY_S,
                             now_s + (int64_t)LEAF_DAYS * DAY_S - 1, err);
    if (rc == 0 && X509_set_issuer_name(cert, X509_get_subject_name(ca->cert)) != 1)
        rc = authority_fail(err, "cannot name the issuer");
    if (rc == 0)
        rc = authority_extend(cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE", err);
    if (rc == 0)
        rc = authority_extend(cert, ca->cert, NID_key_usage, "critical,digitalSignature", err);
    if (rc == 0)
        rc = authority_extend(cert, ca->cert, NID_ext_key_usage, "serverAuth", err);
    if (rc == 0)
        rc = authority_extend(cert, ca->cert, NID_subject_key_identifier, "hash", err);
    if (rc == 0)
        rc = authority_extend(cert, ca->cert, NID_authority_key_identifier, "keyid:always", err);
    if (rc == 0)
        rc = add_names(cert, ca->cert, at, err);
    if (rc == 0 && X509_sign(cert, ca->key, EVP_sha256()) <= 0)
        rc = authority_fail(err, "cannot sign a certificate");
    return rc;
}

/* Signed is not yet accepted: the constraints of the authority are asked as a browser does. */
static int check_chain(X509 *cert, const struct authority *ca, struct m4_err *err)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    int rc = -EIO;
    if (!store || !ctx || X509_STORE_add_cert(store, ca->cert) != 1 ||
        X509_STORE_CTX_init(ctx, store, cert, NULL) != 1)
        rc = authority_fail(err, "cannot check a certificate");
    else if (X509_verify_cert(ctx) == 1)
        rc = 0;
    else
        rc = m4_fail(err, EKEYREJECTED,
                     "the box's authority may not sign it (%s); after a change of the box's name, "
                     "remove tls/ca.pem and tls/ca.key and install the new ca.pem on every device",
                     X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return rc;
}

static int store_chain(X509 *cert, X509 *issuer, const char *path, gid_t gid, struct m4_err *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    int rc;
    if (!bio || PEM_write_bio_X509(bio, cert) != 1 || PEM_write_bio_X509(bio, issuer) != 1)
        rc = authority_fail(err, "cannot write a certificate");
    else
        rc = m4_file_write(path, pem, (size_t)BIO_get_mem_data(bio, &pem), 0644, (uid_t)-1, gid,
                           err);
    BIO_free(bio);
    return rc;
}

static int renew(const char *cert_path, const char *key_path, const struct authority *ca,
                 const struct addresses *at, const struct account *account, X509 **ret_cert,
                 struct m4_err *err)
{
    X509 *cert = X509_new();
    EVP_PKEY *key = authority_new_key(err);
    int rc = cert && key ? fill(cert, key, ca, at, err) : m4_fail(err, ENOMEM, "no memory");
    if (rc == 0)
        rc = check_chain(cert, ca, err);
    /* A cut between the two leaves a pair that does not fit, and the next start makes both. */
    if (rc == 0)
        rc = authority_store_key(key, key_path, account->drop ? 0640 : 0600, account->gid, err);
    if (rc == 0)
        rc = store_chain(cert, ca->cert, cert_path, account->gid, err);
    EVP_PKEY_free(key);
    if (rc < 0) {
        X509_free(cert);
        return m4_wrap(err, rc, "the box has no new certificate");
    }
    *ret_cert = cert;
    return 0;
}

/* --- all of it
 * ------------------------------------------------------------------------------------ */

static int care_session_key(const struct m4_settings *s, const struct account *account,
                            struct m4_err *err)
{
    char path[PATH_MAX];
    struct stat st;
    m4_settings_path(s, "tls/session.key", path);
    if (stat(path, &st) == 0 && st.st_size == 32)
        return 0;
    uint8_t key[32];
    m4_random(key, sizeof(key));
    int rc = m4_file_write(path, key, sizeof(key), account->drop ? 0640 : 0600, (uid_t)-1,
                           account->gid, err);
    OPENSSL_cleanse(key, sizeof(key));
    return rc;
}

static int care_leaf(const struct m4_settings *s, const struct account *account,
                     const struct authority *ca, struct leaf *leaf, struct m4_err *err)
{
    char cert_path[PATH_MAX], key_path[PATH_MAX];
    struct addresses at;
    m4_settings_path(s, "tls/leaf.pem", cert_path);
    m4_settings_path(s, "tls/leaf.key", key_path);
    int rc = addresses_find(s->name, &at, err);
    if (rc < 0)
        return rc;
    X509 *cert = load_leaf(cert_path, key_path);
    if (is_due(cert, ca, &at, leaf->cause, sizeof(leaf->cause))) {
        X509_free(cert);
        cert = NULL;
        rc = renew(cert_path, key_path, ca, &at, account, &cert, err);
        leaf->renewed = rc == 0;
    }
    if (rc == 0)
        leaf->days_left = seconds_left(cert) / DAY_S;
    X509_free(cert);
    return rc;
}

int leaf_care(const struct m4_settings *s, const struct account *account, struct leaf *ret,
              struct m4_err *err)
{
    struct authority ca = {0};
    struct leaf leaf = {0};
    int rc = care_session_key(s, account, err);
    if (rc == 0)
        rc = authority_open(s, account, &ca, err);
    if (rc == 0)
        rc = care_leaf(s, account, &ca, &leaf, err);
    if (rc == 0 && authority_fingerprint(ca.cert, leaf.fingerprint) < 0)
        rc = authority_fail(err, "cannot take the authority's fingerprint");
    authority_done(&ca);
    if (rc == 0)
        *ret = leaf;
    return rc;
}
