/* schema_format.c - the formats that are rules: date-time, date, uuid, hex */
#include <string.h>

#include "lib/schema_node.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool hex_digit(char c)
{
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The number in text[0..count), -1 when anything but digits stands there. */
static int digits(const char *text, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!digit(text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static bool full_date(const char *text, size_t len)
{
    static const int days_of[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (len != 10 || text[4] != '-' || text[7] != '-')
        return false;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_of[month - 1])
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month != 2 || day != 29 || leap;
}

/* "Z" or "+hh:mm"; minutes east of UTC go to *ret_east. */
static bool zone(const char *text, size_t len, int *ret_east)
{
    *ret_east = 0;
    if (len == 1)
        return text[0] == 'Z' || text[0] == 'z';
    if (len != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return false;
    int hours = digits(text + 1, 2), minutes = digits(text + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *ret_east = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
    return true;
}

/* RFC 3339 section 5.6. A second 60 may only end a day of UTC. */
static bool date_time(const char *text, size_t len)
{
    if (len < 20 || !full_date(text, 10) || (text[10] != 'T' && text[10] != 't') ||
        text[13] != ':' || text[16] != ':')
        return false;
    int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    size_t at = 19;
    if (text[at] == '.') {
        size_t from = ++at;
        while (at < len && digit(text[at]))
            at++;
        if (at == from)
            return false;
    }
    int east;
    if (!zone(text + at, len - at, &east))
        return false;
    enum { DAY = 24 * 60 };
    return second < 60 || (hour * 60 + minute - east + DAY) % DAY == DAY - 1;
}

static bool uuid(const char *text, size_t len)
{
    if (len != 36)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !hex_digit(text[i]))
            return false;
    }
    return true;
}

/* Bytes, two digits each, at least one. */
static bool hex(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!hex_digit(text[i]))
            return false;
    return len && len % 2 == 0;
}

schema_format_fn *schema_format_named(const char *name)
{
    static const struct {
        const char *name;
        schema_format_fn *rule;
    } formats[] = {{"date-time", date_time}, {"date", full_date}, {"uuid", uuid}, {"hex", hex}};
    for (size_t i = 0; i < M4_COUNT(formats); i++)
        if (!strcmp(formats[i].name, name))
            return formats[i].rule;
    return NULL;
}
