/* fuzz_login_name.c - a person's name, in any letters: a login of small Latin letters, digits
 * and single dots, within its buffer whatever that holds */
#include <ctype.h>
#include <string.h>

#include "daemon/api/login_name.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    size_t room = data[0] ? data[0] : 1;
    char *name = strndup((const char *)data + 1, size - 1);
    char *out = malloc(room);
    login_name(name, out, room);
    FUZZ_MUST(strlen(out) < room);
    for (const char *at = out; *at; at++)
        FUZZ_MUST(islower((unsigned char)*at) || isdigit((unsigned char)*at) ||
                  (*at == '.' && at != out && at[1] && at[1] != '.'));
    free(out);
    free(name);
    return 0;
}
