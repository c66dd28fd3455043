/* directory.h - which rooms are open: by lesson id, made when asked for */
#ifndef M4_DAEMON_ROOM_DIRECTORY_H
#define M4_DAEMON_ROOM_DIRECTORY_H

#include "daemon/room/room.h"

struct directory;

struct directory *directory_new(void);
void directory_free(struct directory *directory);

/* The lesson's room, open or loading; a new one when there is none. */
struct room *directory_room(struct directory *directory, int64_t lesson_id);

/* The room is no more in the directory (it broke, or is idle); the caller frees it. */
void directory_remove(struct directory *directory, struct room *room);

/* A step was taken by the API: whoever is in the room hears of it. */
void directory_lesson_changed(struct directory *directory, int64_t lesson_id, enum action action);

/* Lessons that are live with somebody in them, and the people in all rooms. */
void directory_count(const struct directory *directory, size_t *ret_lessons, size_t *ret_people);

#endif
