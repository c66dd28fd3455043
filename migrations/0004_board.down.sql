-- 0004_board.down.sql: loses every board and chat message; lessons stay.
DROP FUNCTION open_month(date);
DROP TABLE id_month;
DROP TABLE chat_message;
DROP TABLE board_op;
DROP TABLE board;
