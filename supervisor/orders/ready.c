#include "supervisor/orders/ready.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/ctl.h"

enum { ASK_MS = 2000, PAUSE_MS = 100 };

/* 1 when it is ready (and was printed), 0 when not yet, with the reason in err. */
static int ask(const struct m4_settings *s, struct m4_err *err)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (m4_ctl_ask(s->home, "{\"v\":1,\"id\":1,\"do\":\"status\"}", ASK_MS, &doc, err) < 0)
        return 0;
    const struct m4_json *result = m4_ctl_result(doc, err);
    if (!result)
        return 0;
    const char *state = m4_json_text(result, "state", "unknown");
    if (strcmp(state, "ready") != 0) {
        m4_fail(err, ETIMEDOUT, "the box is %s", state);
        return 0;
    }
    const struct m4_json *at = m4_json_get(result, "addresses");
    printf("%s %s\n", m4_json_text(at, "https", "?"), m4_json_text(at, "http", "?"));
    return 1;
}

int ready_wait(const struct m4_settings *s, int seconds, struct m4_err *err)
{
    int64_t until = m4_mono_ms() + (int64_t)seconds * 1000;
    while (ask(s, err) == 0) {
        if (m4_mono_ms() >= until)
            return -ETIMEDOUT;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return 0;
}
