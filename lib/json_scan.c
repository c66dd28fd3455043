/* json_scan.c - what takes the time in JSON: strings eight bytes at a time, short integers */
#include "lib/json_scan.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <string.h>

enum { NUMBER_BYTES = 127 };

/* Four hexadecimal digits, or -1. */
static int hex_unit(const char *text)
{
    int unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* Writes the code point as UTF-8; returns the place after it. */
static char *put_code_point(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 63));
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xe0 | c >> 12);
        } else {
            *out++ = (char)(0xf0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 63));
        }
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    }
    return out;
}

/* in[0] is the u of \u. The code point, with the other half of a pair; *ret_len is what it
 * took. Why not, when there is none. */
static const char *unicode_escape(const char *in, unsigned *ret_code, size_t *ret_len)
{
    static const char half[] = "half of a surrogate pair stands alone";
    int unit = hex_unit(in + 1);
    if (unit < 0)
        return "\\u wants four hexadecimal digits";
    *ret_code = (unsigned)unit;
    *ret_len = 5;
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return half;
    if (unit < 0xd800 || unit > 0xdbff)
        return NULL;
    int low = in[5] == '\\' && in[6] == 'u' ? hex_unit(in + 7) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return half;
    *ret_code = 0x10000 + (((unsigned)unit - 0xd800) << 10 | ((unsigned)low - 0xdc00));
    *ret_len = 11;
    return NULL;
}

/* The first byte from s on that is a quote, a backslash or a control character. The text
 * ends in a NUL, which is one; eight bytes are looked at only where eight are left. */
static char *plain_run(char *s, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    for (uint64_t w; end - s >= 8; s += 8) {
        memcpy(&w, s, 8);
        uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
        uint64_t stops =
            ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((w - ones * 0x20) & ~w);
        if (stops & high)
            break;
    }
    while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
        s++;
    return s;
}

/* What the escape at in (after the backslash) means to *out, both moved on; or why it is none. */
static const char *take_escape(char **in, char **out, unsigned flags)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *letter = **in ? strchr(letters, **in) : NULL;
    if (letter) {
        *(*out)++ = values[letter - letters];
        (*in)++;
        return NULL;
    }
    if (**in != 'u')
        return "no such escape";
    unsigned code;
    size_t len;
    const char *why = unicode_escape(*in, &code, &len);
    if (why)
        return why;
    if (!code && (flags & M4_JSON_NO_NUL))
        return "a string holds U+0000";
    *out = put_code_point(*out, code);
    *in += len;
    return NULL;
}

bool json_scan_string(char **at, const char *end, unsigned flags, size_t *ret_len,
                      const char **ret_why)
{
    char *begin = *at, *out = begin, *in = begin;
    for (;;) {
        char *stop = plain_run(in, end);
        if (out != in)
            memmove(out, in, (size_t)(stop - in));
        out += stop - in;
        in = *at = stop;
        if (*stop == '"')
            break;
        if (*stop != '\\') {
            *ret_why = stop == end ? "a string has no end" : "a control character in a string";
            return false;
        }
        in++;
        *ret_why = take_escape(&in, &out, flags);
        if (*ret_why)
            return false;
    }
    *at = in + 1;
    *out = '\0';
    *ret_len = (size_t)(out - begin);
    return true;
}

/* strtod() reads a comma where the user's language has one; JSON never does. */
static double real_of(const char *digits)
{
    static _Atomic(locale_t) plain; /* libc has one "C": two threads may both ask for it */
    if (!plain)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return plain ? strtod_l(digits, NULL, plain) : NAN;
}

static const char *digits_end(const char *s)
{
    while (*s >= '0' && *s <= '9')
        s++;
    return s;
}

/* The end of the number at s, NULL when it is none. */
static const char *number_end(const char *s, bool *ret_whole)
{
    *ret_whole = true;
    s += *s == '-';
    const char *from = s;
    s = digits_end(s);
    if (s == from || (*from == '0' && s - from > 1))
        return NULL;
    if (*s == '.') {
        *ret_whole = false;
        from = s + 1;
        s = digits_end(from);
        if (s == from)
            return NULL;
    }
    if (*s == 'e' || *s == 'E') {
        *ret_whole = false;
        from = s + 1 + (s[1] == '+' || s[1] == '-');
        s = digits_end(from);
        if (s == from)
            return NULL;
    }
    return s;
}

static bool refuse(const char **ret_why, const char *why)
{
    *ret_why = why;
    return false;
}

bool json_scan_number(char **at, struct m4_json *v, const char **ret_why)
{
    const char *text = *at;
    bool whole;
    const char *end = number_end(text, &whole);
    if (!end)
        return refuse(ret_why, "no value is written so");
    size_t len = (size_t)(end - text);
    if (len > NUMBER_BYTES)
        return refuse(ret_why, "a number has more than 127 characters");
    int64_t number = 0;
    if (whole && len <= 18) {
        for (const char *s = text + (*text == '-'); s < end; s++)
            number = number * 10 + (*s - '0');
        number = *text == '-' ? -number : number;
    } else if (whole) {
        errno = 0;
        number = strtoll(text, NULL, 10);
        whole = !errno; /* too large for an integer is a real */
    }
    v->type = whole ? M4_INT : M4_REAL;
    v->number = whole ? number : 0;
    v->real = whole ? (double)number : real_of(text);
    if (!isfinite(v->real))
        return refuse(ret_why, "a number is too large");
    *at += len;
    return true;
}
