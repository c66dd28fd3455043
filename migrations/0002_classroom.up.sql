-- 0002_classroom.up.sql: classes, who is in them, and tutor-student relations.
-- Online: new tables only. Previous release: never reads them.
CREATE TABLE classroom (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    probe      text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX classroom_name_key ON classroom (lower(name)) WHERE probe IS NULL;

CREATE TABLE classroom_member (
    classroom_id bigint      NOT NULL REFERENCES classroom (id) ON DELETE CASCADE,
    person_id    bigint      NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    joined_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (classroom_id, person_id)
);
CREATE INDEX classroom_member_person_idx ON classroom_member (person_id);

CREATE TABLE relation (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    teacher_id  bigint      NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    student_id  bigint      NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    status      text        NOT NULL DEFAULT 'invited' CHECK (status IN ('invited', 'accepted', 'ended')),
    invited_at  timestamptz NOT NULL DEFAULT now(),
    accepted_at timestamptz,
    ended_at    timestamptz,
    CHECK (teacher_id <> student_id)
);
CREATE UNIQUE INDEX relation_pair_key ON relation (teacher_id, student_id) WHERE status <> 'ended';
CREATE INDEX relation_student_idx ON relation (student_id);
