/* test_board.c - a board's registers, versions and limits */
#include <stdio.h>

#include "daemon/room/board.h"
#include "tests/unit/test.h"

static const char client_a[] = "aaaaaaaaaaaaaaaaaaaaaaaa", client_b[] = "bbbbbbbbbbbbbbbbbbbbbbbb";
static const char created[] = "{\"k\":\"s\",\"p\":[0,0,4,4],\"c\":1,\"w\":8}";
enum { ANNA = 7, BORYS = 8 };

/* An operation in the making: fields as JSON. */
struct stroke {
    const char *client;
    int64_t person, seq, lamport;
    const char *element, *fields;
    bool teacher;
};

static const char *refused(const struct board *b, const struct stroke *s)
{
    m4_autodoc struct m4_doc *doc = NULL;
    const char *detail = NULL;
    assert_int_equal(m4_json_parse(s->fields, strlen(s->fields), 0, &doc, NULL), 0);
    struct board_op op = {s->client,  s->seq,           s->lamport, s->person,
                          s->element, m4_doc_root(doc), s->teacher};
    const char *why = board_refuses(b, &op, &detail);
    assert_true(!why == !detail);
    return why ? why : "";
}

static struct entry *accept_only(struct board *b, const struct stroke *s)
{
    m4_autodoc struct m4_doc *doc = NULL;
    assert_string_equal(refused(b, s), "");
    assert_int_equal(m4_json_parse(s->fields, strlen(s->fields), 0, &doc, NULL), 0);
    assert_non_null(board_client(b, s->client, s->person));
    struct board_op op = {s->client,  s->seq,           s->lamport, s->person,
                          s->element, m4_doc_root(doc), s->teacher};
    return board_accept(b, &op);
}

static void draw(struct board *b, const struct stroke *s)
{
    m4_autofree struct entry *e = accept_only(b, s);
    assert_true(board_apply(b, e));
}

/* The snapshot's "k": [value, lamport, client] as text; "" when there is none. */
static const char *value_of(const struct board *b, const char *element, const char *key, char *out)
{
    m4_autobuf struct m4_buf text = M4_BUF(1 << 20), value = M4_BUF(1 << 16);
    m4_autodoc struct m4_doc *doc = NULL;
    board_write_snapshot(b, &text);
    assert_false(text.failed);
    assert_int_equal(m4_json_parse(text.data, text.len, 0, &doc, NULL), 0);
    const struct m4_json *els = m4_json_get(m4_doc_root(doc), "els");
    const struct m4_json *v = m4_json_get(m4_json_get(els, element), key);
    struct m4_jw w = M4_JW(&value);
    *out = '\0';
    if (v) {
        m4_jw_value(&w, v);
        snprintf(out, 200, "%s", value.data);
    }
    return out;
}

static void accepted_is_not_yet_shown(void **state)
{
    (void)state;
    char text[200];
    struct board *b = board_new(5, "0123456789abcdef");
    m4_autofree struct entry *e =
        accept_only(b, &(struct stroke){client_a, ANNA, 1, 3, "e1", created});
    assert_int_equal(b->head, 1);
    assert_int_equal(b->stored, 0);
    assert_int_equal(b->lamport, 3);
    assert_int_equal(e->number, 1);
    assert_int_equal(e->place, 5);
    assert_string_equal(value_of(b, "e1", "c", text), "");
    assert_true(board_apply(b, e));
    assert_int_equal(b->stored, 1);
    assert_string_equal(value_of(b, "e1", "c", text), "[1,3,\"aaaaaaaaaaaaaaaaaaaaaaaa\"]");
    assert_int_equal(board_client(b, client_a, ANNA)->last_stored, 1);
    board_free(b);
}

static void the_snapshot_says_all(void **state)
{
    (void)state;
    struct board *b = board_new(5, "0123456789abcdef");
    draw(b, &(struct stroke){client_a, ANNA, 1, 3, "e1", created});
    m4_autobuf struct m4_buf text = M4_BUF(4096);
    board_write_snapshot(b, &text);
    assert_string_equal(text.data, "{\"b\":5,\"e\":\"0123456789abcdef\",\"v\":1,\"els\":{\"e1\":{"
                                   "\"k\":[\"s\",3,\"aaaaaaaaaaaaaaaaaaaaaaaa\"],"
                                   "\"p\":[[0,0,4,4],3,\"aaaaaaaaaaaaaaaaaaaaaaaa\"],"
                                   "\"c\":[1,3,\"aaaaaaaaaaaaaaaaaaaaaaaa\"],"
                                   "\"w\":[8,3,\"aaaaaaaaaaaaaaaaaaaaaaaa\"]}},\"by\":{\"e1\":7}}");
    assert_string_equal(board_tail(b, 1),
                        "{\"v\":1,\"c\":\"aaaaaaaaaaaaaaaaaaaaaaaa\",\"s\":1,\"l\":3,\"u\":7,"
                        "\"e\":\"e1\",\"f\":{\"k\":\"s\",\"p\":[0,0,4,4],\"c\":1,\"w\":8}}");
    board_free(b);
}

static void the_greater_lamport_wins_then_the_greater_client(void **state)
{
    (void)state;
    char text[200];
    struct board *b = board_new(1, "0123456789abcdef");
    draw(b, &(struct stroke){client_b, BORYS, 1, 5, "e1", created});
    draw(b, &(struct stroke){client_a, ANNA, 1, 4, "e1", "{\"c\":2}", true}); /* older */
    assert_string_equal(value_of(b, "e1", "c", text), "[1,5,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    draw(b, &(struct stroke){client_a, ANNA, 2, 5, "e1", "{\"c\":3}", true}); /* a tie, a < b */
    assert_string_equal(value_of(b, "e1", "c", text), "[1,5,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    draw(b, &(struct stroke){client_a, ANNA, 3, 6, "e1", "{\"c\":4}", true});
    assert_string_equal(value_of(b, "e1", "c", text), "[4,6,\"aaaaaaaaaaaaaaaaaaaaaaaa\"]");
    draw(b, &(struct stroke){client_b, BORYS, 2, 6, "e1", "{\"c\":5}"}); /* a tie, b > a */
    assert_string_equal(value_of(b, "e1", "c", text), "[5,6,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    draw(b, &(struct stroke){client_b, BORYS, 3, 6, "e1", "{\"c\":6}"}); /* itself: the first */
    assert_string_equal(value_of(b, "e1", "c", text), "[5,6,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    assert_string_equal(value_of(b, "e1", "w", text), "[8,5,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    draw(b, &(struct stroke){client_b, BORYS, 4, 9, "e1", "{\"d\":true,\"m\":[-4,8]}"});
    assert_string_equal(value_of(b, "e1", "d", text), "[true,9,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    assert_string_equal(value_of(b, "e1", "m", text), "[[-4,8],9,\"bbbbbbbbbbbbbbbbbbbbbbbb\"]");
    board_free(b);
}

static void only_the_creator_or_a_teacher_changes_an_element(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    m4_autofree struct entry *e =
        accept_only(b, &(struct stroke){client_a, ANNA, 1, 1, "e1", created});
    assert_int_equal(e->number, 1);
    /* Whose it is counts from the moment it was accepted. */
    assert_string_equal(refused(b, &(struct stroke){client_b, BORYS, 1, 2, "e1", created}),
                        "denied");
    assert_string_equal(refused(b, &(struct stroke){client_b, BORYS, 1, 2, "e1", created, true}),
                        "");
    assert_string_equal(refused(b, &(struct stroke){client_b, ANNA, 1, 2, "e1", "{\"d\":true}"}),
                        "");
    board_free(b);
}

static void a_new_element_has_what_makes_it_one(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    static const char *const halves[] = {
        "{\"p\":[0,0],\"c\":1,\"w\":1}", "{\"k\":\"s\",\"c\":1,\"w\":1}",
        "{\"k\":\"s\",\"p\":[0,0],\"w\":1}", "{\"k\":\"s\",\"p\":[0,0],\"c\":1}", "{\"d\":true}"};
    for (size_t i = 0; i < M4_COUNT(halves); i++)
        assert_string_equal(refused(b, &(struct stroke){client_a, ANNA, 1, 1, "e1", halves[i]}),
                            "invalid");
    board_free(b);
}

static void geometry_stays_on_the_board(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *why;
    } cases[] = {
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[1000000,-1000000]}", ""},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[999999,0,1,0]}", ""},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[999999,0,2,0]}", "invalid"},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[0,-1000000,0,-1,0,1]}", "invalid"},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[1000000,0,-1000000,5,-1000000,0]}", ""},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[1e6,0,1e6,0]}", "invalid"},
        {"{\"k\":\"s\",\"c\":1,\"w\":1,\"p\":[1,2,3]}", "invalid"},
    };
    struct board *b = board_new(1, "0123456789abcdef");
    for (size_t i = 0; i < M4_COUNT(cases); i++)
        assert_string_equal(
            refused(b, &(struct stroke){client_a, ANNA, 1, 1, "e1", cases[i].fields}),
            cases[i].why);
    board_free(b);
}

static void a_clock_may_leap_so_far(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    draw(b, &(struct stroke){client_a, ANNA, 1, 100, "e1", created});
    assert_string_equal(
        refused(b, &(struct stroke){client_a, ANNA, 2, 100 + LAMPORT_LEAP, "e1", created}), "");
    assert_string_equal(
        refused(b, &(struct stroke){client_a, ANNA, 2, 101 + LAMPORT_LEAP, "e1", created}),
        "invalid");
    board_free(b);
}

static void a_board_holds_20000_elements(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    char id[24];
    for (int64_t i = 1; i <= BOARD_ELEMENTS; i++) {
        snprintf(id, sizeof(id), "e%lld", (long long)i);
        draw(b, &(struct stroke){client_a, ANNA, i, i, id, created});
    }
    assert_int_equal(board_elements(b), 20000);
    assert_string_equal(refused(b, &(struct stroke){client_a, ANNA, 20001, 20001, "one", created}),
                        "full");
    draw(b, &(struct stroke){client_a, ANNA, 20001, 20001, "e1", "{\"d\":true}"});
    assert_int_equal(b->stored, 20001);
    board_free(b);
}

static void a_board_holds_so_many_bytes(void **state)
{
    (void)state;
    enum { WORDS = 60000 };
    struct board *b = board_new(1, "0123456789abcdef");
    static char fields[WORDS + 100];
    char id[24], words[WORDS + 1];
    memset(words, 'm', WORDS);
    words[WORDS] = '\0';
    snprintf(fields, sizeof(fields), "{\"k\":\"t\",\"p\":[0,0],\"c\":1,\"w\":8,\"x\":\"%s\"}",
             words);
    int64_t n = 0;
    struct entry *waiting = NULL;
    while (!*refused(b, &(struct stroke){client_a, ANNA, n + 1, n + 1, "probe", fields})) {
        snprintf(id, sizeof(id), "e%lld", (long long)++n);
        struct entry *e = accept_only(b, &(struct stroke){client_a, ANNA, n, n, id, fields});
        if (waiting) { /* what is accepted and not applied counts too */
            assert_true(board_apply(b, waiting));
            free(waiting);
        }
        waiting = e;
    }
    assert_true(n * (WORDS + 60) >= BOARD_BYTES && (n - 2) * WORDS < BOARD_BYTES);
    assert_string_equal(refused(b, &(struct stroke){client_a, ANNA, n + 1, n + 1, "probe", fields}),
                        "full");
    assert_true(board_apply(b, waiting));
    free(waiting);
    assert_int_equal(b->coming, 0);
    draw(b, &(struct stroke){client_a, ANNA, n + 1, n + 1, "e1", "{\"d\":true,\"m\":[4,4]}"});
    board_free(b);
}

static void the_tail_keeps_the_last_1024(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    char id[24], begin[40];
    for (int64_t i = 1; i <= BOARD_TAIL * 2 + 10; i++) {
        assert_null(board_tail(b, i));
        snprintf(id, sizeof(id), "e%lld", (long long)i);
        draw(b, &(struct stroke){client_a, ANNA, i, i, id, created});
        snprintf(begin, sizeof(begin), "{\"v\":%lld,", (long long)i);
        assert_memory_equal(board_tail(b, i), begin, strlen(begin));
        assert_true(i <= BOARD_TAIL ? board_tail(b, 1) != NULL : !board_tail(b, i - BOARD_TAIL));
        if (i > BOARD_TAIL) {
            snprintf(begin, sizeof(begin), "{\"v\":%lld,", (long long)i - BOARD_TAIL + 1);
            assert_memory_equal(board_tail(b, i - BOARD_TAIL + 1), begin, strlen(begin));
        }
    }
    assert_int_equal(board_version_of(b, client_a, BOARD_TAIL * 2 + 10), BOARD_TAIL * 2 + 10);
    int64_t oldest = BOARD_TAIL * 2 + 10 - BOARD_LOOK_BACK + 1;
    assert_int_equal(board_version_of(b, client_a, oldest), oldest);
    assert_int_equal(board_version_of(b, client_a, oldest - 1), 0); /* not looked for any more */
    assert_int_equal(board_version_of(b, client_b, oldest), 0);
    assert_int_equal(board_version_of(b, client_a, BOARD_TAIL * 2 + 11), 0);
    assert_null(board_tail(b, 0));
    assert_null(board_tail(b, -1));
    board_free(b);
}

static void words_do_not_pass_for_a_client(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    draw(b, &(struct stroke){client_a, ANNA, 1, 1, "e1",
                             "{\"k\":\"t\",\"p\":[0,0],\"c\":1,\"w\":8,\"x\":"
                             "\"\\\"c\\\":\\\"bbbbbbbbbbbbbbbbbbbbbbbb\\\",\\\"s\\\":9,\"}"});
    assert_int_equal(board_version_of(b, client_b, 9), 0);
    assert_int_equal(board_version_of(b, client_a, 1), 1);
    board_free(b);
}

static void a_client_belongs_to_one_person(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    struct board_client *c = board_client(b, client_a, ANNA);
    assert_ptr_equal(board_client(b, client_a, ANNA), c);
    assert_null(board_client(b, client_a, BORYS));
    for (int i = 1; i < BOARD_CLIENTS_A_PERSON; i++) {
        char id[CLIENT_HEX + 1];
        snprintf(id, sizeof(id), "%024x", (unsigned)i);
        assert_non_null(board_client(b, id, ANNA));
    }
    assert_null(board_client(b, client_b, ANNA)); /* she has used up hers, nobody else's */
    assert_non_null(board_client(b, client_b, BORYS));
    assert_ptr_equal(board_client(b, client_a, ANNA), c);
    board_free(b);
}

static void a_damaged_log_is_noticed(void **state)
{
    (void)state;
    struct board *b = board_new(1, "0123456789abcdef");
    static const char *const texts[] = {"", "[1]", "{\"k\":", "7"};
    for (size_t i = 0; i < M4_COUNT(texts); i++) {
        size_t len = strlen(texts[i]);
        m4_autofree struct entry *e = calloc(1, sizeof(*e) + len + 1);
        e->number = 1;
        strcpy(e->client, client_a);
        strcpy(e->element, "e1");
        memcpy(e->text, texts[i], len);
        e->text_len = (uint32_t)len;
        assert_false(board_apply(b, e));
        assert_int_equal(b->stored, 0);
    }
    board_free(b);
}

RUN("board", TEST(accepted_is_not_yet_shown), TEST(the_snapshot_says_all),
    TEST(the_greater_lamport_wins_then_the_greater_client),
    TEST(only_the_creator_or_a_teacher_changes_an_element),
    TEST(a_new_element_has_what_makes_it_one), TEST(geometry_stays_on_the_board),
    TEST(a_clock_may_leap_so_far), TEST(a_board_holds_20000_elements),
    TEST(a_board_holds_so_many_bytes), TEST(the_tail_keeps_the_last_1024),
    TEST(words_do_not_pass_for_a_client), TEST(a_client_belongs_to_one_person),
    TEST(a_damaged_log_is_noticed))
