/* secret.h - random bytes, digests, and comparing without telling how far it matched
 *
 * All from OpenSSL. Hex and base64url texts are NUL-terminated.
 */
#ifndef M4_LIB_SECRET_H
#define M4_LIB_SECRET_H

#include "lib/base.h"

/* Fills out from the system's generator; aborts when that fails (nothing is safe then). */
void m4_random(void *out, size_t len);
uint64_t m4_random_below(uint64_t limit); /* 0..limit-1, unbiased */

void m4_sha256(const void *data, size_t len, uint8_t out[32]);
void m4_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, uint8_t out[32]);

/* Whether the first len bytes are the same, in time that depends on len only. */
bool m4_equal(const void *a, const void *b, size_t len);

void m4_hex(const void *data, size_t len, char *out);        /* out[2 * len + 1] */
bool m4_unhex(const char *text, size_t bytes, uint8_t *out); /* lower case, exactly */
void m4_base64url(const void *data, size_t len, char *out);  /* out[4 * (len + 2) / 3 + 1] */
size_t m4_base64(const void *data, size_t len, char *out);   /* with padding; its length */

#endif
