-- 0001_person.down.sql: loses the people, who is signed in, and the audit log.
DROP TABLE audit_log;
DROP TABLE session;
DROP TABLE person;
