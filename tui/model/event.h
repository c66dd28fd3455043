/* event.h - what the box did by itself, from the supervisor's events, newest first
 *
 * Pure. Events whose name is known are told in the chosen language, others in the
 * supervisor's own words.
 */
#ifndef M4_TUI_MODEL_EVENT_H
#define M4_TUI_MODEL_EVENT_H

#include "tui/model/health.h"

/* At most `room` of them into list; returns how many. */
size_t event_list(const struct health_input *in, struct health_event *list, size_t room);

#endif
