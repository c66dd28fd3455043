#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/settings.h"
#include "tests/unit/test.h"

static struct m4_settings s;
static struct m4_err err;

static void home_comes_from_argument_then_environment(void **state)
{
    setenv("M4SH_HOME", "/tmp/from-env//", 1);
    assert_int_equal(m4_settings_load(&s, "/tmp/from-arg", &err), 0);
    assert_string_equal(s.home, "/tmp/from-arg");
    assert_int_equal(m4_settings_load(&s, NULL, &err), 0);
    assert_string_equal(s.home, "/tmp/from-env");
    unsetenv("M4SH_HOME");
    assert_int_equal(m4_settings_load(&s, NULL, &err), 0);
    const char *end = strrchr(s.home, '/');
    assert_string_equal(end, "/var"); /* beside the build */
}

static void a_relative_home_stands_below_the_working_directory(void **state)
{
    char cwd[PATH_MAX], expected[PATH_MAX + 16], old[PATH_MAX];
    assert_non_null(getcwd(old, sizeof(old)));
    assert_int_equal(chdir("/tmp"), 0);
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    assert_int_equal(m4_settings_load(&s, "some home", &err), 0);
    snprintf(expected, sizeof(expected), "%s/some home", cwd);
    assert_string_equal(s.home, expected);
    assert_int_equal(chdir(old), 0);
}

static void a_home_too_long_for_sockets_is_refused(void **state)
{
    char home[128] = "/";
    memset(home + 1, 'h', 83);
    assert_int_equal(m4_settings_load(&s, home, &err), 0);
    home[84] = 'h';
    assert_int_equal(m4_settings_load(&s, home, &err), -ENAMETOOLONG);
    assert_non_null(strstr(err.text, "has 85 bytes; sockets in it may have 107, so at most 84"));
    char longest[PATH_MAX + 100];
    memset(longest, '/', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    longest[sizeof(longest) - 2] = 'h';
    for (size_t i = 2; i < sizeof(longest) - 2; i += 2)
        longest[i] = 'h';
    assert_int_equal(m4_settings_load(&s, longest, &err), -ENAMETOOLONG);
}

static void the_file_in_the_home_is_read(void **state)
{
    char home[] = "/tmp/m4sh-settings-XXXXXX", path[PATH_MAX];
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof(path), "%s/m4sh.conf", home);
    static const char text[] = "https_port = 9443\nschool = Школа 7\n";
    assert_int_equal(m4_file_write(path, text, strlen(text), 0600, (uid_t)-1, (gid_t)-1, &err), 0);
    assert_int_equal(m4_settings_load(&s, home, &err), 0);
    assert_int_equal(s.https_port, 9443);
    assert_string_equal(s.school, "Школа 7");
    assert_int_equal(s.durable_burst, 240);
    setenv("M4SH_HTTPS_PORT", "70000", 1);
    assert_int_equal(m4_settings_load(&s, home, &err), -EINVAL);
    unsetenv("M4SH_HTTPS_PORT");
    unlink(path);
    rmdir(home);
}

static void the_database_is_private_unless_said(void **state)
{
    char buf[PATH_MAX + 64], path[PATH_MAX];
    assert_int_equal(m4_settings_load(&s, "/tmp/it's \\ here", &err), 0);
    assert_string_equal(m4_settings_database(&s, "m4shd", buf),
                        "host='/tmp/it\\'s \\\\ here/run' port=5432 dbname=m4sh user=m4shd");
    assert_string_equal(m4_settings_path(&s, "run", path), "/tmp/it's \\ here/run");
    strcpy(s.database_url, "postgresql://db/m4sh");
    assert_string_equal(m4_settings_database(&s, "m4shd", buf), "postgresql://db/m4sh");
}

static void explaining_names_the_home_and_every_setting(void **state)
{
    m4_autofree char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);
    assert_int_equal(m4_settings_load(&s, "/tmp/h", &err), 0);
    m4_settings_explain(&s, f);
    fclose(f);
    assert_memory_equal(text, "home = /tmp/h\n", 14);
    assert_non_null(strstr(text, "https_port = 8443\n"));
    assert_non_null(strstr(text, "trust_confirmed = no\n"));
}

RUN("settings", TEST(home_comes_from_argument_then_environment),
    TEST(a_relative_home_stands_below_the_working_directory),
    TEST(a_home_too_long_for_sockets_is_refused), TEST(the_file_in_the_home_is_read),
    TEST(the_database_is_private_unless_said), TEST(explaining_names_the_home_and_every_setting))
