#include "daemon/guard/session.h"

#include <stdio.h>
#include <string.h>

#include "daemon/guard/cookie.h"
#include "daemon/store/entity.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"

enum { BUCKETS = 8192, TOKEN_BYTES = 32, SEEN_EVERY_S = 60, EXPIRE_EVERY_MS = 3600 * 1000 };

static const int64_t second_us = 1000000;
static const int64_t idle_us[ROLES] = {
    [ROLE_ADMIN] = 7LL * 86400 * second_us,
    [ROLE_TEACHER] = 7LL * 86400 * second_us,
    [ROLE_STUDENT] = 12LL * 3600 * second_us,
};
static const int64_t longest_us = 30LL * 86400 * second_us;

struct slot {
    struct slot *next;          /* in the bucket */
    struct slot *newer, *older; /* by last use */
    struct session *session;
};

struct sessions {
    struct loop *loop;
    struct db *db;
    struct timer expire_timer;
    uint8_t key[32];
    struct slot *buckets[BUCKETS];
    struct slot *newest, *oldest;
    size_t count;
    uint64_t endings; /* counts sessions ended: a row read before one may be stale */
};

struct session *session_hold(struct session *s)
{
    s->refs++;
    return s;
}

void session_release(struct session *s)
{
    if (s && --s->refs == 0)
        free(s);
}

bool session_is_valid(struct session *s)
{
    int64_t now = m4_wall_us();
    if (s->ended)
        return false;
    if (now - s->seen_us > idle_us[s->role] || now - s->made_us > longest_us) {
        s->ended = true;
        return false;
    }
    if (now > s->seen_us)
        s->seen_us = now;
    return true;
}

static struct slot **bucket_of(struct sessions *all, const uint8_t mac[32])
{
    uint32_t h;
    memcpy(&h, mac, sizeof(h));
    return &all->buckets[h % BUCKETS];
}

static void use_list_remove(struct sessions *all, struct slot *s)
{
    *(s->newer ? &s->newer->older : &all->newest) = s->older;
    *(s->older ? &s->older->newer : &all->oldest) = s->newer;
}

static void use_list_front(struct sessions *all, struct slot *s)
{
    s->newer = NULL;
    s->older = all->newest;
    *(all->newest ? &all->newest->newer : &all->oldest) = s;
    all->newest = s;
}

static void drop_slot(struct sessions *all, struct slot *s)
{
    struct slot **at = bucket_of(all, s->session->mac);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    use_list_remove(all, s);
    session_release(s->session);
    free(s);
    all->count--;
}

static struct session *lookup(struct sessions *all, const uint8_t mac[32])
{
    for (struct slot *s = *bucket_of(all, mac); s; s = s->next) {
        if (!m4_equal(s->session->mac, mac, 32))
            continue;
        use_list_remove(all, s);
        use_list_front(all, s);
        return s->session;
    }
    return NULL;
}

/* The cache's now. Takes the session. */
static void remember(struct sessions *all, struct session *session)
{
    /* Those that sockets hold stay, so that an ending reaches them; they are far fewer. */
    for (size_t i = all->count; all->count >= SESSION_CACHE && i; i--) {
        struct slot *oldest = all->oldest;
        if (oldest->session->refs == 1) {
            drop_slot(all, oldest);
            break;
        }
        use_list_remove(all, oldest);
        use_list_front(all, oldest);
    }
    struct slot *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    s->session = session;
    struct slot **bucket = bucket_of(all, session->mac);
    s->next = *bucket;
    *bucket = s;
    use_list_front(all, s);
    all->count++;
}

static void ignore_answer(void *data, const PGresult *result, const char *sqlstate)
{
    (void)data;
    (void)result;
    (void)sqlstate;
}

static void on_expire(struct timer *t)
{
    struct sessions *all = M4_OBJECT_OF(t, struct sessions, expire_timer);
    if (db_is_up(all->db))
        db_query(all->db, &session_expire, NULL, ignore_answer, NULL);
    timer_set(all->loop, t, EXPIRE_EVERY_MS);
}

struct sessions *sessions_new(struct loop *loop, struct db *db, const uint8_t key[32])
{
    struct sessions *all = calloc(1, sizeof(*all));
    if (!all)
        abort();
    all->loop = loop;
    all->db = db;
    memcpy(all->key, key, 32);
    all->expire_timer.on_fire = on_expire;
    timer_set(loop, &all->expire_timer, 60 * 1000);
    return all;
}

void sessions_free(struct sessions *all)
{
    if (!all)
        return;
    timer_clear(all->loop, &all->expire_timer);
    while (all->oldest)
        drop_slot(all, all->oldest);
    free(all);
}

/* --- finding ---------------------------------------------------------------------------------- */

static void mac_of(const struct sessions *all, const char *token, uint8_t mac[32])
{
    m4_hmac_sha256(all->key, sizeof(all->key), token, strlen(token), mac);
}

static void bytea_text(const uint8_t mac[32], char out[67])
{
    memcpy(out, "\\x", 2);
    m4_hex(mac, 32, out + 2);
}

struct search {
    struct sessions *all;
    struct request *request;
    uint8_t mac[32];
    uint64_t endings; /* when it began */
    void (*on_known)(struct request *r, struct session *session, bool lost);
};

static void ask(struct search *search);

static struct session *from_row(const uint8_t mac[32], const PGresult *row)
{
    struct session *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    memcpy(s->mac, mac, 32);
    s->refs = 1;
    s->user_id = atoll(PQgetvalue(row, 0, 0));
    int role = role_of(PQgetvalue(row, 0, 1));
    s->role = role < 0 ? ROLE_STUDENT : (enum role)role;
    snprintf(s->login, sizeof(s->login), "%s", PQgetvalue(row, 0, 2));
    snprintf(s->name, sizeof(s->name), "%s", PQgetvalue(row, 0, 3));
    s->made_us = atoll(PQgetvalue(row, 0, 4));
    s->seen_us = s->stored_seen_us = atoll(PQgetvalue(row, 0, 5));
    snprintf(s->actor, sizeof(s->actor), "person:%lld", (long long)s->user_id);
    return s;
}

static void on_row(void *data, const PGresult *result, const char *sqlstate)
{
    struct search *search = data;
    struct session *s = NULL;
    if (!sqlstate && search->endings != search->all->endings) {
        ask(search); /* somebody was signed out meanwhile: this row may be from before */
        return;
    }
    if (!sqlstate && PQntuples(result) == 1) {
        s = lookup(search->all, search->mac); /* another request may have been quicker */
        if (!s) {
            s = from_row(search->mac, result);
            remember(search->all, s);
        }
        if (!session_is_valid(s))
            s = NULL;
    }
    search->on_known(search->request, s, sqlstate != NULL);
    request_release(search->request);
    free(search);
}

static void ask(struct search *search)
{
    char mac[67];
    bytea_text(search->mac, mac);
    search->endings = search->all->endings;
    db_query(search->all->db, &session_by_mac, (const char *[]){mac}, on_row, search);
}

void session_note_use(struct sessions *all, struct session *s)
{
    if (s->seen_us - s->stored_seen_us < SEEN_EVERY_S * second_us || !db_is_up(all->db))
        return;
    s->stored_seen_us = s->seen_us;
    char mac[67];
    bytea_text(s->mac, mac);
    db_query(all->db, &session_seen, (const char *[]){mac}, ignore_answer, NULL);
}

static struct session *local_session(const struct conn *c)
{
    static struct session locals[2]; /* root, and the box's own user */
    struct session *local = &locals[c->uid != 0];
    *local = (struct session){.role = ROLE_ADMIN, .name = "the box", .refs = 1};
    snprintf(local->actor, sizeof(local->actor), "local:%u", (unsigned)c->uid);
    local->made_us = local->seen_us = m4_wall_us();
    return local;
}

void session_find(struct sessions *all, struct request *r,
                  void (*on_known)(struct request *r, struct session *session, bool lost))
{
    if (r->conn->via == VIA_LOCAL) {
        bool ours = r->conn->uid == 0 || r->conn->uid == geteuid();
        on_known(r, ours ? local_session(r->conn) : NULL, false);
        return;
    }
    char token[COOKIE_TOKEN_CHARS + 1];
    if (!cookie_token(request_header(r, "cookie"), token)) {
        on_known(r, NULL, false);
        return;
    }
    uint8_t mac[32];
    mac_of(all, token, mac);
    struct session *s = lookup(all, mac);
    if (s) {
        bool valid = session_is_valid(s);
        if (valid)
            session_note_use(all, s);
        on_known(r, valid ? s : NULL, false);
        return;
    }
    struct search *search = malloc(sizeof(*search));
    if (!search)
        abort();
    *search = (struct search){.all = all, .request = request_hold(r), .on_known = on_known};
    memcpy(search->mac, mac, 32);
    ask(search);
}

/* --- making and ending ------------------------------------------------------------------------ */

struct making {
    struct sessions *all;
    struct session *session;
    char token[COOKIE_TOKEN_CHARS + 1];
    void (*on_made)(void *data, const char *token);
    void *data;
};

static void on_stored(void *data, const PGresult *result, const char *sqlstate)
{
    (void)result;
    struct making *m = data;
    if (sqlstate)
        session_release(m->session);
    else
        remember(m->all, m->session);
    m->on_made(m->data, sqlstate ? NULL : m->token);
    free(m);
}

void session_make(struct sessions *all, const struct new_session *who,
                  void (*on_made)(void *data, const char *token), void *data)
{
    struct making *m = calloc(1, sizeof(*m));
    struct session *s = calloc(1, sizeof(*s));
    if (!m || !s)
        abort();
    uint8_t random[TOKEN_BYTES];
    m4_random(random, sizeof(random));
    char token[64];
    m4_base64url(random, sizeof(random), token);
    memcpy(m->token, token, COOKIE_TOKEN_CHARS + 1);
    mac_of(all, m->token, s->mac);
    s->refs = 1;
    s->user_id = who->user_id;
    s->role = who->role;
    snprintf(s->login, sizeof(s->login), "%s", who->login);
    snprintf(s->name, sizeof(s->name), "%s", who->name);
    snprintf(s->actor, sizeof(s->actor), "person:%lld", (long long)who->user_id);
    s->made_us = s->seen_us = s->stored_seen_us = m4_wall_us();
    m->all = all;
    m->session = s;
    m->on_made = on_made;
    m->data = data;
    char mac[67], id[24];
    bytea_text(s->mac, mac);
    db_query(all->db, &session_insert,
             (const char *[]){mac, db_number(who->user_id, id), who->address}, on_stored, m);
}

void session_end(struct sessions *all, struct session *s)
{
    if (!s->user_id)
        return;
    all->endings++;
    s->ended = true;
    char mac[67];
    bytea_text(s->mac, mac);
    db_query(all->db, &session_delete, (const char *[]){mac}, ignore_answer, NULL);
}

void session_end_all(struct sessions *all, int64_t user_id, const struct session *keep)
{
    all->endings++;
    for (struct slot *s = all->newest; s; s = s->older)
        if (s->session->user_id == user_id && s->session != keep)
            s->session->ended = true;
    char mac[67] = "\\x", id[24];
    if (keep)
        bytea_text(keep->mac, mac);
    db_query(all->db, &session_delete_all, (const char *[]){db_number(user_id, id), mac},
             ignore_answer, NULL);
}
