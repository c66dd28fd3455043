/* test_board_order.c - 2,000 random histories of five clients, each played in two orders
 *
 * The server puts the clients' operations in an order of its own; each client's stay in
 * theirs. Whatever the order: the registers are those of a plain reference that looks at all
 * accepted operations, replays change nothing, a board loaded from the log is the board that
 * lived, and where nothing was refused the two orders end in the same registers.
 */
#include <stdio.h>

#include "daemon/room/board.h"
#include "tests/unit/test.h"

enum {
    HISTORIES = 2000,
    CLIENTS = 5,
    PEOPLE = 3,
    OPS = 8,
    ALL = CLIENTS * OPS,
    ELEMENTS = 4,
    KEYS = 8
};

static const char *const keys[KEYS] = {"k", "p", "c", "w", "z", "x", "m", "d"};

struct op {
    int client, element;
    int64_t seq, lamport;
    char value[KEYS][24]; /* JSON; "" where the operation does not set it */
};

/* What should be, kept without the board's ways: the accepted operations in their order. */
struct reference {
    const struct op *accepted[ALL];
    size_t count;
    int64_t lamport;
};

static uint64_t seed;
static size_t seen_refused, seen_denied, seen_ties, seen_equal_orders, seen_replays;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % limit;
}

static const char *client_id(int client)
{
    static char ids[CLIENTS][CLIENT_HEX + 1];
    snprintf(ids[client], sizeof(ids[client]), "%024x", (unsigned)client * 7 % CLIENTS + 10);
    return ids[client];
}

static int person_of(int client)
{
    return 1 + client % PEOPLE; /* some have two pages */
}

static bool is_teacher(int client)
{
    return person_of(client) == 1;
}

static void make_value(int key, char *out, size_t size)
{
    unsigned n = random_below(8);
    switch (key) {
    case 0:
        snprintf(out, size, "\"%c\"", "stlaro"[n % 6]);
        return;
    case 1:
    case 6:
        snprintf(out, size, "[%u,-%u]", n, n + 1);
        return;
    case 4:
    case 5:
        snprintf(out, size, "\"%u\"", n);
        return;
    case 7:
        snprintf(out, size, "%s", n & 1 ? "true" : "false");
        return;
    default:
        snprintf(out, size, "%u", n);
    }
}

/* Eight operations for each client; lamports rise, and often meet those of others. */
static void make_history(struct op ops[ALL], bool whole)
{
    for (int c = 0; c < CLIENTS; c++) {
        int64_t lamport = 0;
        for (int i = 0; i < OPS; i++) {
            struct op *op = &ops[c * OPS + i];
            *op = (struct op){.client = c, .element = (int)random_below(ELEMENTS), .seq = i + 1};
            lamport += 1 + random_below(3);
            op->lamport = lamport;
            for (int k = 0; k < KEYS; k++)
                if ((whole && k < 4) || random_below(3) == 0)
                    make_value(k, op->value[k], sizeof(op->value[k]));
            if (!op->value[2][0])
                make_value(2, op->value[2], sizeof(op->value[2])); /* one at least */
        }
    }
}

static void make_order(int order[ALL])
{
    int next[CLIENTS] = {0};
    for (int n = 0; n < ALL;) {
        int c = (int)random_below(CLIENTS);
        if (next[c] < OPS)
            order[n++] = c * OPS + next[c]++;
    }
}

/* --- the reference --------------------------------------------------------------------------- */

static int creator_of(const struct reference *r, int element)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->accepted[i]->element == element)
            return person_of(r->accepted[i]->client);
    return 0;
}

static const char *reference_refuses(const struct reference *r, const struct op *op, bool all_may)
{
    int creator = creator_of(r, op->element);
    if (creator)
        return creator != person_of(op->client) && !is_teacher(op->client) && !all_may ? "denied"
                                                                                       : "";
    for (int k = 0; k < 4; k++)
        if (!op->value[k][0])
            return "invalid";
    return "";
}

/* "[value,lamport,client]" of one register, "" where nobody set it. */
static void winner(const struct reference *r, int element, int key, char *out, size_t size)
{
    const struct op *best = NULL;
    for (size_t i = 0; i < r->count; i++) {
        const struct op *op = r->accepted[i];
        if (op->element != element || !op->value[key][0])
            continue;
        seen_ties += best && best->lamport == op->lamport;
        if (!best || op->lamport > best->lamport ||
            (op->lamport == best->lamport &&
             strcmp(client_id(op->client), client_id(best->client)) > 0))
            best = op;
    }
    *out = '\0';
    if (best)
        snprintf(out, size, "[%s,%lld,\"%s\"]", best->value[key], (long long)best->lamport,
                 client_id(best->client));
}

static void same_as_reference(const struct m4_json *snapshot, const struct reference *r)
{
    const struct m4_json *els = m4_json_get(snapshot, "els"), *by = m4_json_get(snapshot, "by");
    for (int e = 0; e < ELEMENTS; e++) {
        char id[16], wanted[80];
        snprintf(id, sizeof(id), "e%d", e);
        assert_int_equal(m4_json_number(by, id, 0), creator_of(r, e));
        for (int k = 0; k < KEYS; k++) {
            const struct m4_json *v = m4_json_get(m4_json_get(els, id), keys[k]);
            m4_autobuf struct m4_buf text = M4_BUF(256);
            struct m4_jw w = M4_JW(&text);
            if (v)
                m4_jw_value(&w, v);
            winner(r, e, k, wanted, sizeof(wanted));
            assert_string_equal(v ? text.data : "", wanted);
        }
    }
}

/* --- the board ------------------------------------------------------------------------------- */

static struct m4_doc *fields_of(const struct op *op)
{
    m4_autobuf struct m4_buf text = M4_BUF(1024);
    struct m4_doc *doc;
    for (int k = 0; k < KEYS; k++)
        if (op->value[k][0])
            m4_buf_fmt(&text, "%c\"%s\":%s", text.len ? ',' : '{', keys[k], op->value[k]);
    m4_buf_str(&text, "}");
    assert_int_equal(m4_json_parse(text.data, text.len, 0, &doc, NULL), 0);
    return doc;
}

static char *snapshot_of(const struct board *b)
{
    struct m4_buf text = M4_BUF(1 << 20);
    board_write_snapshot(b, &text);
    return m4_buf_take(&text);
}

/* Plays one order; commits are as long as chance will have it. The snapshot is the caller's. */
static char *play(const struct op ops[ALL], const int order[ALL], bool all_may, struct reference *r)
{
    struct board *b = board_new(1, "0123456789abcdef"), *loaded = board_new(1, "0123456789abcdef");
    struct entry *log[ALL];
    *r = (struct reference){0};
    for (int i = 0; i < ALL; i++) {
        const struct op *op = &ops[order[i]];
        m4_autodoc struct m4_doc *doc = fields_of(op);
        char element[16];
        const char *detail;
        snprintf(element, sizeof(element), "e%d", op->element);
        struct board_op as_board = {client_id(op->client),
                                    op->seq,
                                    op->lamport,
                                    person_of(op->client),
                                    element,
                                    m4_doc_root(doc),
                                    is_teacher(op->client) || all_may};
        assert_non_null(board_client(b, as_board.client, as_board.person_id));
        const char *why = board_refuses(b, &as_board, &detail);
        assert_string_equal(why ? why : "", reference_refuses(r, op, all_may));
        seen_refused += why != NULL;
        seen_denied += why && !strcmp(why, "denied");
        if (!why) {
            log[r->count] = board_accept(b, &as_board);
            r->accepted[r->count++] = op;
            assert_int_equal(log[r->count - 1]->number, r->count);
        }
        while ((size_t)b->stored < r->count && (i == ALL - 1 || random_below(3) == 0))
            assert_true(board_apply(b, log[b->stored]));
    }
    char *text = snapshot_of(b);
    for (size_t i = 0; i < r->count; i++) {
        size_t again = random_below((uint32_t)r->count); /* a replay, of any */
        assert_true(board_apply(b, log[again]));
        assert_true(board_apply(loaded, log[i]));
        assert_true(board_apply(loaded, log[i]));
        seen_replays++;
    }
    m4_autofree char *replayed = snapshot_of(b), *from_log = snapshot_of(loaded);
    assert_string_equal(text, replayed);
    assert_string_equal(text, from_log);
    assert_int_equal(b->lamport, loaded->lamport);
    assert_int_equal(b->coming, 0);
    assert_int_equal(b->bytes, loaded->bytes);
    m4_autodoc struct m4_doc *doc = NULL;
    assert_int_equal(m4_json_parse(text, strlen(text), 0, &doc, NULL), 0);
    same_as_reference(m4_doc_root(doc), r);
    for (size_t i = 0; i < r->count; i++)
        free(log[i]);
    board_free(b);
    board_free(loaded);
    return text;
}

static void registers_do_not_depend_on_the_order(const char *one, const char *other)
{
    m4_autodoc struct m4_doc *a = NULL, *b = NULL;
    assert_int_equal(m4_json_parse(one, strlen(one), 0, &a, NULL), 0);
    assert_int_equal(m4_json_parse(other, strlen(other), 0, &b, NULL), 0);
    assert_true(
        m4_json_equal(m4_json_get(m4_doc_root(a), "els"), m4_json_get(m4_doc_root(b), "els")));
}

static void every_order_ends_as_the_reference_says(void **state)
{
    (void)state;
    static struct op ops[ALL];
    static struct reference r;
    int first[ALL], second[ALL];
    for (int i = 0; i < HISTORIES; i++) {
        bool whole = i % 2; /* nothing can be refused: all may edit, all operations create */
        seed = (uint64_t)i;
        make_history(ops, whole);
        make_order(first);
        make_order(second);
        m4_autofree char *one = play(ops, first, whole, &r);
        size_t accepted = r.count;
        m4_autofree char *other = play(ops, second, whole, &r);
        if (!whole)
            continue;
        assert_int_equal(accepted, ALL);
        registers_do_not_depend_on_the_order(one, other);
        seen_equal_orders += !memcmp(first, second, sizeof(first));
    }
    /* What the histories are for did happen. */
    assert_true(seen_refused > HISTORIES && seen_denied > HISTORIES / 10);
    assert_true(seen_ties > HISTORIES && seen_replays > HISTORIES * 10);
    assert_int_equal(seen_equal_orders, 0);
}

RUN("board order", TEST(every_order_ends_as_the_reference_says))
