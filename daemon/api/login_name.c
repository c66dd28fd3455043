#include "daemon/api/login_name.h"

#include <ctype.h>
#include <string.h>

/* Letter (both cases), at the beginning of a word, elsewhere. */
static const struct {
    const char *upper, *lower, *first, *later;
} letters[] = {
    {"ЗГ", "зг", "zgh", "zgh"}, {"Зг", "зГ", "zgh", "zgh"}, /* not to be taken for ж */
    {"А", "а", "a", "a"},       {"Б", "б", "b", "b"},       {"В", "в", "v", "v"},
    {"Г", "г", "h", "h"},       {"Ґ", "ґ", "g", "g"},       {"Д", "д", "d", "d"},
    {"Е", "е", "e", "e"},       {"Є", "є", "ye", "ie"},     {"Ж", "ж", "zh", "zh"},
    {"З", "з", "z", "z"},       {"И", "и", "y", "y"},       {"І", "і", "i", "i"},
    {"Ї", "ї", "yi", "i"},      {"Й", "й", "y", "i"},       {"К", "к", "k", "k"},
    {"Л", "л", "l", "l"},       {"М", "м", "m", "m"},       {"Н", "н", "n", "n"},
    {"О", "о", "o", "o"},       {"П", "п", "p", "p"},       {"Р", "р", "r", "r"},
    {"С", "с", "s", "s"},       {"Т", "т", "t", "t"},       {"У", "у", "u", "u"},
    {"Ф", "ф", "f", "f"},       {"Х", "х", "kh", "kh"},     {"Ц", "ц", "ts", "ts"},
    {"Ч", "ч", "ch", "ch"},     {"Ш", "ш", "sh", "sh"},     {"Щ", "щ", "shch", "shch"},
    {"Ю", "ю", "yu", "iu"},     {"Я", "я", "ya", "ia"},     {"Ь", "ь", "", ""},
    {"Ы", "ы", "y", "y"},       {"Э", "э", "e", "e"},       {"Ё", "ё", "yo", "io"},
    {"Ъ", "ъ", "", ""},         {"Ă", "ă", "a", "a"},       {"Â", "â", "a", "a"},
    {"Î", "î", "i", "i"},       {"Ș", "ș", "s", "s"},       {"Ț", "ț", "t", "t"},
};

struct writer {
    char *out;
    size_t len, size;
    bool word_begins;
};

static void put(struct writer *w, const char *text)
{
    if (*text)
        w->word_begins = false; /* a soft sign alone begins nothing */
    for (; *text && w->len + 1 < w->size; text++)
        w->out[w->len++] = *text;
}

static size_t put_letter(struct writer *w, const char *at)
{
    for (size_t i = 0; i < M4_COUNT(letters); i++) {
        size_t n = strlen(letters[i].upper);
        if (!strncmp(at, letters[i].upper, n) || !strncmp(at, letters[i].lower, n)) {
            put(w, w->word_begins ? letters[i].first : letters[i].later);
            return n;
        }
    }
    size_t n = 1; /* unknown: the whole character goes */
    while (((unsigned char)at[n] & 0xc0) == 0x80)
        n++;
    return n;
}

void login_name(const char *name, char *out, size_t size)
{
    struct writer w = {.out = out, .size = size, .word_begins = true};
    while (*name) {
        unsigned char c = (unsigned char)*name;
        if (isalnum(c)) {
            put(&w, (char[]){(char)tolower(c), 0});
            name++;
        } else if (c == ' ' || c == '-') {
            if (!w.word_begins)
                put(&w, ".");
            w.word_begins = true;
            name++;
        } else {
            name += put_letter(&w, name);
        }
    }
    while (w.len && out[w.len - 1] == '.')
        w.len--;
    out[w.len] = '\0';
}
