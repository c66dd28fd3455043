/* fuzz_config.c - any bytes may stand in m4sh.conf; what is taken is within its limits */
#include <string.h>
#include <sys/mman.h>

#include "lib/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[16], path[32];
    int64_t port;
    bool loud;
    const struct m4_setting table[] = {
        {"name", NULL, M4_SET_TEXT, name, "box", 1, sizeof(name), "what it is called"},
        {"port", NULL, M4_SET_NUMBER, &port, "80", 1, 65535, "where"},
        {"loud", NULL, M4_SET_BOOL, &loud, "no", 0, 0, "how"},
        {0},
    };
    m4_autoclose int fd = memfd_create("m4sh.conf", MFD_CLOEXEC);
    FUZZ_MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct m4_err err = {0};
    int rc = m4_config_load(table, path, NULL, &err);
    FUZZ_MUST(rc == 0 || err.text[0]);
    FUZZ_MUST(port >= 1 && port <= 65535);
    FUZZ_MUST(memchr(name, '\0', sizeof(name)) && name[0]);
    return 0;
}
