/* person_import.c - a class list, all rows or none
 *
 * $1 is a JSON array of {line, login, name, role, classroom, password}: password is the
 * argon2id text. A login that exists is left as it is, but put into the class. The whole
 * is one statement, so one refused row leaves nothing behind.
 */
#include "daemon/store/entity.h"

#define ROWS                                                                                       \
    "WITH given AS (SELECT * FROM json_to_recordset($1::json) AS r (line int, login text,"         \
    " name text, role text, classroom text, password text)),"                                      \
    " known AS (SELECT g.line, p.id FROM given g JOIN person p ON lower(p.login) = "               \
    "lower(g.login))"

struct stmt person_import_check = {
    ROWS " SELECT g.line, k.id FROM given g JOIN known k USING (line)", 1, 0};

struct stmt person_import = {
    ROWS
    ", rooms AS (INSERT INTO classroom (name) SELECT DISTINCT ON (lower(classroom)) classroom"
    " FROM given g WHERE classroom IS NOT NULL AND NOT EXISTS (SELECT FROM classroom c"
    " WHERE lower(c.name) = lower(g.classroom) AND c.probe IS NULL) RETURNING id, name),"
    " all_rooms AS (SELECT id, name FROM rooms UNION ALL SELECT id, name FROM classroom"
    " WHERE probe IS NULL),"
    " made AS (INSERT INTO person (login, name, role, password) SELECT login, name, role, password"
    " FROM given g WHERE NOT EXISTS (SELECT FROM known k WHERE k.line = g.line)"
    " RETURNING id, login),"
    " who AS (SELECT g.line, coalesce(k.id, m.id) AS id, g.classroom FROM given g"
    " LEFT JOIN known k USING (line) LEFT JOIN made m ON lower(m.login) = lower(g.login)),"
    " members AS (INSERT INTO classroom_member (classroom_id, person_id)"
    " SELECT DISTINCT r.id, w.id FROM who w JOIN all_rooms r ON lower(r.name) = lower(w.classroom)"
    " ON CONFLICT DO NOTHING RETURNING 1)"
    " SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM rooms), (SELECT count(*) FROM "
    "members)",
    1, 0};
