#include "tools/csv.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/test.h"

static struct csv *parse(const char *text)
{
    struct csv *csv = NULL;
    struct m4_err err = {0};
    if (csv_parse(text, strlen(text), &csv, &err) < 0)
        fail_msg("refused: %s", err.text);
    return csv;
}

static void refuse(const char *text, size_t len, int code, const char *words)
{
    struct csv *csv = NULL;
    struct m4_err err = {0};
    assert_int_equal(csv_parse(text, len, &csv, &err), -code);
    assert_null(csv);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void fields_lines_and_short_rows(void **state)
{
    (void)state;
    struct csv *csv = parse("name,login\nOlena,olena\n\nTaras\n");
    assert_int_equal(csv_rows(csv), 3);
    assert_string_equal(csv_field(csv, 0, 1), "login");
    assert_string_equal(csv_field(csv, 1, 0), "Olena");
    assert_int_equal(csv_line(csv, 2), 4);
    assert_int_equal(csv_columns(csv, 2), 1);
    assert_string_equal(csv_field(csv, 2, 1), "");
    csv_free(csv);
}

static void quotes_keep_separators_quotes_and_line_ends(void **state)
{
    (void)state;
    struct csv *csv = parse("a,b\r\n\"x, \"\"y\"\"\",\"1\r\n2\"\r\nlast,\r\n");
    assert_int_equal(csv_rows(csv), 3);
    assert_string_equal(csv_field(csv, 1, 0), "x, \"y\"");
    assert_string_equal(csv_field(csv, 1, 1), "1\r\n2");
    assert_int_equal(csv_line(csv, 2), 4);
    assert_int_equal(csv_columns(csv, 2), 2);
    csv_free(csv);
}

static void semicolons_after_a_byte_order_mark(void **state)
{
    (void)state;
    struct csv *csv = parse("\xEF\xBB\xBFname;class\rІванко;\"7-Б, друга\"\r");
    assert_string_equal(csv_field(csv, 0, 0), "name");
    assert_string_equal(csv_field(csv, 1, 0), "Іванко");
    assert_string_equal(csv_field(csv, 1, 1), "7-Б, друга");
    csv_free(csv);
}

static void a_comma_in_quotes_does_not_choose_the_separator(void **state)
{
    (void)state;
    struct csv *csv = parse("\"a,b,c\";d\n1;2\n");
    assert_int_equal(csv_columns(csv, 0), 2);
    assert_string_equal(csv_field(csv, 1, 1), "2");
    csv_free(csv);
}

static void empty_files_have_no_rows(void **state)
{
    (void)state;
    static const char *const empty[] = {"", "\n\r\n\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < M4_COUNT(empty); i++) {
        struct csv *csv = parse(empty[i]);
        assert_int_equal(csv_rows(csv), 0);
        csv_free(csv);
    }
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const char open_quote[] = "a\nb\n\"c\nd";
    static const char inner_quote[] = "a\nO\"Neil";
    static const char after_quote[] = "a\n\"b\"c";
    static const char cp1251[] = "a\n\xC2\xB3\xED\xEA\xEE";
    refuse(open_quote, strlen(open_quote), EINVAL, "line 3: a quote is opened");
    refuse(inner_quote, strlen(inner_quote), EINVAL, "line 2: a quote stands inside");
    refuse(after_quote, strlen(after_quote), EINVAL, "line 2: something stands");
    refuse(cp1251, strlen(cp1251), EINVAL, "line 2 is not UTF-8");
    refuse("a\0b", 3, EINVAL, "line 1 has a NUL");
}

static void limits_hold_to_the_byte(void **state)
{
    (void)state;
    char text[CSV_FIELD + 4];
    memset(text, 'x', sizeof(text));
    memcpy(text, "a\n", 2);
    text[2 + CSV_FIELD] = '\0';
    csv_free(parse(text));
    text[2 + CSV_FIELD] = 'x';
    refuse(text, 3 + CSV_FIELD, EFBIG, "line 2: a field has 1001 bytes");

    char wide[CSV_COLUMNS + 1];
    memset(wide, ',', sizeof(wide));
    wide[CSV_COLUMNS - 1] = '\0';
    csv_free(parse(wide));
    wide[CSV_COLUMNS - 1] = ',';
    refuse(wide, CSV_COLUMNS, EFBIG, "more than 32 columns");

    char *long_text = malloc(CSV_BYTES + 1);
    assert_non_null(long_text);
    memset(long_text, '\n', CSV_BYTES + 1);
    refuse(long_text, CSV_BYTES + 1, EFBIG, "1048577 bytes");
    for (size_t i = 0; i < 2 * CSV_ROWS; i += 2)
        memcpy(long_text + i, "x\n", 2);
    struct csv *csv;
    struct m4_err err;
    assert_int_equal(csv_parse(long_text, 2 * CSV_ROWS, &csv, &err), 0);
    assert_int_equal(csv_rows(csv), CSV_ROWS);
    csv_free(csv);
    memcpy(long_text + (ptrdiff_t)2 * CSV_ROWS, "x\n", 2);
    refuse(long_text, 2 * CSV_ROWS + 2, EFBIG, "line 2002: the file has more than 2000 rows");
    free(long_text);
}

static void refused_memory_leaks_nothing(void **state)
{
    (void)state;
    for (long at = 0; at < 4; at++) {
        struct csv *csv = NULL;
        struct m4_err err = {0};
        test_fail_malloc_at = at;
        int rc = csv_parse("a,b\n1,2\n", 8, &csv, &err);
        test_fail_malloc_at = -1;
        assert_int_equal(rc, -ENOMEM);
        assert_null(csv);
    }
}

RUN("csv", TEST(fields_lines_and_short_rows), TEST(quotes_keep_separators_quotes_and_line_ends),
    TEST(semicolons_after_a_byte_order_mark), TEST(a_comma_in_quotes_does_not_choose_the_separator),
    TEST(empty_files_have_no_rows), TEST(what_is_wrong_is_said_with_its_line),
    TEST(limits_hold_to_the_byte), TEST(refused_memory_leaks_nothing))
