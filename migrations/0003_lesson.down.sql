-- 0003_lesson.down.sql: loses the lessons; classes and people stay.
DROP TABLE lesson;
