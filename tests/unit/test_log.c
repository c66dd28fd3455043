#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/utf8.h"
#include "tests/unit/test.h"

static int64_t now(void)
{
    return INT64_C(1770797702114000);
}

static char written[8192];
static FILE *file;
static int stderr_fd;

/* Standard error goes to a file from here to said(). */
static void listen(void)
{
    file = tmpfile();
    assert_non_null(file);
    stderr_fd = dup(2);
    dup2(fileno(file), 2);
}

static const char *said(void)
{
    dup2(stderr_fd, 2);
    close(stderr_fd);
    rewind(file);
    written[fread(written, 1, sizeof(written) - 1, file)] = '\0';
    fclose(file);
    return written;
}

static void a_line_is_time_level_event_and_fields(void **state)
{
    listen();
    log_warn("offline_queue_overflow", M4_S("room", "7b"), M4_N("depth", 512));
    log_info("started");
    assert_string_equal(
        said(), "2026-02-11T08:15:02.114Z warn offline_queue_overflow room=\"7b\" depth=512\n"
                "2026-02-11T08:15:02.114Z info started\n");
}

static void a_text_stays_within_its_quotes_and_line(void **state)
{
    listen();
    log_error("x", M4_S("a", "q\"b\\n\n\t\x7fї"), M4_S("b", (const char *)NULL),
              M4_N("n", INT64_MIN));
    assert_string_equal(said(), "2026-02-11T08:15:02.114Z error x a=\"q\\\"b\\\\n   ї\" b=\"\" "
                                "n=-9223372036854775808\n");
}

static void levels_below_are_silent(void **state)
{
    listen();
    log_debug("no");
    m4_log_level(M4_ERROR);
    log_warn("no");
    log_error("yes");
    m4_log_level(M4_DEBUG);
    log_debug("yes");
    m4_log_level(M4_INFO);
    assert_string_equal(said(),
                        "2026-02-11T08:15:02.114Z error yes\n2026-02-11T08:15:02.114Z debug yes\n");
    assert_int_equal(m4_log_level_of("warn"), M4_WARN);
    assert_int_equal(m4_log_level_of("loud"), -1);
}

static void a_long_line_is_cut_whole(void **state)
{
    char text[4096];
    for (size_t shift = 0; shift < 4; shift++) { /* the end falls on each byte of a character */
        memset(text, 'x', sizeof(text));
        for (size_t i = 1000 + shift; i + 2 < sizeof(text); i += 2)
            memcpy(text + i, "ї", 2);
        text[3000 + shift] = '\0';
        listen();
        log_info("long", M4_S("a", text), M4_S("b", text), M4_S("c", text), M4_N("n", 5),
                 M4_S("d", text), M4_S("e", text));
        const char *line = said();
        size_t len = strlen(line);
        assert_in_range(len, 2000, 2048);
        assert_string_equal(line + len - 2, "\"\n");
        assert_null(strstr(line, " b="));
        assert_true(m4_utf8_valid(line, len));
    }
    memset(text, '"', 3000);
    listen();
    log_info("long", M4_S("a", text));
    const char *line = said(), *end = line + strlen(line) - 2;
    size_t slashes = 0;
    for (const char *quote = strchr(line, '"') + 1; quote < end; quote++)
        slashes += *quote == '\\';
    assert_int_equal(slashes * 2, (size_t)(end - strchr(line, '"') - 1)); /* each escape is whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_is_time_level_event_and_fields), TEST(a_text_stays_within_its_quotes_and_line),
        TEST(levels_below_are_silent), TEST(a_long_line_is_cut_whole)};
    m4_clock_set(&(const struct m4_clock){now, now});
    unsetenv("JOURNAL_STREAM");
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
