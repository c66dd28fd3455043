-- 0004_board.up.sql: whiteboards as a log of operations, and the lesson's chat.
-- Partitioned by range of the board's or lesson's id: ids grow, and open_month() begins a
-- new range each month, so the unique keys hold everywhere, old ranges stop changing, and
-- retention drops whole ones. Online: new tables only. Previous release: never reads them.
CREATE TABLE board (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lesson_id  bigint      NOT NULL REFERENCES lesson (id) ON DELETE CASCADE,
    position   int         NOT NULL DEFAULT 1 CHECK (position BETWEEN 1 AND 20),
    epoch      text        NOT NULL DEFAULT substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
                           CHECK (epoch ~ '^[0-9a-f]{16}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (lesson_id, position)
);

CREATE TABLE board_op (
    board_id  bigint      NOT NULL REFERENCES board (id) ON DELETE CASCADE,
    version   bigint      NOT NULL CHECK (version > 0),
    client    text        NOT NULL,      -- 24 hex digits, one per browser profile
    seq       bigint      NOT NULL CHECK (seq > 0),
    lamport   bigint      NOT NULL CHECK (lamport > 0),
    person_id bigint      NOT NULL REFERENCES person (id),
    element   text        NOT NULL,
    fields    jsonb       NOT NULL,
    made_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (board_id, version),
    UNIQUE (board_id, client, seq)
) PARTITION BY RANGE (board_id);

CREATE TABLE chat_message (
    lesson_id bigint      NOT NULL REFERENCES lesson (id) ON DELETE CASCADE,
    id        bigint      NOT NULL CHECK (id > 0),   -- 1, 2, 3 ... within the lesson
    client    text        NOT NULL,
    seq       bigint      NOT NULL CHECK (seq > 0),
    person_id bigint      NOT NULL REFERENCES person (id),
    body      text        NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
    made_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lesson_id, id),
    UNIQUE (lesson_id, client, seq)
) PARTITION BY RANGE (lesson_id);

CREATE TABLE id_month (
    month       date   PRIMARY KEY,
    board_from  bigint NOT NULL,
    lesson_from bigint NOT NULL
);

-- Opens the range of `day`'s month: moves both id sequences to the next million and makes
-- its partitions. Does nothing when that month, or a later one, is open. Returns whether it
-- opened one. Called by the supervisor at start and every hour.
CREATE FUNCTION open_month(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    this_month  date := date_trunc('month', day);
    span        CONSTANT bigint := 1000000;
    board_from  bigint := 0;
    lesson_from bigint := 0;
BEGIN
    LOCK TABLE id_month IN EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM id_month WHERE month >= this_month) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM id_month) THEN
        board_from := (nextval(pg_get_serial_sequence('board', 'id')) / span + 1) * span;
        lesson_from := (nextval(pg_get_serial_sequence('lesson', 'id')) / span + 1) * span;
        PERFORM setval(pg_get_serial_sequence('board', 'id'), board_from);
        PERFORM setval(pg_get_serial_sequence('lesson', 'id'), lesson_from);
    END IF;
    EXECUTE format('CREATE TABLE board_op_%s PARTITION OF board_op FOR VALUES FROM (%s) TO (%s)',
                   board_from / span, board_from, board_from + span);
    EXECUTE format('CREATE TABLE chat_message_%s PARTITION OF chat_message FOR VALUES FROM (%s) TO (%s)',
                   lesson_from / span, lesson_from, lesson_from + span);
    INSERT INTO id_month VALUES (this_month, board_from, lesson_from);
    RETURN true;
END $$;
SELECT open_month(current_date);
