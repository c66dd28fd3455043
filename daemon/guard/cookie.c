#include "daemon/guard/cookie.h"

#include <string.h>

bool cookie_token(const char *cookies, char out[COOKIE_TOKEN_CHARS + 1])
{
    static const char name[] = "m4sh_session=";
    const size_t name_len = sizeof(name) - 1;
    for (const char *at = cookies; at && *at;) {
        at += strspn(at, " \t;");
        size_t len = strcspn(at, ";"), value = len;
        while (value && (at[value - 1] == ' ' || at[value - 1] == '\t'))
            value--;
        if (value == name_len + COOKIE_TOKEN_CHARS && !strncmp(at, name, name_len)) {
            memcpy(out, at + name_len, COOKIE_TOKEN_CHARS);
            out[COOKIE_TOKEN_CHARS] = '\0';
            return true;
        }
        at += len;
    }
    return false;
}
