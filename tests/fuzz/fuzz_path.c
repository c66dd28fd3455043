/* fuzz_path.c - an address against every kind of pattern: what matches can be written again */
#include <string.h>

#include "daemon/api/path.h"
#include "tests/fuzz/fuzz.h"

static const char *const patterns[] = {
    "lessons", "lessons/{id}", "lessons/{id}/start", "classrooms/{id}/members/{id}", "probes/{tag}",
};

/* The path that the pattern and the match make, without leading zeros. */
static void write_path(const char *pattern, const struct path_match *m, char *out, size_t size)
{
    size_t n = 0, ids = 0;
    while (*pattern) {
        if (!strncmp(pattern, "{id}", 4)) {
            n += (size_t)snprintf(out + n, size - n, "%lld", (long long)m->ids[ids++]);
            pattern += 4;
        } else if (!strncmp(pattern, "{tag}", 5)) {
            n += (size_t)snprintf(out + n, size - n, "%s", m->tag);
            pattern += 5;
        } else {
            out[n++] = *pattern++;
        }
    }
    out[n] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = strndup((const char *)data, size), again[256];
    const char *rest = path_in_api(path);
    FUZZ_MUST(!rest || (rest > path && rest <= path + strlen(path)));
    for (size_t i = 0; rest && i < sizeof(patterns) / sizeof(*patterns); i++) {
        struct path_match m = {0}, second = {0};
        if (!path_matches(patterns[i], rest, &m))
            continue;
        write_path(patterns[i], &m, again, sizeof(again));
        FUZZ_MUST(path_matches(patterns[i], again, &second));
        FUZZ_MUST(!memcmp(m.ids, second.ids, sizeof(m.ids)) && !strcmp(m.tag, second.tag));
        for (size_t id = 0; id < PATH_IDS; id++)
            FUZZ_MUST(m.ids[id] >= 0 && m.ids[id] <= INT64_C(9007199254740991));
    }
    free(path);
    return 0;
}
