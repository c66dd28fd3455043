/* words.h - three words that stand for a fingerprint, easy to compare by eye
 *
 * 33 bits, 11 a word: the beginning of SHA-256 of the CA. Who forges a CA with the same
 * three words computes 2^33 keys; the whole fingerprint stands beside them.
 */
#ifndef M4_DAEMON_API_WORDS_H
#define M4_DAEMON_API_WORDS_H

#include "lib/base.h"

/* Syllables of three, so that every language can read them: "bado-kiru-zemo". */
void words_of(const uint8_t digest[32], char *out, size_t size);

#endif
