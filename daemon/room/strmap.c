#include "daemon/room/strmap.h"

#include <string.h>

#include "lib/secret.h"

/* Seeded, so that nobody chooses names that all fall together. */
static uint64_t hash(const char *key)
{
    static uint64_t seed;
    if (!seed)
        m4_random(&seed, sizeof(seed));
    uint64_t h = seed;
    for (; *key; key++) {
        h = (h ^ (unsigned char)*key) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

static struct strmap_slot *slot_of(const struct strmap *m, const char *key)
{
    size_t at = hash(key) & (m->room - 1);
    while (m->slots[at].key && strcmp(m->slots[at].key, key) != 0)
        at = (at + 1) & (m->room - 1);
    return &m->slots[at];
}

void *strmap_get(const struct strmap *m, const char *key)
{
    return m->room ? slot_of(m, key)->value : NULL;
}

static void grow(struct strmap *m)
{
    struct strmap old = *m;
    m->room = old.room ? old.room * 2 : 16;
    m->slots = calloc(m->room, sizeof(*m->slots));
    if (!m->slots)
        abort();
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].key)
            *slot_of(m, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

void strmap_put(struct strmap *m, const char *key, void *value)
{
    if ((m->count + 1) * 4 > m->room * 3)
        grow(m);
    *slot_of(m, key) = (struct strmap_slot){key, value};
    m->count++;
}

void strmap_done(struct strmap *m, void (*free_value)(void *value))
{
    for (size_t i = 0; free_value && i < m->room; i++)
        if (m->slots[i].key)
            free_value(m->slots[i].value);
    free(m->slots);
    *m = (struct strmap){0};
}
