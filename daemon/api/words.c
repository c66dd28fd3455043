#include "daemon/api/words.h"

#include <stdio.h>

/* 11 bits as consonant, vowel, consonant, vowel: 16 x 4 x 8 x 4. */
static void word_of(unsigned bits, char out[5])
{
    static const char first[] = "bdfghklmnprstvzj", second[] = "dklmnrtz", vowels[] = "aeio";
    out[0] = first[bits >> 7 & 15];
    out[1] = vowels[bits >> 5 & 3];
    out[2] = second[bits >> 2 & 7];
    out[3] = vowels[bits & 3];
    out[4] = '\0';
}

void words_of(const uint8_t digest[32], char *out, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < 5; i++)
        bits = bits << 8 | digest[i];
    bits >>= 7; /* the first 33 of 40 */
    char a[5], b[5], c[5];
    word_of((unsigned)(bits >> 22 & 2047), a);
    word_of((unsigned)(bits >> 11 & 2047), b);
    word_of((unsigned)(bits & 2047), c);
    snprintf(out, size, "%s-%s-%s", a, b, c);
}
