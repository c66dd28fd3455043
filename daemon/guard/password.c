#include "daemon/guard/password.h"

#include <argon2.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "daemon/guard/common_passwords.h"
#include "lib/secret.h"
#include "lib/utf8.h"

enum { PASSES = 2, MEMORY_KIB = 19 * 1024, LANES = 1, SALT_BYTES = 16, DIGEST_BYTES = 32 };
enum { STAFF_CHARS = 10, STUDENT_CHARS = 6 };

const char *password_fault(const char *password, enum role role)
{
    size_t chars = m4_utf8_count(password, strlen(password));
    if (role == ROLE_STUDENT && chars < STUDENT_CHARS)
        return "a student's password has 6 characters or more";
    if (role != ROLE_STUDENT && chars < STAFF_CHARS)
        return "the password of a teacher or administrator has 10 characters or more";
    return password_is_common(password) ? "this is one of the thousand commonest passwords" : NULL;
}

bool password_hash_now(const char *password, char out[PASSWORD_HASH_BYTES])
{
    uint8_t salt[SALT_BYTES];
    m4_random(salt, sizeof(salt));
    return argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, strlen(password), salt,
                                 sizeof(salt), DIGEST_BYTES, out, PASSWORD_HASH_BYTES) == ARGON2_OK;
}

struct password_job {
    struct job job;
    void (*on_hashed)(void *data, const char *text);
    void (*on_known)(void *data, bool right);
    void *data;
    bool good;
    char text[PASSWORD_HASH_BYTES];
    char password[];
};

static void hash_run(struct job *job)
{
    struct password_job *p = (struct password_job *)job;
    p->good = password_hash_now(p->password, p->text);
}

static void verify_run(struct job *job)
{
    struct password_job *p = (struct password_job *)job;
    if (*p->text) {
        p->good = argon2id_verify(p->text, p->password, strlen(p->password)) == ARGON2_OK;
        return;
    }
    /* Nobody of that name: as slow as a wrong password, and as wrong. */
    char unused[PASSWORD_HASH_BYTES];
    password_hash_now(p->password, unused);
}

static void forget(struct password_job *p)
{
    explicit_bzero(p->password, strlen(p->password));
    free(p);
}

static void hash_done(struct job *job)
{
    struct password_job *p = (struct password_job *)job;
    p->on_hashed(p->data, p->good ? p->text : NULL);
    forget(p);
}

static void verify_done(struct job *job)
{
    struct password_job *p = (struct password_job *)job;
    p->on_known(p->data, p->good);
    forget(p);
}

static struct password_job *new_job(const char *password, void *data)
{
    size_t len = strlen(password);
    struct password_job *p = calloc(1, sizeof(*p) + len + 1);
    if (!p)
        abort();
    memcpy(p->password, password, len);
    p->data = data;
    return p;
}

static bool submit(struct workers *workers, struct password_job *p)
{
    if (workers_run(workers, &p->job))
        return true;
    forget(p);
    return false;
}

bool password_hash(struct workers *workers, const char *password,
                   void (*on_hashed)(void *data, const char *text), void *data)
{
    struct password_job *p = new_job(password, data);
    p->job.run = hash_run;
    p->job.done = hash_done;
    p->on_hashed = on_hashed;
    return submit(workers, p);
}

bool password_verify(struct workers *workers, const char *password, const char *stored,
                     void (*on_known)(void *data, bool right), void *data)
{
    struct password_job *p = new_job(password, data);
    p->job.run = verify_run;
    p->job.done = verify_done;
    p->on_known = on_known;
    snprintf(p->text, sizeof(p->text), "%s", stored ? stored : "");
    return submit(workers, p);
}
