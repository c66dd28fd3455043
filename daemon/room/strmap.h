/* strmap.h - short texts to pointers (elements, clients); open addressing, grows, no removal */
#ifndef M4_DAEMON_ROOM_STRMAP_H
#define M4_DAEMON_ROOM_STRMAP_H

#include "lib/base.h"

struct strmap_slot {
    const char *key; /* the value's own text; NULL: free */
    void *value;
};

struct strmap {
    struct strmap_slot *slots;
    size_t count, room; /* room is 0 or a power of two */
};

void *strmap_get(const struct strmap *map, const char *key);

/* `key` stays the caller's and must outlive the map; it is not there yet. Aborts without memory. */
void strmap_put(struct strmap *map, const char *key, void *value);

/* Calls free_value (may be NULL) for each, and forgets all. */
void strmap_done(struct strmap *map, void (*free_value)(void *value));

#endif
