/* test_policy.c - every cell of the policy, against a list written from the requirements
 *
 * The list names what is allowed; each of the other cells must be "none".
 */
#include <stdio.h>

#include "daemon/guard/policy.h"
#include "tests/unit/test.h"

enum { CELLS = ROLES * OBJECTS * ACTIONS };

/* "role object action scope" */
static const char *const allowed[] = {
    /* The administrator runs the school. */
    "admin user read all",
    "admin user create all",
    "admin user update all",
    "admin user delete all",
    "admin me read own",
    "admin me update own",
    "admin classroom read all",
    "admin classroom create all",
    "admin classroom update all",
    "admin classroom delete all",
    "admin member read all",
    "admin member create all",
    "admin member delete all",
    "admin relation read all",
    "admin relation create all",
    "admin relation accept all",
    "admin relation end all",
    "admin lesson read all",
    "admin lesson create all",
    "admin lesson update all",
    "admin lesson delete all",
    "admin lesson start all",
    "admin lesson complete all",
    "admin lesson cancel all",
    "admin board read all",
    "admin board draw all",
    "admin board edit_others all",
    "admin chat read all",
    "admin chat say all",
    "admin probe delete all",
    /* A teacher sees who there is, and runs lessons of his own. */
    "teacher user read all",
    "teacher me read own",
    "teacher me update own",
    "teacher classroom read own",
    "teacher member read own",
    "teacher relation read own",
    "teacher relation create own",
    "teacher relation end own",
    "teacher lesson read own",
    "teacher lesson create own",
    "teacher lesson update own",
    "teacher lesson delete own",
    "teacher lesson start own",
    "teacher lesson complete own",
    "teacher lesson cancel own",
    "teacher board read own",
    "teacher board draw own",
    "teacher board edit_others own",
    "teacher chat read own",
    "teacher chat say own",
    /* A student takes part. */
    "student me read own",
    "student me update own",
    "student classroom read own",
    "student member read own",
    "student relation read own",
    "student relation accept own",
    "student relation end own",
    "student lesson read own",
    "student board read own",
    "student board draw own",
    "student chat read own",
    "student chat say own",
};

static const char *const scopes[] = {"none", "own", "all"};

static enum scope expected(const char *cell)
{
    size_t len = strlen(cell);
    for (size_t i = 0; i < M4_COUNT(allowed); i++)
        if (!strncmp(allowed[i], cell, len) && allowed[i][len] == ' ')
            return !strcmp(allowed[i] + len + 1, scopes[SCOPE_ALL]) ? SCOPE_ALL : SCOPE_OWN;
    return SCOPE_NONE;
}

static void every_cell_is_as_the_list_says(void **state)
{
    (void)state;
    size_t visited = 0, granted = 0;
    for (enum role role = 0; role < ROLES; role++)
        for (enum object object = 0; object < OBJECTS; object++)
            for (enum action action = 0; action < ACTIONS; action++) {
                char cell[64], is[80], should[80];
                enum scope scope = policy_check(role, object, action);
                snprintf(cell, sizeof(cell), "%s %s %s", role_name(role), object_name(object),
                         action_name(action));
                snprintf(is, sizeof(is), "%s %s", cell, scopes[scope]);
                snprintf(should, sizeof(should), "%s %s", cell, scopes[expected(cell)]);
                assert_string_equal(is, should);
                visited++;
                granted += scope != SCOPE_NONE;
            }
    assert_int_equal(visited, CELLS);
    assert_int_equal(granted,
                     M4_COUNT(allowed)); /* no line of the list names a cell that is none */
}

static void what_is_unknown_is_none(void **state)
{
    (void)state;
    uint64_t asked, refused, asked_before, refused_before;
    policy_counts(&asked_before, &refused_before);
    assert_int_equal(policy_check(ROLES, OBJ_ME, ACT_READ), SCOPE_NONE);
    assert_int_equal(policy_check(ROLE_ADMIN, OBJECTS, ACT_READ), SCOPE_NONE);
    assert_int_equal(policy_check(ROLE_ADMIN, OBJ_USER, ACTIONS), SCOPE_NONE);
    assert_int_equal(policy_check((enum role) - 1, (enum object) - 1, (enum action) - 1),
                     SCOPE_NONE);
    assert_int_equal(policy_check(ROLE_STUDENT, OBJ_USER, ACT_READ), SCOPE_NONE);
    assert_int_equal(policy_check(ROLE_STUDENT, OBJ_ME, ACT_READ), SCOPE_OWN);
    policy_counts(&asked, &refused);
    assert_int_equal(asked - asked_before, 6);
    assert_int_equal(refused - refused_before, 5);
}

static void names_and_values_belong_together(void **state)
{
    (void)state;
    for (enum role role = 0; role < ROLES; role++)
        assert_int_equal(role_of(role_name(role)), role);
    assert_int_equal(role_of("Admin"), -1);
    assert_int_equal(role_of(""), -1);
    assert_string_equal(role_name(ROLES), "none");
    assert_string_equal(object_name(OBJECTS), "none");
    assert_string_equal(action_name((enum action) - 1), "none");
    for (enum action a = 0; a < ACTIONS; a++)
        for (enum action b = 0; b < a; b++)
            assert_string_not_equal(action_name(a), action_name(b));
}

RUN("policy", TEST(every_cell_is_as_the_list_says), TEST(what_is_unknown_is_none),
    TEST(names_and_values_belong_together))
