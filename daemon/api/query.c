#include "daemon/api/query.h"

#include <ctype.h>
#include <string.h>

#include "lib/utf8.h"

static int hex_digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* Percent-decoded; '+' is a space. */
static bool decode(const char *from, size_t len, char *buf, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = from[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            if (i + 2 >= len || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0)
                return false;
            c = (char)(hex_digit(from[i + 1]) << 4 | hex_digit(from[i + 2]));
            i += 2;
        }
        if (!c || n + 1 >= size)
            return false;
        buf[n++] = c;
    }
    buf[n] = '\0';
    return m4_utf8_valid(buf, n);
}

enum query_verdict query_get(const char *query, const char *name, char *buf, size_t size)
{
    size_t name_len = strlen(name);
    for (const char *at = query; *at;) {
        size_t len = strcspn(at, "&");
        if (len > name_len && !strncmp(at, name, name_len) && at[name_len] == '=')
            return decode(at + name_len + 1, len - name_len - 1, buf, size) ? QUERY_FOUND
                                                                            : QUERY_WRONG;
        at += len + (at[len] == '&');
    }
    return QUERY_ABSENT;
}
