/* fuzz_cookie.c - a Cookie header: what is found stands in it, behind our name */
#include <string.h>

#include "daemon/guard/cookie.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char token[COOKIE_TOKEN_CHARS + 1], wanted[COOKIE_TOKEN_CHARS + 16];
    char *header = strndup((const char *)data, size);
    memset(token, 'x', sizeof(token));
    if (cookie_token(header, token)) {
        FUZZ_MUST(strlen(token) == COOKIE_TOKEN_CHARS && !strchr(token, ';'));
        snprintf(wanted, sizeof(wanted), "m4sh_session=%s", token);
        FUZZ_MUST(strstr(header, wanted));
    } else {
        FUZZ_MUST(token[0] == 'x' && token[COOKIE_TOKEN_CHARS] == 'x');
    }
    free(header);
    return 0;
}
