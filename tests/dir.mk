# tests - unit (cmocka), system (*.t), browser
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
test_backoff-of   := m4sh-supervisor
test_migration-of := m4sh-supervisor
test_addresses-of := m4sh-supervisor
