/* lesson.c - lessons, and what a room needs when it opens */
#include "daemon/store/entity.h"

#define LESSON_JSON                                                                                \
    "json_build_object('id', l.id, 'classroom_id', l.classroom_id, 'classroom',"                   \
    " (SELECT name FROM classroom WHERE id = l.classroom_id), 'teacher_id', l.teacher_id,"         \
    " 'teacher', (SELECT name FROM person WHERE id = l.teacher_id), 'title', l.title,"             \
    " 'topic', l.topic, 'starts_at', l.starts_at, 'ends_at', l.ends_at, 'status', l.status,"       \
    " 'started_at', l.started_at, 'ended_at', l.ended_at)"
#define NO_PROBE                                                                                   \
    "($2::bigint = 0 OR NOT EXISTS (SELECT FROM classroom c WHERE c.id = l.classroom_id"           \
    " AND c.probe IS NOT NULL))"
#define MEMBER                                                                                     \
    "EXISTS (SELECT FROM classroom_member m WHERE m.classroom_id = l.classroom_id"                 \
    " AND m.person_id = $2::bigint)"
#define MAY_SEE "(($1::text = 'all' AND " NO_PROBE ") OR l.teacher_id = $2::bigint OR " MEMBER ")"
#define MAY_CHANGE "(($1::text = 'all' AND " NO_PROBE ") OR l.teacher_id = $2::bigint)"

struct crud lesson_crud = {
    .name = "lesson",
    .list = {"SELECT l.id, " LESSON_JSON " FROM lesson l WHERE " MAY_SEE
             " AND ($2::bigint <> 0 OR NOT EXISTS (SELECT FROM classroom c"
             " WHERE c.id = l.classroom_id AND c.probe IS NOT NULL)) AND l.id > $3::bigint AND "
             "($5::text IS NULL OR l.status = $5)"
             " AND ($6::bigint IS NULL OR l.classroom_id = $6)"
             " AND ($7::timestamptz IS NULL OR l.starts_at >= $7)"
             " AND ($8::timestamptz IS NULL OR l.starts_at < $8)"
             " ORDER BY l.id LIMIT $4::int",
             8, 0},
    .filters = {"status=scheduled|live|completed|cancelled", "#classroom", "@from", "@to"},
    .get = {"SELECT l.id, " LESSON_JSON " FROM lesson l WHERE " MAY_SEE " AND l.id = $3::bigint", 3,
            0},
    /* A teacher plans for classes of his own, and teaches himself. */
    .create =
        {"INSERT INTO lesson AS l (classroom_id, teacher_id, title, topic, starts_at, ends_at)"
         " SELECT c.id, t.id, $5, coalesce($6, ''), $7::timestamptz, $8::timestamptz"
         " FROM classroom c, person t WHERE c.id = $3::bigint AND t.role IN ('teacher', 'admin')"
         " AND t.disabled_at IS NULL AND t.id = coalesce($4::bigint, $2::bigint)"
         " AND ($1::text = 'all' OR (t.id = $2::bigint AND EXISTS (SELECT FROM"
         " classroom_member m WHERE m.classroom_id = c.id AND m.person_id = t.id)))"
         " RETURNING l.id, " LESSON_JSON,
         8, 0},
    .create_fields = {"classroom_id", "teacher_id", "title", "topic", "starts_at", "ends_at"},
    /* Times move only while it is scheduled: later they are facts. */
    .update =
        {"UPDATE lesson l SET title = coalesce($4, title), topic = coalesce($5, topic),"
         " starts_at = coalesce($6::timestamptz, starts_at),"
         " ends_at = coalesce($7::timestamptz, ends_at), updated_at = now()"
         " WHERE " MAY_CHANGE " AND l.id = $3::bigint"
         " AND (l.status = 'scheduled' OR ($6::timestamptz IS NULL AND $7::timestamptz IS NULL))"
         " RETURNING l.id, " LESSON_JSON,
         7, 0},
    .update_fields = {"title", "topic", "starts_at", "ends_at"},
    .remove = {"WITH seen AS (SELECT l.id FROM lesson l WHERE " MAY_CHANGE
               " AND l.id = $3::bigint),"
               " gone AS (DELETE FROM lesson l USING seen WHERE l.id = seen.id"
               " AND l.status IN ('scheduled', 'cancelled') RETURNING 1)"
               " SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM gone)",
               3, 0},
};

#define STEP(from, set)                                                                            \
    "WITH seen AS (SELECT l.id, l.status FROM lesson l WHERE " MAY_CHANGE                          \
    " AND l.id = $3::bigint), done AS (UPDATE lesson l SET updated_at = now(), " set               \
    " FROM seen WHERE l.id = seen.id AND l.status IN " from " RETURNING " LESSON_JSON              \
    " AS json) SELECT (SELECT status FROM seen), (SELECT json FROM done)"

struct stmt lesson_start = {STEP("('scheduled')", "status = 'live', started_at = now()"), 3, 0};
struct stmt lesson_complete = {STEP("('live')", "status = 'completed', ended_at = now()"), 3, 0};
struct stmt lesson_cancel = {
    STEP("('scheduled', 'live')", "status = 'cancelled', ended_at = now()"), 3, 0};

struct stmt lesson_enter = {"SELECT l.title, l.status, l.teacher_id, " MAY_SEE
                            " FROM lesson l WHERE l.id = $3::bigint",
                            3, 0};

struct stmt board_list = {
    "SELECT b.id, json_build_object('id', b.id, 'position', b.position, 'epoch', b.epoch)"
    " FROM board b JOIN lesson l ON l.id = b.lesson_id WHERE " MAY_SEE
    " AND l.id = $3::bigint ORDER BY b.position",
    3, 0};
struct stmt board_lesson = {
    "SELECT l.id FROM board b JOIN lesson l ON l.id = b.lesson_id WHERE " MAY_SEE
    " AND b.id = $3::bigint",
    3, 0};
struct stmt board_rows = {
    "WITH first AS (INSERT INTO board (lesson_id) SELECT $1::bigint WHERE NOT EXISTS"
    " (SELECT FROM board WHERE lesson_id = $1::bigint) ON CONFLICT DO NOTHING"
    " RETURNING id, epoch, position)"
    " SELECT id, epoch, position FROM first UNION ALL SELECT id, epoch, position FROM board"
    " WHERE lesson_id = $1::bigint ORDER BY position",
    1, 0};
struct stmt board_ops = {
    "SELECT version, client, seq, lamport, person_id, element, fields FROM board_op"
    " WHERE board_id = $1::bigint AND version > $2::bigint ORDER BY version LIMIT $3::int",
    3, 0};

#define CHAT_COLUMNS                                                                               \
    "c.id, c.person_id, p.name, c.body,"                                                           \
    " to_char(c.made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

struct stmt chat_head = {
    "SELECT coalesce(max(id), 0) FROM chat_message WHERE lesson_id = $1::bigint", 1, 0};
struct stmt chat_clients = {
    "SELECT client, max(seq), min(person_id) FROM chat_message WHERE lesson_id = $1::bigint"
    " GROUP BY client",
    1, 0};
struct stmt chat_after = {"SELECT " CHAT_COLUMNS " FROM chat_message c JOIN person p ON"
                          " p.id = c.person_id WHERE c.lesson_id = $1::bigint AND c.id > $2::bigint"
                          " ORDER BY c.id DESC LIMIT $3::int",
                          3, 0};
struct stmt chat_list = {
    "SELECT c.id, json_build_object('id', c.id, 'user_id', c.person_id, 'name', p.name,"
    " 'text', c.body, 'at', c.made_at) FROM lesson l JOIN chat_message c ON c.lesson_id = l.id"
    " JOIN person p ON p.id = c.person_id WHERE " MAY_SEE " AND l.id = $3::bigint"
    " AND ($4::bigint = 0 OR c.id < $4::bigint) ORDER BY c.id DESC LIMIT $5::int",
    5, 0};
