# tests - unit (cmocka), system (*.t), browser
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
test_csv-of := m4shctl
test_words-of := m4sh-console
test_health-of := m4sh-console
test_fold-of := m4shctl
test_player_in-of := m4shctl
test_password-of := m4shctl
