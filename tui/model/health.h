/* health.h - what the Health screen says, from two JSON documents
 *
 * Pure: the supervisor's status and m4shd's /health go in, rows with mark, name, sentence and
 * age come out; no clock, no terminal, no I/O. Unknown is never well: a row without an answer
 * behind it is HEALTH_UNKNOWN or worse. Texts from outside are cut to their arrays.
 */
#ifndef M4_TUI_MODEL_HEALTH_H
#define M4_TUI_MODEL_HEALTH_H

#include "lib/json.h"
#include "tui/term/words.h"

/* In the order in which rows are shown. */
enum health_mark {
    HEALTH_NOW,     /* needs somebody now */
    HEALTH_SOON,    /* needs somebody soon */
    HEALTH_UNKNOWN, /* nobody knows */
    HEALTH_RUNNING, /* on its way */
    HEALTH_WELL
};

struct health_row {
    enum health_mark mark;
    char name[48];
    char text[200];   /* what is so */
    char advice[240]; /* what it means and what to do; "" when well */
    char age[WORDS_TEXT];
};

struct health_event {
    char when[WORDS_TEXT];
    char text[256];
};

enum { HEALTH_ROWS = 8, HEALTH_EVENTS = 24 };

struct health_view {
    char school[128], version[32];
    enum health_mark mark; /* of the verdict */
    char verdict[128];
    char totals[240]; /* "3 lessons · 84 people · up 41 days" */
    struct health_row rows[HEALTH_ROWS];
    size_t row_count;
    struct health_event events[HEALTH_EVENTS]; /* newest first */
    size_t event_count;
};

/* What one of the two said, and since when it says nothing. */
struct health_source {
    const struct m4_json *said; /* NULL: the last question was not answered */
    bool asked;                 /* an answer, or its lack, is known at all */
    int64_t silent_since_us;    /* wall time; 0 while it answers */
    int64_t answer_ms;
};

struct health_input {
    struct health_source box;     /* the supervisor's "status" */
    struct health_source lesson;  /* m4shd's /health */
    const char *school, *version; /* what to show while nobody says it */
    int64_t now_us;               /* wall time */
    enum words_lang lang;
};

void health_view(const struct health_input *in, struct health_view *ret_view);

#endif
