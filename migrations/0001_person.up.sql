-- 0001_person.up.sql: the people of a school, and who is signed in.
-- Online: new tables only.
CREATE TABLE person (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login       text        NOT NULL CHECK (octet_length(login) BETWEEN 1 AND 64),
    name        text        NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    role        text        NOT NULL CHECK (role IN ('admin', 'teacher', 'student')),
    password    text,                    -- argon2id, encoded; NULL: cannot sign in yet
    disabled_at timestamptz,
    probe       text,                    -- the self-test that made it; hidden everywhere
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX person_login_key ON person (lower(login));
CREATE INDEX person_role_idx ON person (role, id);
CREATE INDEX person_probe_idx ON person (created_at) WHERE probe IS NOT NULL;

CREATE TABLE session (
    token_mac  bytea       PRIMARY KEY CHECK (octet_length(token_mac) = 32),
    person_id  bigint      NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    address    text        NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_person_idx ON session (person_id);

CREATE TABLE audit_log (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text        NOT NULL,        -- "person:7" or "local:0"
    action  text        NOT NULL,        -- "lesson.start"
    object  text        NOT NULL,        -- "lesson:12"
    request text        NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_at_idx ON audit_log (at);
