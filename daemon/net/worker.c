#include "daemon/net/worker.h"

#include <pthread.h>
#include <signal.h>

struct workers {
    struct loop *loop;
    pthread_t threads[WORKERS];
    pthread_mutex_t lock;
    pthread_cond_t there_is_work;
    struct job *first, **last;
    size_t queued;
    bool stopping;
};

static void on_arrive(struct post *post)
{
    struct job *job = (struct job *)post;
    job->done(job);
}

static void *work(void *data)
{
    struct workers *w = data;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->first && !w->stopping)
            pthread_cond_wait(&w->there_is_work, &w->lock);
        if (w->stopping)
            break;
        struct job *job = w->first;
        w->first = job->next;
        if (!w->first)
            w->last = &w->first;
        w->queued--;
        pthread_mutex_unlock(&w->lock);
        job->run(job);
        job->post.on_arrive = on_arrive;
        loop_post(w->loop, &job->post);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_new(struct loop *loop)
{
    struct workers *w = calloc(1, sizeof(*w));
    if (!w)
        abort();
    w->loop = loop;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->there_is_work, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are the main thread's */
    for (size_t i = 0; i < WORKERS; i++)
        if (pthread_create(&w->threads[i], NULL, work, w))
            abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return w;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->there_is_work);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(w->threads[i], NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->there_is_work);
    free(w);
}

bool workers_run(struct workers *w, struct job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&w->lock);
    bool taken = w->queued < WORKER_QUEUE;
    if (taken) {
        *w->last = job;
        w->last = &job->next;
        w->queued++;
        pthread_cond_signal(&w->there_is_work);
    }
    pthread_mutex_unlock(&w->lock);
    return taken;
}

size_t workers_queue(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->queued;
    pthread_mutex_unlock(&w->lock);
    return n;
}
