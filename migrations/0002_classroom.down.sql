-- 0002_classroom.down.sql: loses classes, memberships and relations; people stay.
DROP TABLE relation;
DROP TABLE classroom_member;
DROP TABLE classroom;
