/* test_login_name.c - logins from names, by the table of resolution 55 of 27 January 2010 */
#include "daemon/api/login_name.h"
#include "tests/unit/test.h"

static void becomes(const char *name, const char *wanted)
{
    char out[64];
    login_name(name, out, sizeof(out));
    assert_string_equal(out, wanted);
}

/* The examples that stand in the resolution itself. */
static void the_resolutions_own_examples(void **state)
{
    (void)state;
    static const char *const examples[][2] = {
        {"Алушта", "alushta"},
        {"Андрій", "andrii"},
        {"Борщагівка", "borshchahivka"},
        {"Вінниця", "vinnytsia"},
        {"Гадяч", "hadiach"},
        {"Богдан", "bohdan"},
        {"Ґалаґан", "galagan"},
        {"Донецьк", "donetsk"},
        {"Рівне", "rivne"},
        {"Єнакієве", "yenakiieve"},
        {"Гаєвич", "haievych"},
        {"Житомир", "zhytomyr"},
        {"Закарпаття", "zakarpattia"},
        {"Медвин", "medvyn"},
        {"Іршава", "irshava"},
        {"Їжакевич", "yizhakevych"},
        {"Кадиївка", "kadyivka"},
        {"Йосипівка", "yosypivka"},
        {"Стрий", "stryi"},
        {"Київ", "kyiv"},
        {"Лебедин", "lebedyn"},
        {"Миколаїв", "mykolaiv"},
        {"Ніжин", "nizhyn"},
        {"Одеса", "odesa"},
        {"Полтава", "poltava"},
        {"Ромни", "romny"},
        {"Суми", "sumy"},
        {"Тетерів", "teteriv"},
        {"Ужгород", "uzhhorod"},
        {"Фастів", "fastiv"},
        {"Харків", "kharkiv"},
        {"Біла Церква", "bila.tserkva"},
        {"Чернівці", "chernivtsi"},
        {"Шостка", "shostka"},
        {"Гоща", "hoshcha"},
        {"Юрій", "yurii"},
        {"Крюківка", "kriukivka"},
        {"Яготин", "yahotyn"},
        {"Костянтин", "kostiantyn"},
        {"Знам'янка", "znamianka"},
        {"Феодосія", "feodosiia"},
    };
    for (size_t i = 0; i < M4_COUNT(examples); i++)
        becomes(examples[i][0], examples[i][1]);
}

/* The resolution writes зг as zgh, so that it is not taken for ж. */
static void zgh_is_not_zh(void **state)
{
    (void)state;
    becomes("Згорани", "zghorany");
    becomes("Розгон", "rozghon");
    becomes("ЗГУРСЬКИЙ", "zghurskyi");
}

static void words_are_joined_by_one_dot(void **state)
{
    (void)state;
    becomes("Бойко Соломія", "boiko.solomiia");
    becomes("  Anna - Maria  ", "anna.maria");
    becomes("Нечуй-Левицький Іван", "nechui.levytskyi.ivan");
    becomes("Ь Данько", "danko");
    becomes("ІЇ Єва", "ii.yeva");
}

static void what_cannot_be_written_is_dropped(void **state)
{
    (void)state;
    becomes("", "");
    becomes("...", "");
    becomes("山田", "");
    becomes("山田 Оля", "olia");
    becomes("O'Neil 7", "oneil.7");
    becomes("Ștefan Țîrlea", "stefan.tirlea");
}

static void it_ends_where_the_buffer_does(void **state)
{
    (void)state;
    char out[8];
    memset(out, 'x', sizeof(out));
    login_name("Щербак", out, 3);
    assert_string_equal(out, "sh");
    login_name("Ан Бо", out, 4);
    assert_string_equal(out, "an"); /* no dot at the end */
    login_name("Ан", out, 1);
    assert_string_equal(out, "");
    assert_int_equal(out[7], 'x');
}

RUN("login_name", TEST(the_resolutions_own_examples), TEST(zgh_is_not_zh),
    TEST(words_are_joined_by_one_dot), TEST(what_cannot_be_written_is_dropped),
    TEST(it_ends_where_the_buffer_does))
