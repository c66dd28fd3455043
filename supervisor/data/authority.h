/* authority.h - the box's own certificate authority
 *
 * tls/ca.pem and tls/ca.key, made once: P-256, CA:TRUE with path length 0, and critical name
 * constraints, so that a school which installs it trusts the box for names and addresses of
 * its own network and for nothing else. The key never leaves the supervisor's hands (0600).
 */
#ifndef M4_SUPERVISOR_DATA_AUTHORITY_H
#define M4_SUPERVISOR_DATA_AUTHORITY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/settings.h"
#include "supervisor/care/account.h"

enum { AUTHORITY_PRINT = 96 }; /* bytes of a fingerprint's text with its NUL */

struct authority {
    X509 *cert;
    EVP_PKEY *key;
};

void authority_done(struct authority *a);

/* Loads it, or makes it when neither file is there (or only a key, from a start that was cut
 * off). -ENOKEY when the certificate stands without its key. */
M4_MUST_CHECK int authority_open(const struct m4_settings *s, const struct account *account,
                                 struct authority *ret, struct m4_err *err);

/* The text of the name constraints for a box called `name`, as OpenSSL's configuration has it,
 * into buf. */
void authority_constraints(const char *name, char *buf, size_t size);

/* SHA-256 over the certificate (DER) as people compare it: "AB:CD:...". */
M4_MUST_CHECK int authority_fingerprint(const X509 *cert, char out[AUTHORITY_PRINT]);

/* Parts that a leaf is made of, too. */
EVP_PKEY *authority_new_key(struct m4_err *err);
M4_MUST_CHECK int authority_extend(X509 *cert, X509 *issuer, int nid, const char *value,
                                   struct m4_err *err);
M4_MUST_CHECK int authority_begin(X509 *cert, EVP_PKEY *key, const char *common_name,
                                  int64_t from_s, int64_t until_s, struct m4_err *err);
M4_MUST_CHECK int authority_store_key(EVP_PKEY *key, const char *path, mode_t mode, gid_t gid,
                                      struct m4_err *err);

/* Fills err with OpenSSL's last reason. Returns -EIO. */
int authority_fail(struct m4_err *err, const char *what);

#endif
