/* lines.h - what differs by client or room, read from files: a line each
 *
 * Read whole at the start and kept until the end.
 */
#ifndef M4_BENCH_WSFAN_LINES_H
#define M4_BENCH_WSFAN_LINES_H

#include <stddef.h>

/* Reads --cookies and --rooms-file; ends the program when one cannot be read, has fewer lines
 * than there are clients or rooms, or a line of another form. */
void lines_load(void);

/* The cookie of client `uid`, NULL without --cookies. */
const char *lines_cookie(size_t uid);

/* A room's words, NULL without --rooms-file. */
const char *lines_lesson(size_t room);
const char *lines_board(size_t room);

#endif
