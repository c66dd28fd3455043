/* message.h - one message of a page: parsed, checked, counted, passed to its room */
#ifndef M4_DAEMON_ROOM_MESSAGE_H
#define M4_DAEMON_ROOM_MESSAGE_H

#include "daemon/room/page.h"

void message_arrive(struct page *page, const char *text, size_t len);

#endif
