/* test_link.c - the pipelined connection, on a libpq and a loop that this test plays
 *
 * What "the server sends" stands in a script of results; NULL ends a statement's results.
 */
#include "daemon/store/link.h"
#include "tests/unit/test.h"

/* --- the played loop ------------------------------------------------------------------------- */

struct watch {
    int unused;
};

static struct timer *link_timer;
static struct watch the_watch;
static int watches, watches_made;
static watch_cb *on_read, *on_write;
static void *watch_data;

void timer_set(struct loop *loop, struct timer *t, int64_t delay_ms)
{
    (void)loop;
    (void)delay_ms;
    t->place = 1;
    link_timer = t;
}

void timer_clear(struct loop *loop, struct timer *t)
{
    (void)loop;
    t->place = 0;
}

struct watch *watch_new(struct loop *loop, int fd, watch_cb *cb, void *data)
{
    (void)loop;
    assert_int_equal(fd, 5);
    watches++;
    watches_made++;
    on_read = cb;
    watch_data = data;
    return &the_watch;
}

void watch_free(struct watch *watch)
{
    watches -= watch != NULL;
}

void watch_write(struct watch *watch, watch_cb *cb)
{
    assert_ptr_equal(watch, &the_watch);
    on_write = cb;
}

/* --- the played libpq ------------------------------------------------------------------------ */

enum { SCRIPT = 64 };

static PGresult *script[SCRIPT];
static size_t script_at, script_end;
static int sends, syncs, connects;
static bool broken;      /* the connection */
static int flush_breaks; /* at which flush from now, 0: never */
static PostgresPollingStatusType poll_answer;
#define THE_CONN ((PGconn *)&script)

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
    (void)keywords;
    (void)values;
    (void)expand;
    connects++;
    broken = false;
    return THE_CONN;
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    (void)conn;
    return poll_answer;
}

ConnStatusType PQstatus(const PGconn *conn)
{
    (void)conn;
    return broken ? CONNECTION_BAD : CONNECTION_OK;
}

char *PQerrorMessage(const PGconn *conn)
{
    static char text[] = "it broke";
    (void)conn;
    return text;
}

int PQsocket(const PGconn *conn)
{
    (void)conn;
    return 5;
}

int PQsetnonblocking(PGconn *conn, int arg)
{
    (void)conn;
    return arg == 1 ? 0 : -1;
}

int PQenterPipelineMode(PGconn *conn)
{
    (void)conn;
    return 1;
}

void PQfinish(PGconn *conn)
{
    (void)conn;
    while (script_at < script_end)
        PQclear(script[script_at++]);
    script_at = script_end = 0;
}

int PQflush(PGconn *conn)
{
    (void)conn;
    if (!flush_breaks || --flush_breaks)
        return 0;
    broken = true;
    return -1;
}

int PQsendPrepare(PGconn *conn, const char *name, const char *sql, int params, const Oid *types)
{
    (void)conn;
    (void)name;
    (void)sql;
    (void)params;
    (void)types;
    sends++;
    return 1;
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int params, const char *const *values,
                        const int *lengths, const int *formats, int format)
{
    (void)conn;
    (void)name;
    (void)params;
    (void)values;
    (void)lengths;
    (void)formats;
    (void)format;
    sends++;
    return 1;
}

int PQpipelineSync(PGconn *conn)
{
    (void)conn;
    syncs++;
    return 1;
}

int PQconsumeInput(PGconn *conn)
{
    (void)conn;
    return 1;
}

int PQisBusy(PGconn *conn)
{
    (void)conn;
    return script_at == script_end && !broken;
}

PGresult *PQgetResult(PGconn *conn)
{
    (void)conn;
    return script_at < script_end ? script[script_at++] : NULL;
}

static void server_sends(ExecStatusType status)
{
    assert_true(script_end + 2 < SCRIPT);
    script[script_end++] = PQmakeEmptyPGresult(NULL, status);
    if (status != PGRES_PIPELINE_SYNC)
        script[script_end++] = NULL;
}

/* --- driving --------------------------------------------------------------------------------- */

static struct link *l;
static struct stmt first = {"SELECT 1", 0, 0}, second = {"SELECT 2", 0, 0};
static char heard[64]; /* a letter per answer: its name, then + stored, - error, ? lost */
static int ups, downs;

static void on_up(void *data, bool up)
{
    (void)data;
    ups += up;
    downs += !up;
}

static void hear(void *data, const PGresult *result, const char *sqlstate)
{
    size_t n = strlen(heard);
    assert_true(n + 2 < sizeof(heard));
    assert_true(sqlstate || result);
    heard[n] = *(const char *)data;
    heard[n + 1] = !sqlstate ? '+' : *sqlstate ? '-' : '?';
}

static void fire(void)
{
    link_timer->place = 0;
    link_timer->on_fire(link_timer);
}

static void come_up(void)
{
    fire(); /* it is time to connect */
    poll_answer = PGRES_POLLING_OK;
    watch_cb *cb = on_write;
    on_write = NULL;
    cb(watch_data);
    assert_true(link_is_up(l));
}

static int begin(void **state)
{
    (void)state;
    memset(heard, 0, sizeof(heard));
    ups = downs = watches_made = flush_breaks = connects = 0;
    broken = false;
    l = link_new(NULL, "", "test", on_up, NULL);
    come_up();
    return 0;
}

static int end(void **state)
{
    (void)state;
    link_free(l);
    assert_int_equal(watches, 0);
    return 0;
}

/* Both statements in one transaction; each is prepared at its first use. */
static void send_two(void)
{
    link_send(l, &first, NULL, false, hear, (void *)"a");
    link_send(l, &second, NULL, true, hear, (void *)"b");
    assert_int_equal(link_pending(l), 5); /* two prepares, two statements, a sync */
}

/* --- the sentences --------------------------------------------------------------------------- */

static void answers_come_when_the_transaction_is_through(void **state)
{
    (void)state;
    send_two();
    for (int i = 0; i < 4; i++)
        server_sends(i % 2 ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
    on_read(watch_data);
    assert_string_equal(heard, ""); /* not durable yet */
    server_sends(PGRES_PIPELINE_SYNC);
    on_read(watch_data);
    assert_string_equal(heard, "a+b+");
    assert_int_equal(link_pending(l), 0);
}

static void one_error_undoes_the_whole_transaction(void **state)
{
    (void)state;
    send_two();
    server_sends(PGRES_COMMAND_OK);
    server_sends(PGRES_TUPLES_OK);
    server_sends(PGRES_COMMAND_OK);
    server_sends(PGRES_FATAL_ERROR);
    server_sends(PGRES_PIPELINE_SYNC);
    on_read(watch_data);
    assert_string_equal(heard, "a-b-");
}

static void a_loss_between_two_answers_leaves_nothing_behind(void **state)
{
    (void)state;
    send_two();
    server_sends(PGRES_COMMAND_OK);
    server_sends(PGRES_TUPLES_OK);
    on_read(watch_data);
    broken = true;
    on_read(watch_data);
    assert_string_equal(heard, "a?b?");
    assert_int_equal(downs, 1);
    come_up();
    memset(heard, 0, sizeof(heard));
    send_two(); /* everything is prepared anew */
    for (int i = 0; i < 4; i++)
        server_sends(i % 2 ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
    server_sends(PGRES_PIPELINE_SYNC);
    on_read(watch_data);
    assert_string_equal(heard, "a+b+");
}

static void hear_and_send(void *data, const PGresult *result, const char *sqlstate)
{
    hear(data, result, sqlstate);
    link_send(l, &first, NULL, true, hear, (void *)"c");
}

static void a_callback_that_sends_into_a_dead_connection_is_safe(void **state)
{
    (void)state;
    link_send(l, &first, NULL, false, hear_and_send, (void *)"a");
    link_send(l, &second, NULL, true, hear, (void *)"b");
    for (int i = 0; i < 4; i++)
        server_sends(i % 2 ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
    server_sends(PGRES_PIPELINE_SYNC);
    flush_breaks = 2; /* the first is on_read's own */
    on_read(watch_data);
    assert_string_equal(heard, "a+c?b+");
    assert_false(link_is_up(l));
    assert_int_equal(link_pending(l), 0);
}

static void no_answer_is_a_loss(void **state)
{
    (void)state;
    send_two();
    fire();
    assert_string_equal(heard, "a?b?");
    assert_false(link_is_up(l));
}

static void each_step_of_connecting_watches_its_own_socket(void **state)
{
    (void)state;
    broken = true;
    on_read(watch_data);
    fire();
    int before = watches_made;
    poll_answer = PGRES_POLLING_READING; /* the next address: another socket, the same number */
    on_read(watch_data);
    assert_int_equal(watches_made, before + 1);
    assert_int_equal(watches, 1);
    poll_answer = PGRES_POLLING_OK;
    on_read(watch_data);
    assert_true(link_is_up(l));
    assert_int_equal(ups, 2);
}

#define WITH_LINK(f) cmocka_unit_test_setup_teardown(f, begin, end)

RUN("link", WITH_LINK(answers_come_when_the_transaction_is_through),
    WITH_LINK(one_error_undoes_the_whole_transaction),
    WITH_LINK(a_loss_between_two_answers_leaves_nothing_behind),
    WITH_LINK(a_callback_that_sends_into_a_dead_connection_is_safe), WITH_LINK(no_answer_is_a_loss),
    WITH_LINK(each_step_of_connecting_watches_its_own_socket))
