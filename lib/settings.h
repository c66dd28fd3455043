/* settings.h - what the box is told: the one table behind m4sh.conf and M4SH_*
 *
 * Every program of the box loads the same settings, so m4shd, the supervisor and
 * the tools agree on the home and what is in it. Paths under the home:
 *
 *     pg/                 the private cluster
 *     run/                supervisor.sock, m4shd.sock, .s.PGSQL.5432
 *     tls/                ca.pem ca.key leaf.pem leaf.key session.key
 *     log/ journal/ backup/ m4sh.conf
 */
#ifndef M4_LIB_SETTINGS_H
#define M4_LIB_SETTINGS_H

#include <limits.h>
#include <stdio.h>

#include "lib/err.h"

struct m4_settings {
    char home[PATH_MAX];
    char bind[64];           /* listening address */
    int64_t http_port;       /* the join page */
    int64_t https_port;      /* everything else */
    char database_url[1024]; /* "" = private cluster */
    char school[128];        /* shown to people */
    char name[128];          /* the box's DNS name on the LAN */
    char log_level[8];
    char schema_dir[PATH_MAX];
    char migration_dir[PATH_MAX];
    char asset_dir[PATH_MAX];
    char cors_origins[1024]; /* "https://a.lan https://b.lan" */
    int64_t max_connections;
    int64_t max_per_address;
    int64_t max_unsigned_per_address;
    int64_t durable_rate, durable_burst; /* messages per second and connection */
    int64_t volatile_rate;
    char measure_listen[64]; /* "" = none; "127.0.0.1:PORT" for make bench */
    bool trust_confirmed;    /* the CA is installed everywhere: HSTS may be sent */
};

/* Loads into *s: defaults, <home>/m4sh.conf, environment. The home itself comes from
 * `home` when not NULL, else M4SH_HOME, else var/ beside the build, else /data.
 * Refuses a home whose socket paths would exceed 107 bytes. 0 or -EINVAL, -errno. */
M4_MUST_CHECK int m4_settings_load(struct m4_settings *s, const char *home, struct m4_err *err);

/* Every setting with its value, default, range and meaning. */
void m4_settings_explain(struct m4_settings *s, FILE *out);

/* "<home>/name" into buf[PATH_MAX]; returns buf. */
const char *m4_settings_path(const struct m4_settings *s, const char *name, char *buf);

/* Connection string for `role` ("m4shd" or "m4sh"): the setting when there is one,
 * else the private cluster's socket. buf[PATH_MAX + 64]; returns buf. */
const char *m4_settings_database(const struct m4_settings *s, const char *role, char *buf);

#endif
