/* classroom.c - classes, members, and tutor-student relations */
#include "daemon/store/entity.h"

#define CLASSROOM_JSON                                                                             \
    "json_build_object('id', c.id, 'name', c.name, 'members',"                                     \
    " (SELECT count(*) FROM classroom_member m WHERE m.classroom_id = c.id),"                      \
    " 'created_at', c.created_at)"
#define MEMBER_OF(classroom)                                                                       \
    "EXISTS (SELECT FROM classroom_member own WHERE own.classroom_id = " classroom                 \
    " AND own.person_id = $2::bigint)"
#define MAY_SEE_CLASSROOM                                                                          \
    "(($1::text = 'all' AND ($2::bigint = 0 OR c.probe IS NULL)) OR " MEMBER_OF("c.id") ")"

struct crud classroom_crud = {
    .name = "classroom",
    .list = {"SELECT c.id, " CLASSROOM_JSON " FROM classroom c WHERE " MAY_SEE_CLASSROOM
             " AND (c.probe IS NULL OR $2::bigint <> 0) AND c.id > $3::bigint ORDER BY c.id LIMIT "
             "$4::int",
             4, 0},
    .get = {"SELECT c.id, " CLASSROOM_JSON " FROM classroom c WHERE " MAY_SEE_CLASSROOM
            " AND c.id = $3::bigint",
            3, 0},
    .create = {"INSERT INTO classroom AS c (name, probe) SELECT $3, $4 WHERE $1::text = 'all'"
               " AND ($4::text IS NULL OR $2::bigint = 0) RETURNING c.id, " CLASSROOM_JSON,
               4, 0},
    .create_fields = {"name", "probe"},
    .update = {"UPDATE classroom c SET name = coalesce($4, name), updated_at = now()"
               " WHERE $1::text = 'all' AND $2::bigint IS NOT NULL AND c.id = $3::bigint"
               " RETURNING c.id, " CLASSROOM_JSON,
               4, 0},
    .update_fields = {"name"},
    .remove = {"WITH seen AS (SELECT id FROM classroom WHERE $1::text = 'all'"
               " AND $2::bigint IS NOT NULL AND id = $3::bigint),"
               " gone AS (DELETE FROM classroom WHERE id IN (SELECT id FROM seen)"
               " AND NOT EXISTS (SELECT FROM lesson WHERE classroom_id = $3::bigint) RETURNING 1)"
               " SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM gone)",
               3, 0},
};

struct stmt member_list = {
    "SELECT p.id, json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'role', p.role,"
    " 'joined_at', m.joined_at) FROM classroom c JOIN classroom_member m ON m.classroom_id = c.id"
    " JOIN person p ON p.id = m.person_id WHERE " MAY_SEE_CLASSROOM
    " AND c.id = $3::bigint AND p.id > $4::bigint ORDER BY p.id LIMIT $5::int",
    5, 0};
struct stmt member_add = {
    "WITH room AS (SELECT id FROM classroom WHERE $1::text = 'all' AND $2::bigint IS NOT NULL"
    " AND id = $3::bigint), added AS (INSERT INTO classroom_member (classroom_id, person_id)"
    " SELECT room.id, $4::bigint FROM room ON CONFLICT DO NOTHING RETURNING 1)"
    " SELECT (SELECT count(*) FROM room), (SELECT count(*) FROM added)",
    4, 0};
struct stmt member_remove = {
    "WITH gone AS (DELETE FROM classroom_member WHERE $1::text = 'all' AND $2::bigint IS NOT NULL"
    " AND classroom_id = $3::bigint AND person_id = $4::bigint RETURNING 1)"
    " SELECT count(*), count(*) FROM gone",
    4, 0};

#define RELATION_JSON                                                                              \
    "json_build_object('id', r.id, 'teacher_id', r.teacher_id, 'teacher',"                         \
    " (SELECT name FROM person WHERE id = r.teacher_id), 'student_id', r.student_id, 'student',"   \
    " (SELECT name FROM person WHERE id = r.student_id), 'status', r.status,"                      \
    " 'invited_at', r.invited_at, 'accepted_at', r.accepted_at, 'ended_at', r.ended_at)"
#define MAY_SEE_RELATION                                                                           \
    "($1::text = 'all' OR r.teacher_id = $2::bigint OR r.student_id = $2::bigint)"

struct crud relation_crud = {
    .name = "relation",
    .list = {"SELECT r.id, " RELATION_JSON " FROM relation r WHERE " MAY_SEE_RELATION
             " AND r.id > $3::bigint AND ($5::text IS NULL OR r.status = $5)"
             " ORDER BY r.id LIMIT $4::int",
             5, 0},
    .filters = {"status=invited|accepted|ended"},
    .get = {"SELECT r.id, " RELATION_JSON " FROM relation r WHERE " MAY_SEE_RELATION
            " AND r.id = $3::bigint",
            3, 0},
    /* The teacher is the one who asks, unless an administrator names another. */
    .create = {"INSERT INTO relation AS r (teacher_id, student_id)"
               " SELECT t.id, s.id FROM person t, person s WHERE s.id = $4::bigint"
               " AND s.role = 'student' AND s.disabled_at IS NULL AND t.role = 'teacher'"
               " AND t.id = coalesce($3::bigint, $2::bigint)"
               " AND ($1::text = 'all' OR t.id = $2::bigint) RETURNING r.id, " RELATION_JSON,
               4, 0},
    .create_fields = {"teacher_id", "student_id"},
};

#define RELATION_STEP(may, from, set)                                                              \
    "WITH seen AS (SELECT r.id, r.status FROM relation r WHERE " may " AND r.id = $3::bigint),"    \
    " done AS (UPDATE relation r SET " set " FROM seen WHERE r.id = seen.id AND r.status IN " from \
    " RETURNING " RELATION_JSON " AS json)"                                                        \
    " SELECT (SELECT status FROM seen), (SELECT json FROM done)"

struct stmt relation_accept = {RELATION_STEP("($1::text = 'all' OR r.student_id = $2::bigint)",
                                             "('invited')",
                                             "status = 'accepted', accepted_at = now()"),
                               3, 0};
struct stmt relation_end = {RELATION_STEP(MAY_SEE_RELATION, "('invited', 'accepted')",
                                          "status = 'ended', ended_at = now()"),
                            3, 0};
