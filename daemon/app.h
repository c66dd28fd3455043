/* app.h - what the whole daemon has one of; made by main.c, read everywhere
 *
 * Only names here: whoever uses a member includes its own header.
 */
#ifndef M4_DAEMON_APP_H
#define M4_DAEMON_APP_H

#include "lib/settings.h"

/* The newest migration this release reads. */
enum { SCHEMA_NEEDED = 4 };

struct app {
    struct m4_settings settings;
    struct loop *loop;
    struct server *server;
    struct workers *workers;
    struct db *db;
    struct writer *writer;
    struct sessions *sessions;
    struct directory *directory;
    uint8_t session_key[32];
    int64_t started_us;
    int64_t schema_version; /* what the database has; 0: not known */
    bool draining;
    char *ca_pem; /* the box's CA, for the join page */
    size_t ca_pem_len;
    char fingerprint[96]; /* SHA-256 of the CA, "AB:CD:..." */
    char words[64];       /* three words of it */
};

extern struct app app;

#endif
