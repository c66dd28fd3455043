#include "tools/fold.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/test.h"

/* One operation: client, lamport, element, fields with ' for ". */
struct op {
    const char *client;
    int64_t lamport;
    const char *element, *fields;
};

static struct m4_doc *parse(const char *text)
{
    char copy[512];
    struct m4_doc *doc = NULL;
    struct m4_err err = {0};
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    if (m4_json_parse(copy, strlen(copy), 0, &doc, &err) < 0)
        fail_msg("%s", err.text);
    return doc;
}

static void apply(struct fold *f, const struct op *op)
{
    struct m4_doc *doc = parse(op->fields);
    struct m4_err err = {0};
    assert_int_equal(fold_apply(f, op->element, m4_doc_root(doc), op->lamport, op->client, &err),
                     0);
    m4_doc_free(doc);
}

static const struct op ops[] = {
    {"aa", 1, "e1", "{'k':'s','p':[1,2,3,4],'c':1,'w':8}"},
    {"bb", 1, "e1", "{'c':2}"},
    {"aa", 2, "e1", "{'m':[5,5]}"},
    {"bb", 2, "e2", "{'k':'t','x':'7-Б'}"},
    {"aa", 3, "e2", "{'d':true}"},
    {"bb", 3, "e2", "{'d':false}"},
};

static void hash_of(const int *order, char out[FOLD_HASH])
{
    struct fold *f = fold_new();
    for (size_t i = 0; i < M4_COUNT(ops); i++)
        apply(f, &ops[order[i]]);
    assert_int_equal(fold_elements(f), 2);
    assert_int_equal(fold_hash(f, out, NULL), 0);
    fold_free(f);
}

static void order_and_repetition_change_nothing(void **state)
{
    (void)state;
    char first[FOLD_HASH], other[FOLD_HASH];
    int order[] = {0, 1, 2, 3, 4, 5};
    hash_of(order, first);
    for (unsigned seed = 1; seed <= 200; seed++) {
        srand(seed);
        for (int i = 5; i > 0; i--) {
            int j = rand() % (i + 1), kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        hash_of(order, other);
        assert_string_equal(first, other);
    }
    struct fold *f = fold_new();
    for (size_t i = 0; i < 2 * M4_COUNT(ops); i++)
        apply(f, &ops[i % M4_COUNT(ops)]);
    assert_int_equal(fold_hash(f, other, NULL), 0);
    assert_string_equal(first, other);
    fold_free(f);
}

static void the_greater_client_wins_a_tie_and_the_greater_lamport_any(void **state)
{
    (void)state;
    static const char won[] = "{'e1':{'k':['s',1,'aa'],'p':[[1,2,3,4],1,'aa'],'c':[2,1,'bb'],"
                              "'w':[8,1,'aa'],'m':[[5,5],2,'aa']},"
                              "'e2':{'k':['t',2,'bb'],'x':['7-Б',2,'bb'],'d':[false,3,'bb']}}";
    char folded[FOLD_HASH], snapshot[FOLD_HASH];
    hash_of((int[]){5, 4, 3, 2, 1, 0}, folded);
    struct fold *f = fold_new();
    struct m4_doc *doc = parse(won);
    assert_int_equal(fold_apply_snapshot(f, m4_doc_root(doc), NULL), 0);
    assert_int_equal(fold_hash(f, snapshot, NULL), 0);
    assert_string_equal(folded, snapshot);
    m4_doc_free(doc);
    fold_free(f);
}

static void one_different_register_changes_the_hash(void **state)
{
    (void)state;
    static const struct op changes[] = {
        {"aa", 9, "e1", "{'c':3}"}, {"aa", 9, "e1", "{'z':'a'}"}, {"aa", 9, "e3", "{'d':true}"}};
    char before[FOLD_HASH], after[FOLD_HASH];
    hash_of((int[]){0, 1, 2, 3, 4, 5}, before);
    for (size_t i = 0; i < M4_COUNT(changes); i++) {
        struct fold *f = fold_new();
        for (size_t k = 0; k < M4_COUNT(ops); k++)
            apply(f, &ops[k]);
        apply(f, &changes[i]);
        assert_int_equal(fold_hash(f, after, NULL), 0);
        assert_string_not_equal(before, after);
        fold_free(f);
    }
}

static void a_snapshot_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"[]", "{'e':{'c':1}}", "{'e':{'c':[1,2]}}",
                                      "{'e':{'c':[1,'2','aa']}}", "{'e':{'c':[1,2,3]}}"};
    for (size_t i = 0; i < M4_COUNT(bad); i++) {
        struct fold *f = fold_new();
        struct m4_doc *doc = parse(bad[i]);
        struct m4_err err = {0};
        assert_int_equal(fold_apply_snapshot(f, m4_doc_root(doc), &err), -EPROTO);
        assert_true(err.text[0]);
        m4_doc_free(doc);
        fold_free(f);
    }
}

static void refused_memory_leaks_nothing(void **state)
{
    (void)state;
    struct m4_doc *doc = parse("{'k':'s'}");
    for (long at = 0; at < 3; at++) {
        struct fold *f = fold_new();
        struct m4_err err = {0};
        test_fail_malloc_at = at;
        int rc = fold_apply(f, "e", m4_doc_root(doc), 1, "aa", &err);
        test_fail_malloc_at = -1;
        if (rc < 0)
            assert_int_equal(rc, -ENOMEM);
        fold_free(f);
    }
    m4_doc_free(doc);
}

RUN("fold", TEST(order_and_repetition_change_nothing),
    TEST(the_greater_client_wins_a_tie_and_the_greater_lamport_any),
    TEST(one_different_register_changes_the_hash), TEST(a_snapshot_that_is_none_is_refused),
    TEST(refused_memory_leaks_nothing))
