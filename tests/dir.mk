# tests - unit (cmocka), system (*.t), browser
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
test_csv-of := m4shctl
