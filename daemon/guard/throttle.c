#include "daemon/guard/throttle.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/secret.h"

enum { PAIRS = 4096, WAYS = 4, FREE_FAILURES = 5, FORGET_MS = 3600 * 1000, LONGEST_S = 60 };

int64_t bucket_take(struct bucket *b, int64_t rate, int64_t burst, int64_t now_ms)
{
    if (!b->at_ms)
        b->tokens_milli = burst * 1000;
    b->tokens_milli += (now_ms - b->at_ms) * rate;
    if (!b->at_ms || b->tokens_milli > burst * 1000)
        b->tokens_milli = burst * 1000;
    b->at_ms = now_ms;
    b->tokens_milli -= 1000;
    return b->tokens_milli >= 0 ? 0 : (-b->tokens_milli + rate - 1) / rate;
}

struct pair {
    uint8_t key[16]; /* of login and address; zero: free */
    uint32_t failures;
    int64_t last_ms;
};

static struct pair pairs[PAIRS];

static void key_of(const char *login, const char *address, uint8_t key[16])
{
    char text[256];
    int n = snprintf(text, sizeof(text), "%s\n%s", address, login);
    size_t len = n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)tolower((unsigned char)text[i]);
    uint8_t digest[32];
    m4_sha256(text, len, digest);
    memcpy(key, digest, 16);
}

/* The pair's place, or the one to use for it: the longest unused of its four. */
static struct pair *find(const uint8_t key[16], bool *ret_known)
{
    uint32_t h;
    memcpy(&h, key, sizeof(h));
    struct pair *way = &pairs[h % (PAIRS / WAYS) * WAYS], *oldest = way;
    for (size_t i = 0; i < WAYS; i++) {
        if (!memcmp(way[i].key, key, 16)) {
            *ret_known = true;
            return &way[i];
        }
        if (way[i].last_ms < oldest->last_ms)
            oldest = &way[i];
    }
    *ret_known = false;
    return oldest;
}

int64_t login_wait_ms(const char *login, const char *address, int64_t now_ms)
{
    uint8_t key[16];
    bool known;
    key_of(login, address, key);
    const struct pair *p = find(key, &known);
    if (!known || p->failures <= FREE_FAILURES || now_ms - p->last_ms > FORGET_MS)
        return 0;
    uint32_t over = p->failures - FREE_FAILURES - 1;
    int64_t delay_s = over > 6 ? LONGEST_S : INT64_C(1) << over;
    int64_t left = p->last_ms + (delay_s > LONGEST_S ? LONGEST_S : delay_s) * 1000 - now_ms;
    return left > 0 ? left : 0;
}

void login_failed(const char *login, const char *address, int64_t now_ms)
{
    uint8_t key[16];
    bool known;
    key_of(login, address, key);
    struct pair *p = find(key, &known);
    if (!known || now_ms - p->last_ms > FORGET_MS)
        p->failures = 0;
    memcpy(p->key, key, 16);
    p->failures++;
    p->last_ms = now_ms;
}

void login_succeeded(const char *login, const char *address)
{
    uint8_t key[16];
    bool known;
    key_of(login, address, key);
    struct pair *p = find(key, &known);
    if (known)
        *p = (struct pair){0};
}
