/* row.h - one row of the Health screen each: how a part of the box is, in a sentence
 *
 * Pure, like health.h, whose halves these are.
 */
#ifndef M4_TUI_MODEL_ROW_H
#define M4_TUI_MODEL_ROW_H

#include "tui/model/health.h"

/* Only there when the supervisor does not answer or the box is stopping: false otherwise. */
bool row_caretaker(const struct health_input *in, struct health_row *row);

void row_lesson_server(const struct health_input *in, struct health_row *row);
void row_database(const struct health_input *in, struct health_row *row);
void row_disk(const struct health_input *in, struct health_row *row);
void row_certificate(const struct health_input *in, struct health_row *row);
void row_address(const struct health_input *in, struct health_row *row);

#endif
