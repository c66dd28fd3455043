/* schema_pattern.c - "pattern": ECMA-262 regular expressions by way of PCRE2
 *
 * \d, \w and \s know ASCII only, as in a browser; $ is the very end; PCRE2 10 knows the
 * general categories by their short names only, so \p{Letter} is handed on as \p{L}.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/schema_node.h"

static const char *const categories[][2] = {
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"Format", "Cf"},
    {"Surrogate", "Cs"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
};

/* The short name for text[0..len), NULL when it is none of the long ones. */
static const char *short_name(const char *text, size_t len)
{
    for (size_t i = 0; i < M4_COUNT(categories); i++)
        if (strlen(categories[i][0]) == len && !memcmp(categories[i][0], text, len))
            return categories[i][1];
    return NULL;
}

/* Copies the pattern with short category names to out, which is as large; returns its length. */
static size_t shorten(const char *pattern, size_t len, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        if (pattern[i] != '\\' || i + 1 == len) {
            out[n++] = pattern[i++];
            continue;
        }
        char kind = pattern[i + 1];
        const char *open = pattern + i + 2;
        const char *close = i + 2 < len && *open == '{' ? memchr(open, '}', len - i - 2) : NULL;
        const char *name = (kind == 'p' || kind == 'P') && close
                               ? short_name(open + 1, (size_t)(close - open - 1))
                               : NULL;
        out[n++] = '\\';
        out[n++] = kind;
        i += 2;
        if (name) {
            n += (size_t)sprintf(out + n, "{%s}", name);
            i = (size_t)(close - pattern) + 1;
        }
    }
    return n;
}

int schema_pattern(pcre2_general_context *pcre, const char *pattern, size_t len,
                   pcre2_code **ret_code, char *why, size_t size)
{
    enum { PATTERN_BYTES = 4096 };
    static const uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY |
                                    PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
                                    PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    char translated[PATTERN_BYTES + 8];
    if (len > PATTERN_BYTES) {
        snprintf(why, size, "more than %d bytes", PATTERN_BYTES);
        return -EINVAL;
    }
    pcre2_compile_context *context = pcre2_compile_context_create(pcre);
    if (!context)
        return -ENOMEM;
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF); /* what "." does not match */
    int code = 0;
    PCRE2_SIZE at = 0;
    *ret_code = pcre2_compile((PCRE2_SPTR)translated, shorten(pattern, len, translated), options,
                              &code, &at, context);
    pcre2_compile_context_free(context);
    if (*ret_code)
        return 0;
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return -ENOMEM;
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)why, size) < 0)
        snprintf(why, size, "not understood");
    return -EINVAL;
}
