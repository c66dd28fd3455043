/* base.h - the few words every file of ours uses
 *
 * Locals that free themselves, results that must be looked at, array sizes.
 * Includes nothing of ours; safe in any thread.
 */
#ifndef M4_LIB_BASE_H
#define M4_LIB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define M4_MUST_CHECK __attribute__((warn_unused_result))
#define M4_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define M4_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The object of `type` that has `ptr` as its `member`. */
#define M4_OBJECT_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

static inline void m4_autofree_(void *at)
{
    free(*(void **)at);
}

static inline void m4_autoclose_(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A pointer from malloc, freed at the end of its block; a descriptor, closed there. */
#define m4_autofree __attribute__((cleanup(m4_autofree_)))
#define m4_autoclose __attribute__((cleanup(m4_autoclose_)))

/* Hands the pointer out of an m4_autofree local: *ret_name = M4_TAKE(name); */
#define M4_TAKE(pointer)                                                                           \
    ({                                                                                             \
        __typeof__(pointer) taken_ = (pointer);                                                    \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

/* The same for an m4_autoclose descriptor. */
#define M4_TAKE_FD(fd)                                                                             \
    ({                                                                                             \
        int taken_ = (fd);                                                                         \
        (fd) = -1;                                                                                 \
        taken_;                                                                                    \
    })

#endif
