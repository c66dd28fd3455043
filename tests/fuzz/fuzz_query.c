/* fuzz_query.c - a query string: whatever is found is UTF-8, whole, and within its buffer; what
 * is encoded again is found again */
#include <string.h>

#include "daemon/api/query.h"
#include "lib/utf8.h"
#include "tests/fuzz/fuzz.h"

enum { BUF = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"after", "limit", "q"};
    char *query = strndup((const char *)data, size);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char buf[BUF], again[BUF], encoded[3 * BUF + 16];
        if (query_get(query, names[i], buf, sizeof(buf)) != QUERY_FOUND)
            continue;
        size_t len = strlen(buf);
        FUZZ_MUST(len < BUF && m4_utf8_valid(buf, len));
        int n = snprintf(encoded, sizeof(encoded), "%s=", names[i]);
        for (size_t at = 0; at < len; at++)
            n += snprintf(encoded + n, sizeof(encoded) - (size_t)n, "%%%02X", (uint8_t)buf[at]);
        FUZZ_MUST(query_get(encoded, names[i], again, sizeof(again)) == QUERY_FOUND);
        FUZZ_MUST(!strcmp(buf, again));
    }
    free(query);
    return 0;
}
