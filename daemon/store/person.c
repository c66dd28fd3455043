/* person.c - people and their sessions */
#include "daemon/store/entity.h"

#define PERSON_JSON                                                                                \
    "json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'role', p.role,"              \
    " 'disabled', p.disabled_at IS NOT NULL, 'created_at', p.created_at)"

/* Probes are in no list; local tools can look at one whose id they know. */
#define VISIBLE "($2::bigint = 0 OR p.probe IS NULL)"

struct crud user_crud = {
    .name = "user",
    .list = {"SELECT p.id, " PERSON_JSON " FROM person p WHERE $1::text = 'all'"
             " AND $2::bigint IS NOT NULL AND p.probe IS NULL AND p.id > $3::bigint AND ($5::text "
             "IS NULL OR p.role = $5)"
             " AND ($6::text IS NULL OR p.name ILIKE '%' || $6 || '%' OR p.login ILIKE '%' || $6 "
             "|| '%')"
             " AND ($7::bigint IS NULL OR EXISTS (SELECT FROM classroom_member m"
             " WHERE m.person_id = p.id AND m.classroom_id = $7))"
             " ORDER BY p.id LIMIT $4::int",
             7, 0},
    .filters = {"role=admin|teacher|student", "q", "#classroom"},
    .get = {"SELECT p.id, " PERSON_JSON " FROM person p WHERE $1::text = 'all' AND " VISIBLE
            " AND p.id = $3::bigint",
            3, 0},
    .create = {"INSERT INTO person AS p (login, name, role, probe, password)"
               " SELECT $3, $4, $5, $6, $7 WHERE $1::text = 'all' AND"
               " ($6::text IS NULL OR $2::bigint = 0) RETURNING p.id, " PERSON_JSON,
               7, 0},
    .create_fields = {"login", "name", "role", "probe", "password"},
    .update = {"UPDATE person p SET name = coalesce($4, name), role = coalesce($5, role),"
               " disabled_at = CASE $6::bool WHEN true THEN coalesce(disabled_at, now())"
               " WHEN false THEN NULL ELSE disabled_at END,"
               " password = coalesce($7, password), updated_at = now()"
               " WHERE $1::text = 'all' AND " VISIBLE
               " AND p.id = $3::bigint RETURNING p.id, " PERSON_JSON,
               7, 0},
    .update_fields = {"name", "role", "disabled", "password"},
    .remove = {"WITH gone AS (UPDATE person p SET disabled_at = coalesce(disabled_at, now()),"
               " updated_at = now() WHERE $1::text = 'all' AND " VISIBLE
               " AND p.id = $3::bigint RETURNING 1)"
               " SELECT count(*), count(*) FROM gone",
               3, 0},
};

struct stmt person_by_login = {
    "SELECT id, role, login, name, password, disabled_at IS NOT NULL FROM person"
    " WHERE lower(login) = lower($1)",
    1, 0};
struct stmt person_password = {"SELECT password FROM person WHERE id = $1::bigint", 1, 0};
struct stmt person_set_password = {
    "UPDATE person SET password = $2, updated_at = now() WHERE id = $1::bigint RETURNING id", 2, 0};
struct stmt person_me = {"SELECT p.id, " PERSON_JSON " FROM person p WHERE p.id = $1::bigint", 1,
                         0};
struct stmt person_update_me = {
    "UPDATE person p SET name = coalesce($2, name), updated_at = now() WHERE p.id = $1::bigint"
    " RETURNING p.id, " PERSON_JSON,
    2, 0};

struct stmt session_by_mac = {
    "SELECT p.id, p.role, p.login, p.name, (extract(epoch FROM s.made_at) * 1000000)::bigint,"
    " (extract(epoch FROM s.seen_at) * 1000000)::bigint"
    " FROM session s JOIN person p ON p.id = s.person_id"
    " WHERE s.token_mac = $1::bytea AND p.disabled_at IS NULL",
    1, 0};
struct stmt session_insert = {
    "INSERT INTO session (token_mac, person_id, address) VALUES ($1::bytea, $2::bigint, $3)", 3, 0};
struct stmt session_seen = {"UPDATE session SET seen_at = now() WHERE token_mac = $1::bytea", 1, 0};
struct stmt session_delete = {"DELETE FROM session WHERE token_mac = $1::bytea", 1, 0};
struct stmt session_expire = {"DELETE FROM session WHERE made_at < now() - interval '30 days'"
                              " OR seen_at < now() - interval '7 days'",
                              0, 0};
struct stmt session_delete_all = {
    "DELETE FROM session WHERE person_id = $1::bigint AND token_mac <> $2::bytea", 2, 0};

struct stmt audit_insert = {
    "INSERT INTO audit_log (actor, action, object, request) VALUES ($1, $2, $3, $4)", 4, 0};
struct stmt box_state = {"SELECT (SELECT coalesce(max(version), 0) FROM schema_migration),"
                         " (SELECT count(*) FROM lesson l JOIN classroom c ON c.id = l.classroom_id"
                         " WHERE l.status = 'live' AND c.probe IS NULL)",
                         0, 0};

/* Lessons first: they hold what the people wrote. */
#define PROBES(which)                                                                              \
    "WITH rooms AS (SELECT id FROM classroom WHERE probe IS NOT NULL AND " which "),"              \
    " lessons AS (DELETE FROM lesson WHERE classroom_id IN (SELECT id FROM rooms) RETURNING 1)"    \
    " SELECT count(*) FROM lessons"
struct stmt probe_remove_lessons = {PROBES("probe = $1"), 1, 0};
struct stmt probe_remove = {"WITH rooms AS (DELETE FROM classroom WHERE probe = $1 RETURNING 1),"
                            " people AS (DELETE FROM person WHERE probe = $1 RETURNING 1)"
                            " SELECT (SELECT count(*) FROM rooms) + (SELECT count(*) FROM people)",
                            1, 0};
struct stmt probe_remove_old_lessons = {PROBES("created_at < now() - interval '15 minutes'"), 0, 0};
struct stmt probe_remove_old = {
    "WITH rooms AS (DELETE FROM classroom WHERE probe IS NOT NULL"
    " AND created_at < now() - interval '15 minutes' RETURNING 1),"
    " people AS (DELETE FROM person WHERE probe IS NOT NULL"
    " AND created_at < now() - interval '15 minutes' RETURNING 1)"
    " SELECT (SELECT count(*) FROM rooms) + (SELECT count(*) FROM people)",
    0, 0};
