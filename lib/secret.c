#include "lib/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

void m4_random(void *out, size_t len)
{
    if (RAND_bytes(out, (int)len) != 1)
        abort();
}

uint64_t m4_random_below(uint64_t limit)
{
    uint64_t n, even = UINT64_MAX - UINT64_MAX % limit;
    do
        m4_random(&n, sizeof(n));
    while (n >= even);
    return n % limit;
}

void m4_sha256(const void *data, size_t len, uint8_t out[32])
{
    if (EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) != 1)
        abort();
}

void m4_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, uint8_t out[32])
{
    if (!HMAC(EVP_sha256(), key, (int)key_len, data, len, out, NULL))
        abort();
}

bool m4_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void m4_hex(const void *data, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool m4_unhex(const char *text, size_t bytes, uint8_t *out)
{
    for (size_t i = 0; i < bytes; i++) {
        int high = digit_value(text[2 * i]);
        int low = high < 0 ? -1 : digit_value(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * bytes] == '\0';
}

size_t m4_base64(const void *data, size_t len, char *out)
{
    return (size_t)EVP_EncodeBlock((unsigned char *)out, data, (int)len);
}

void m4_base64url(const void *data, size_t len, char *out)
{
    size_t n = m4_base64(data, len, out);
    while (n && out[n - 1] == '=')
        n--;
    out[n] = '\0';
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
}
