/* timetable.h - when messages are sent, and the loop that keeps to it
 *
 * The timetable never waits for the server: a stall counts for every message it held up.
 */
#ifndef M4_BENCH_WSFAN_TIMETABLE_H
#define M4_BENCH_WSFAN_TIMETABLE_H

#include <stdbool.h>
#include <stdint.h>

/* From `from_ns` until `until_ns`, `rate` messages a second from all senders in turn. */
void timetable_begin(uint64_t from_ns, uint64_t until_ns, double rate);
bool timetable_is_on(void);
void timetable_end(void);

/* Sends what is due and handles what came, until then or the next thing to do. */
void timetable_turn(uint64_t until_ns);
void timetable_run_until(uint64_t until_ns);
void timetable_run_for(double seconds);

/* Opens all that are closed; whether every one is ready. */
bool timetable_open_all(void);

#endif
