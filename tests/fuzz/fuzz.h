/* fuzz.h - what each fuzzer is: a function that is given bytes and may not break
 *
 * tests/fuzz/fuzz_NAME.c with libFuzzer and the sanitizers; seeds in corpus/NAME/.
 * Run from the root of the tree by tests/fuzz/run.sh (make fuzz).
 */
#ifndef M4_TESTS_FUZZ_FUZZ_H
#define M4_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, which then keeps the input as a crash. */
#define FUZZ_MUST(condition)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
