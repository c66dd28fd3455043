#include "lib/pg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The first row whose code is how the SQLSTATE begins. */
static const struct {
    char code[6];
    enum m4_pg_class class;
} classes[] = {
    {"00", M4_PG_FINE},    {"08", M4_PG_LOST},     {"57P0", M4_PG_LOST},      {"57014", M4_PG_BUSY},
    {"40", M4_PG_BUSY},    {"55P03", M4_PG_BUSY},  {"53", M4_PG_FULL},        {"58030", M4_PG_FULL},
    {"22", M4_PG_INVALID}, {"23", M4_PG_CONFLICT}, {"P0001", M4_PG_CONFLICT},
};

enum m4_pg_class m4_pg_class(const char *sqlstate)
{
    if (!*sqlstate)
        return M4_PG_LOST;
    for (size_t i = 0; i < M4_COUNT(classes); i++)
        if (!strncmp(sqlstate, classes[i].code, strlen(classes[i].code)))
            return classes[i].class;
    return M4_PG_FAULT;
}

static void without_line_end(char *text)
{
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
        text[--len] = '\0';
}

PGconn *m4_pg_open(const char *url, int timeout_s, struct m4_err *err)
{
    char seconds[12];
    snprintf(seconds, sizeof(seconds), "%d", timeout_s);
    const char *names[] = {"dbname", "connect_timeout", "client_encoding", NULL};
    const char *values[] = {url, seconds, "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(names, values, 1);
    if (conn && PQstatus(conn) == CONNECTION_OK)
        return conn;
    m4_fail(err, EIO, "cannot reach PostgreSQL: %s", conn ? PQerrorMessage(conn) : "no memory");
    if (err)
        without_line_end(err->text);
    PQfinish(conn);
    return NULL;
}

static void tell(PGconn *conn, const PGresult *res, const char *sql, struct m4_err *err)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    m4_fail(err, EIO, "PostgreSQL refused \"%.80s%s\": %s", sql, strlen(sql) > 80 ? "..." : "",
            text ? text : PQerrorMessage(conn));
    if (err && state)
        snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", state);
    if (err)
        without_line_end(err->text);
}

PGresult *m4_pg_run(PGconn *conn, const char *sql, int count, const char *const *values,
                    struct m4_err *err)
{
    PGresult *res = PQexecParams(conn, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(res);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return res;
    tell(conn, res, sql, err);
    PQclear(res);
    return NULL;
}

int m4_pg_exec(PGconn *conn, const char *sql, struct m4_err *err)
{
    m4_autores PGresult *res = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(res);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return 0;
    tell(conn, res, sql, err);
    return -EIO;
}
