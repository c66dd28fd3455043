-- 0003_lesson.up.sql: lessons, scheduled -> live -> completed, or cancelled.
-- Online: new table only. Previous release: never reads it.
CREATE TABLE lesson (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    classroom_id bigint      NOT NULL REFERENCES classroom (id) ON DELETE CASCADE,
    teacher_id   bigint      NOT NULL REFERENCES person (id),
    title        text        NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    topic        text        NOT NULL DEFAULT '' CHECK (length(topic) <= 500),
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    status       text        NOT NULL DEFAULT 'scheduled'
                             CHECK (status IN ('scheduled', 'live', 'completed', 'cancelled')),
    started_at   timestamptz,
    ended_at     timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lesson_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT lesson_at_most_12_hours CHECK (ends_at <= starts_at + interval '12 hours')
);
CREATE INDEX lesson_classroom_idx ON lesson (classroom_id, starts_at);
CREATE INDEX lesson_teacher_idx ON lesson (teacher_id, starts_at);
CREATE INDEX lesson_starts_idx ON lesson (starts_at, id);
CREATE INDEX lesson_live_idx ON lesson (classroom_id) WHERE status = 'live';
