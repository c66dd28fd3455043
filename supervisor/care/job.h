/* job.h - work that may block, in a process of its own
 *
 * The loop never waits for the database: whatever talks to it at length (migrations, the
 * month's id range, measuring) runs in a forked helper that changes to the box's account,
 * answers with a few bytes and ends. One job at a time per struct. A helper dies with the
 * supervisor, and is killed when its time is over.
 */
#ifndef M4_SUPERVISOR_CARE_JOB_H
#define M4_SUPERVISOR_CARE_JOB_H

#include "lib/buf.h"
#include "supervisor/care/account.h"
#include "supervisor/care/loop.h"

enum { JOB_ANSWER_BYTES = 16 * 1024 };

struct job {
    struct loop *loop;
    const struct account *account;
    pid_t pid; /* 0 while none runs */
    int out_fd;
    struct loop_source ended, output;
    struct loop_timer budget;
    struct m4_buf answer;
    void (*on_done)(void *arg, int code, const char *answer);
    void *arg;
};

/* on_done gets the exit code of the work (-1: killed or its time was over) and its answer. */
void job_init(struct job *j, struct loop *loop, const struct account *account,
              void (*on_done)(void *arg, int code, const char *answer), void *arg);

/* Runs work(work_arg, answer) in the helper; what it appends to `answer` is handed back, and
 * what it returns (0..125) is the code. -EBUSY while the one before runs. */
M4_MUST_CHECK int job_start(struct job *j, int (*work)(const void *work_arg, struct m4_buf *answer),
                            const void *work_arg, int budget_ms, struct m4_err *err);

/* Kills it; on_done is not called. */
void job_cancel(struct job *j);

#endif
