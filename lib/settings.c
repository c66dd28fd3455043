#include "lib/settings.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "lib/config.h"
#include "lib/file.h"

enum { ROWS = 24 };

/* Where this program stands in a checkout: build/release/m4shd -> the checkout, which
 * has schemas/. False for an installed program. */
static bool find_checkout(char *root, size_t size)
{
    char exe[PATH_MAX], probe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n < 0)
        return false;
    exe[n] = '\0';
    for (int up = 0; up < 6; up++) {
        char *slash = strrchr(exe, '/');
        if (!slash)
            return false;
        *slash = '\0';
        if (m4_file_path(probe, sizeof(probe), exe, "schemas/index.json", NULL) == 0 &&
            access(probe, R_OK) == 0)
            return m4_file_path(root, size, exe, "", NULL) == 0;
    }
    return false;
}

struct presets {
    char home[PATH_MAX], schemas[PATH_MAX], migrations[PATH_MAX], assets[PATH_MAX];
};

static void find_presets(struct presets *p)
{
    char root[PATH_MAX - 32];
    bool checkout = find_checkout(root, sizeof(root));
    const char *share = checkout ? root : "/usr/share/m4sh/";
    snprintf(p->home, sizeof(p->home), "%s", "/data");
    if (checkout)
        snprintf(p->home, sizeof(p->home), "%svar", root);
    snprintf(p->schemas, sizeof(p->schemas), "%sschemas", share);
    snprintf(p->migrations, sizeof(p->migrations), "%smigrations", share);
    snprintf(p->assets, sizeof(p->assets), "%s%s", share, checkout ? "build/web" : "web");
}

#define TEXT(member) M4_SET_TEXT, s->member

static void fill_table(struct m4_settings *s, const struct presets *p,
                       struct m4_setting table[ROWS])
{
    const struct m4_setting rows[] = {
        {"bind", "M4SH_BIND", TEXT(bind), "127.0.0.1", 1, sizeof(s->bind),
         "address to listen on; 0.0.0.0 is every IPv4 address"},
        {"http_port", "M4SH_HTTP_PORT", M4_SET_NUMBER, &s->http_port, "8080", 1, 65535,
         "the join page"},
        {"https_port", "M4SH_HTTPS_PORT", M4_SET_NUMBER, &s->https_port, "8443", 1, 65535,
         "lessons"},
        {"database_url", "M4SH_DATABASE_URL", TEXT(database_url), "", 0, sizeof(s->database_url),
         "a PostgreSQL 15 or newer of your own; empty: the box's private cluster"},
        {"school", "M4SH_SCHOOL", TEXT(school), "M4SH school", 1, sizeof(s->school),
         "name of the school"},
        {"name", "M4SH_NAME", TEXT(name), "m4sh.local", 1, sizeof(s->name),
         "the box's name on the network; .local, .lan, .home.arpa or localhost"},
        {"log_level", "M4SH_LOG_LEVEL", TEXT(log_level), "info", 1, sizeof(s->log_level),
         "debug, info, warn or error"},
        {"schema_dir", "M4SH_SCHEMA_DIR", TEXT(schema_dir), p->schemas, 1, PATH_MAX,
         "JSON Schemas of every message and body"},
        {"migration_dir", "M4SH_MIGRATION_DIR", TEXT(migration_dir), p->migrations, 1, PATH_MAX,
         "database migrations"},
        {"asset_dir", "M4SH_ASSET_DIR", TEXT(asset_dir), p->assets, 1, PATH_MAX,
         "the built web client"},
        {"cors_origins", "M4SH_CORS_ORIGINS", TEXT(cors_origins), "", 0, sizeof(s->cors_origins),
         "other origins whose pages may use the API, by spaces"},
        {"max_connections", "M4SH_MAX_CONNECTIONS", M4_SET_NUMBER, &s->max_connections, "12000", 16,
         100000, "connections in all"},
        {"max_per_address", "M4SH_MAX_PER_ADDRESS", M4_SET_NUMBER, &s->max_per_address, "2500", 1,
         100000, "connections of signed-in people from one address"},
        {"max_unsigned_per_address", "M4SH_MAX_UNSIGNED_PER_ADDRESS", M4_SET_NUMBER,
         &s->max_unsigned_per_address, "200", 1, 100000,
         "connections from one address before anybody signed in there"},
        {"durable_rate", "M4SH_DURABLE_RATE", M4_SET_NUMBER, &s->durable_rate, "60", 1, 1000000,
         "stored messages per second and connection"},
        {"durable_burst", "M4SH_DURABLE_BURST", M4_SET_NUMBER, &s->durable_burst, "240", 1, 1000000,
         "stored messages at once after a pause"},
        {"volatile_rate", "M4SH_VOLATILE_RATE", M4_SET_NUMBER, &s->volatile_rate, "60", 1, 1000000,
         "cursor and live ink messages per second and connection"},
        {"measure_listen", "M4SH_MEASURE_LISTEN", TEXT(measure_listen), "", 0,
         sizeof(s->measure_listen),
         "127.0.0.1:PORT: lessons without TLS for measuring on the box itself; empty: none"},
        {"trust_confirmed", "M4SH_TRUST_CONFIRMED", M4_SET_BOOL, &s->trust_confirmed, "no", 0, 0,
         "yes once every device has the box's CA: Strict-Transport-Security is sent"},
        {0},
    };
    _Static_assert(M4_COUNT(rows) <= ROWS, "the settings outgrew their table");
    memcpy(table, rows, sizeof(rows));
}

static int choose_home(struct m4_settings *s, const char *home, const struct presets *p,
                       struct m4_err *err)
{
    const char *env = getenv("M4SH_HOME");
    if (!home || !*home)
        home = env && *env ? env : p->home;
    char absolute[PATH_MAX];
    if (home[0] != '/') {
        if (!getcwd(absolute, sizeof(absolute)))
            return m4_fail(err, errno, "cannot find the working directory: %m");
        int rc = m4_file_path(s->home, sizeof(s->home), absolute, home, err);
        if (rc < 0)
            return rc;
    } else {
        snprintf(s->home, sizeof(s->home), "%s", home);
    }
    for (size_t n = strlen(s->home); n > 1 && s->home[n - 1] == '/'; n--)
        s->home[n - 1] = '\0';
    size_t longest = strlen(s->home) + strlen("/run/.s.PGSQL.5432.lock");
    if (longest >= sizeof(((struct sockaddr_un *)0)->sun_path))
        return m4_fail(
            err, ENAMETOOLONG,
            "home \"%s\" has %zu bytes; sockets in it may have 107, so at most %zu: name "
            "a shorter one with M4SH_HOME",
            s->home, strlen(s->home),
            sizeof(((struct sockaddr_un *)0)->sun_path) - 1 - strlen("/run/.s.PGSQL.5432.lock"));
    return 0;
}

int m4_settings_load(struct m4_settings *s, const char *home, struct m4_err *err)
{
    struct presets p;
    find_presets(&p);
    struct m4_setting table[ROWS];
    fill_table(s, &p, table);
    int rc = choose_home(s, home, &p, err);
    if (rc < 0)
        return rc;
    char path[PATH_MAX];
    return m4_config_load(table, m4_settings_path(s, "m4sh.conf", path), NULL, err);
}

void m4_settings_explain(struct m4_settings *s, FILE *out)
{
    struct presets p;
    find_presets(&p);
    struct m4_setting table[ROWS];
    fill_table(s, &p, table);
    fprintf(out, "home = %s\n    all state (M4SH_HOME)\n", s->home);
    m4_config_explain(table, out);
}

const char *m4_settings_path(const struct m4_settings *s, const char *name, char *buf)
{
    snprintf(buf, PATH_MAX, "%.*s/%s", (int)(PATH_MAX - 1 - strlen(name) - 1), s->home, name);
    return buf;
}

/* libpq wants ' and \ escaped within quotes. A home has at most 84 bytes. */
static void private_database(const struct m4_settings *s, const char *role, char *buf)
{
    char host[2 * 108] = "";
    size_t n = 0;
    for (const char *c = s->home; *c && n + 2 < sizeof(host); c++) {
        if (*c == '\'' || *c == '\\')
            host[n++] = '\\';
        host[n++] = *c;
    }
    host[n] = '\0';
    snprintf(buf, PATH_MAX + 64, "host='%s/run' port=5432 dbname=m4sh user=%s", host, role);
}

const char *m4_settings_database(const struct m4_settings *s, const char *role, char *buf)
{
    if (*s->database_url)
        snprintf(buf, PATH_MAX + 64, "%s", s->database_url);
    else
        private_database(s, role, buf);
    return buf;
}
