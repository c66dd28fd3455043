#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "tests/unit/test.h"

static char dir[] = "/tmp/m4sh-file-XXXXXX";
static char path[256];
static struct m4_err err;

static const char *at(const char *name)
{
    assert_int_equal(m4_file_path(path, sizeof(path), dir, name, &err), 0);
    return path;
}

static void written_is_read_with_its_mode(void **state)
{
    struct stat st;
    m4_autofree char *data = NULL;
    size_t len;
    assert_int_equal(m4_file_write(at("a"), "x\0y", 3, 0640, (uid_t)-1, (gid_t)-1, &err), 0);
    assert_int_equal(m4_file_read(path, 3, &data, &len, &err), 0);
    assert_int_equal(len, 3);
    assert_memory_equal(data, "x\0y", 4);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(access(at("a.new"), F_OK), -1);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    m4_autofree char *data = NULL;
    assert_int_equal(m4_file_write(at("b"), "old", 3, 0600, (uid_t)-1, (gid_t)-1, &err), 0);
    assert_int_equal(mkdir(at("b.new"), 0700), 0); /* in the way of the new one */
    assert_int_equal(m4_file_write(at("b"), "new", 3, 0600, (uid_t)-1, (gid_t)-1, &err), -EISDIR);
    assert_int_equal(m4_file_read(at("b"), 10, &data, NULL, &err), 0);
    assert_string_equal(data, "old");
    rmdir(at("b.new"));

    assert_int_equal(mkdir(at("full"), 0700), 0);
    assert_int_equal(mkdir(at("full/x"), 0700), 0);
    assert_int_equal(m4_file_write(at("full"), "new", 3, 0600, (uid_t)-1, (gid_t)-1, &err),
                     -EISDIR);
    assert_int_equal(access(at("full.new"), F_OK), -1); /* nothing is left lying about */
    assert_int_equal(m4_file_write("/nowhere/x", "", 0, 0600, 0, 0, &err), -ENOENT);
}

static void a_planted_link_is_not_followed(void **state)
{
    char target[300];
    snprintf(target, sizeof(target), "%s", at("target"));
    assert_int_equal(symlink(target, at("c.new")), 0);
    assert_int_equal(m4_file_write(at("c"), "x", 1, 0600, (uid_t)-1, (gid_t)-1, &err), -ELOOP);
    assert_int_equal(access(target, F_OK), -1);
    unlink(at("c.new"));
}

static void reading_has_a_limit(void **state)
{
    char *data = NULL;
    char big[10000];
    memset(big, 'x', sizeof(big));
    assert_int_equal(m4_file_write(at("big"), big, sizeof(big), 0600, (uid_t)-1, (gid_t)-1, &err),
                     0);
    assert_int_equal(m4_file_read(path, sizeof(big) - 1, &data, NULL, &err), -EFBIG);
    assert_null(data);
    int rc = -ENOMEM;
    for (long n = 0; rc < 0; n++) {
        assert_true(n < 10);
        test_fail_malloc_at = n;
        rc = m4_file_read(path, sizeof(big), &data, NULL, &err);
        test_fail_malloc_at = -1;
        assert_true(rc == 0 || rc == -ENOMEM);
    }
    assert_int_equal(strlen(data), sizeof(big));
    free(data);
    assert_int_equal(m4_file_read(dir, 10, &data, NULL, &err), -EISDIR);
    assert_int_equal(m4_file_read(at("none"), 10, &data, NULL, &err), -ENOENT);
}

static void directories_are_made_with_what_is_above(void **state)
{
    struct stat st;
    assert_int_equal(m4_file_mkdirs(at("d/e//f/"), 0700, &err), 0);
    assert_int_equal(m4_file_mkdirs(at("d/e/f"), 0700, &err), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(m4_file_write(at("g"), "", 0, 0600, (uid_t)-1, (gid_t)-1, &err), 0);
    assert_int_equal(m4_file_mkdirs(at("g"), 0700, &err), -ENOTDIR);
    assert_int_equal(m4_file_mkdirs(at("g/h"), 0700, &err), -ENOTDIR);
    assert_int_equal(m4_file_mkdirs("", 0700, &err), -ENOENT);
    assert_int_equal(m4_file_mkdirs("/", 0700, &err), 0);
}

static void a_path_that_does_not_fit_is_refused(void **state)
{
    char small[8];
    assert_int_equal(m4_file_path(small, sizeof(small), "/tmp", "ab", &err), 0);
    assert_string_equal(small, "/tmp/ab");
    assert_int_equal(m4_file_path(small, sizeof(small), "/tmp", "abc", &err), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(written_is_read_with_its_mode),           TEST(a_failed_write_leaves_the_old_file),
        TEST(a_planted_link_is_not_followed),          TEST(reading_has_a_limit),
        TEST(directories_are_made_with_what_is_above), TEST(a_path_that_does_not_fit_is_refused)};
    char remove[64];
    if (!mkdtemp(dir))
        return 1;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests_name("file", tests, NULL, NULL);
    snprintf(remove, sizeof(remove), "rm -rf '%s'", dir);
    return system(remove) ? 1 : failed;
}
