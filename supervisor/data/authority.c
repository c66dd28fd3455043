#include "supervisor/data/authority.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "supervisor/data/addresses.h"

/* A fixed beginning and a long life: a box whose clock has lost its battery still makes a CA
 * that its pupils' devices, whose clocks are right, accept. */
static const int64_t begin_s = 1704067200;               /* 2024-01-01 */
static const int64_t life_s = (int64_t)25 * 365 * 86400; /* and at least as long from now */

enum { PEM_BYTES = 64 * 1024 };

void authority_done(struct authority *a)
{
    X509_free(a->cert);
    EVP_PKEY_free(a->key);
    *a = (struct authority){0};
}

int authority_fail(struct m4_err *err, const char *what)
{
    char reason[160];
    unsigned long code = ERR_peek_last_error();
    ERR_error_string_n(code, reason, sizeof(reason));
    ERR_clear_error();
    return m4_fail(err, EIO, "%s: %s", what, code ? reason : "OpenSSL does not say why");
}

/* --- parts -------------------------------------------------------------------------------------
 */

EVP_PKEY *authority_new_key(struct m4_err *err)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (!key)
        authority_fail(err, "cannot make a key");
    return key;
}

int authority_extend(X509 *cert, X509 *issuer, int nid, const char *value, struct m4_err *err)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool good = ext && X509_add_ext(cert, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return good ? 0 : authority_fail(err, OBJ_nid2sn(nid));
}

static int set_serial(X509 *cert)
{
    uint8_t bytes[16];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return -1;
    bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40); /* positive, and always 16 bytes */
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool good = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
    BN_free(number);
    return good ? 0 : -1;
}

int authority_begin(X509 *cert, EVP_PKEY *key, const char *common_name, int64_t from_s,
                    int64_t until_s, struct m4_err *err)
{
    X509_NAME *name = X509_get_subject_name(cert);
    const unsigned char *text = (const unsigned char *)common_name;
    if (X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert) == 0 &&
        ASN1_TIME_set(X509_getm_notBefore(cert), from_s) &&
        ASN1_TIME_set(X509_getm_notAfter(cert), until_s) &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
        X509_set_pubkey(cert, key) == 1)
        return 0;
    return authority_fail(err, "cannot begin a certificate");
}

int authority_store_key(EVP_PKEY *key, const char *path, mode_t mode, gid_t gid, struct m4_err *err)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *pem = NULL;
    int rc;
    if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
        rc = authority_fail(err, "cannot write a key");
    } else {
        long len = BIO_get_mem_data(bio, &pem);
        rc = m4_file_write(path, pem, (size_t)len, mode, (uid_t)-1, gid, err);
    }
    BIO_free(bio);
    return rc;
}

int authority_fingerprint(const X509 *cert, char out[AUTHORITY_PRINT])
{
    uint8_t digest[32];
    unsigned len = sizeof(digest);
    if (X509_digest(cert, EVP_sha256(), digest, &len) != 1)
        return -EIO;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(out + 3 * i, 4, "%02X%s", digest[i], i + 1 < sizeof(digest) ? ":" : "");
    return 0;
}

/* --- the authority itself ------------------------------------------------------------------------
 */

void authority_constraints(const char *name, char *buf, size_t size)
{
    bool own = !addresses_is_local_name(name);
    snprintf(buf, size,
             "critical,permitted;DNS:localhost,permitted;DNS:local,permitted;DNS:lan,"
             "permitted;DNS:home.arpa,%s%s%s"
             "permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:10.0.0.0/255.0.0.0,"
             "permitted;IP:172.16.0.0/255.240.0.0,permitted;IP:192.168.0.0/255.255.0.0,"
             "permitted;IP:169.254.0.0/255.255.0.0,"
             "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
             "permitted;IP:fc00::/fe00::,permitted;IP:fe80::/ffc0::",
             own ? "permitted;DNS:" : "", own ? name : "", own ? "," : "");
}

static X509 *make_cert(const char *box_name, EVP_PKEY *key, struct m4_err *err)
{
    char constraints[1024], title[128];
    int64_t now_s = m4_wall_us() / 1000000, from_s = now_s > begin_s ? now_s : begin_s;
    authority_constraints(box_name, constraints, sizeof(constraints));
    /* Several boxes of one school stand apart in a device's list by their name. */
    snprintf(title, sizeof(title), "M4SH Box %.48s", box_name);
    X509 *cert = X509_new();
    if (!cert) {
        authority_fail(err, "no memory for a certificate");
        return NULL;
    }
    int rc = authority_begin(cert, key, title, begin_s, from_s + life_s, err);
    if (rc == 0 && X509_set_issuer_name(cert, X509_get_subject_name(cert)) != 1)
        rc = authority_fail(err, "cannot name the issuer");
    if (rc == 0)
        rc = authority_extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0", err);
    if (rc == 0)
        rc = authority_extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign", err);
    if (rc == 0)
        rc = authority_extend(cert, cert, NID_subject_key_identifier, "hash", err);
    if (rc == 0)
        rc = authority_extend(cert, cert, NID_name_constraints, constraints, err);
    if (rc == 0 && X509_sign(cert, key, EVP_sha256()) <= 0)
        rc = authority_fail(err, "cannot sign a certificate");
    if (rc == 0)
        return cert;
    X509_free(cert);
    return NULL;
}

static int store_cert(X509 *cert, const char *path, gid_t gid, struct m4_err *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    int rc;
    if (!bio || PEM_write_bio_X509(bio, cert) != 1)
        rc = authority_fail(err, "cannot write a certificate");
    else
        rc = m4_file_write(path, pem, (size_t)BIO_get_mem_data(bio, &pem), 0644, (uid_t)-1, gid,
                           err);
    BIO_free(bio);
    return rc;
}

static int make(const char *box_name, const char *cert_path, const char *key_path, gid_t gid,
                struct authority *a, struct m4_err *err)
{
    a->key = authority_new_key(err);
    if (a->key)
        a->cert = make_cert(box_name, a->key, err);
    if (!a->cert)
        return -EIO;
    int rc = authority_store_key(a->key, key_path, 0600, (gid_t)-1, err);
    return rc < 0 ? rc : store_cert(a->cert, cert_path, gid, err);
}

static int load(const char *cert_path, const char *key_path, struct authority *a,
                struct m4_err *err)
{
    m4_autofree char *cert = NULL, *key = NULL;
    int rc = m4_file_read(cert_path, PEM_BYTES, &cert, NULL, err);
    if (rc == 0)
        rc = m4_file_read(key_path, PEM_BYTES, &key, NULL, err);
    if (rc < 0)
        return rc;
    BIO *cert_bio = BIO_new_mem_buf(cert, -1), *key_bio = BIO_new_mem_buf(key, -1);
    if (cert_bio && key_bio) {
        a->cert = PEM_read_bio_X509(cert_bio, NULL, NULL, NULL);
        a->key = PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL);
    }
    BIO_free(cert_bio);
    BIO_free(key_bio);
    OPENSSL_cleanse(key, strlen(key));
    if (!a->cert || !a->key)
        return authority_fail(err, "tls/ca.pem or tls/ca.key cannot be read");
    if (X509_check_private_key(a->cert, a->key) != 1)
        return m4_fail(err, EKEYREJECTED, "tls/ca.key is not the key of tls/ca.pem");
    return 0;
}

int authority_open(const struct m4_settings *s, const struct account *account,
                   struct authority *ret, struct m4_err *err)
{
    char cert_path[PATH_MAX], key_path[PATH_MAX];
    m4_settings_path(s, "tls/ca.pem", cert_path);
    m4_settings_path(s, "tls/ca.key", key_path);
    bool has_cert = access(cert_path, F_OK) == 0, has_key = access(key_path, F_OK) == 0;
    struct authority a = {0};
    int rc;
    if (has_cert && !has_key)
        return m4_fail(err, ENOKEY,
                       "tls/ca.pem stands without tls/ca.key: put the key back from a backup, or "
                       "remove ca.pem and install the new one on every device");
    if (has_cert)
        rc = load(cert_path, key_path, &a, err);
    else
        rc = make(s->name, cert_path, key_path, account->gid, &a, err);
    if (rc < 0) {
        authority_done(&a);
        return m4_wrap(err, rc, "the box has no certificate authority");
    }
    *ret = a;
    return 0;
}
