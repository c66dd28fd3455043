#include "daemon/room/directory.h"

enum { BUCKETS = 256 };

struct directory {
    struct room *buckets[BUCKETS];
};

struct directory *directory_new(void)
{
    struct directory *d = calloc(1, sizeof(*d));
    if (!d)
        abort();
    return d;
}

void directory_free(struct directory *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (d->buckets[i]) {
            struct room *room = d->buckets[i];
            d->buckets[i] = room->next;
            room_free(room);
        }
    free(d);
}

static struct room **bucket_of(struct directory *d, int64_t lesson_id)
{
    return &d->buckets[(uint64_t)lesson_id % BUCKETS];
}

static struct room *find(struct directory *d, int64_t lesson_id)
{
    struct room *room = *bucket_of(d, lesson_id);
    while (room && room->id != lesson_id)
        room = room->next;
    return room;
}

struct room *directory_room(struct directory *d, int64_t lesson_id)
{
    struct room *room = find(d, lesson_id);
    if (room)
        return room;
    room = room_new(lesson_id);
    struct room **bucket = bucket_of(d, lesson_id);
    room->next = *bucket;
    *bucket = room;
    return room;
}

void directory_remove(struct directory *d, struct room *room)
{
    for (struct room **at = bucket_of(d, room->id); *at; at = &(*at)->next)
        if (*at == room) {
            *at = room->next;
            return;
        }
}

void directory_lesson_changed(struct directory *d, int64_t lesson_id, enum action action)
{
    struct room *room = find(d, lesson_id);
    if (!room)
        return;
    switch (action) {
    case ACT_START:
        room_set_status(room, LESSON_LIVE);
        return;
    case ACT_COMPLETE:
        room_set_status(room, LESSON_COMPLETED);
        return;
    default:
        room_set_status(room, LESSON_CANCELLED);
    }
}

void directory_count(const struct directory *d, size_t *ret_lessons, size_t *ret_people)
{
    *ret_lessons = *ret_people = 0;
    for (size_t i = 0; i < BUCKETS; i++)
        for (const struct room *room = d->buckets[i]; room; room = room->next) {
            *ret_lessons += room->member_count && room->status == LESSON_LIVE;
            *ret_people += room_people(room);
        }
}
