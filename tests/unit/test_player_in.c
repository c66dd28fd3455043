#include "tools/player_in.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/test.h"

#define CLIENT "aaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbb"
#define WELCOME                                                                                    \
    "{'t':'welcome','r':1,'status':'live','boards':[{'b':7,'e':'0123456789abcdef','v':%d,'s':%d}]" \
    "}"

static struct player p;

/* A player with two operations on their way. */
static void begin(void)
{
    fold_free(p.fold);
    p = (struct player){.who = "the pupil",
                        .client = CLIENT,
                        .next_seq = 3,
                        .lamport = 2,
                        .fold = fold_new(),
                        .pending_count = 2};
    for (int i = 0; i < 2; i++) {
        p.pending[i] = (struct player_op){.seq = i + 1, .lamport = i + 1, .element = "e"};
        snprintf(p.pending[i].fields, sizeof(p.pending[i].fields), "{\"c\":%d}", i);
    }
}

static int take(const char *text, enum player_in *ret_what, struct m4_err *err)
{
    char copy[1024];
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return player_in_take(&p, copy, strlen(copy), ret_what, err);
}

static void good(const char *text, enum player_in want)
{
    enum player_in what;
    struct m4_err err = {0};
    if (take(text, &what, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(what, want);
}

static void bad(const char *text, const char *words)
{
    enum player_in what;
    struct m4_err err = {0};
    assert_true(take(text, &what, &err) < 0);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void acks_and_ops_move_the_version_together(void **state)
{
    (void)state;
    begin();
    good("{'t':'ops','b':7,'o':[{'v':1,'c':'" OTHER "','s':1,'l':9,'u':2,'e':'x','f':{'c':3}}]}",
         PLAYER_IN_OPS);
    good("{'t':'ack','b':7,'s':2,'v0':2,'n':2}", PLAYER_IN_ACK);
    assert_int_equal(p.version, 3);
    assert_int_equal(p.pending_count, 0);
    assert_int_equal(p.lamport, 9);
    assert_int_equal(fold_elements(p.fold), 2);
}

static void own_operations_come_back_as_ops_after_a_loss(void **state)
{
    (void)state;
    begin();
    good("{'t':'ops','b':7,'o':[{'v':1,'c':'" CLIENT "','s':1,'l':1,'u':2,'e':'e','f':{'c':0}}]}",
         PLAYER_IN_OPS);
    assert_int_equal(p.pending_count, 1);
    good("{'t':'ack','b':7,'s':1,'v0':1,'n':1}", PLAYER_IN_ACK);
    assert_int_equal(p.version, 1);
    good("{'t':'ack','b':7,'s':2,'v0':2,'n':1}", PLAYER_IN_ACK);
    assert_int_equal(p.version, 2);
}

static void broken_promises_are_noticed(void **state)
{
    (void)state;
    begin();
    bad("{'t':'ops','b':7,'o':[{'v':2,'c':'" OTHER "','s':1,'l':9,'u':2,'e':'x','f':{}}]}",
        "version 2 came after 0");
    bad("{'t':'ops','b':7,'o':[]}", "without operations");
    bad("{'t':'ack','b':7,'s':2,'v0':5,'n':2}", "an ack of version 5");
    bad("{'t':'ack','b':7,'s':2,'v0':1,'n':0}", "an ack of 0");
    bad("{'t':'ack','b':7,'s':2,'v0':1,'n':1}", "was not waited for");
    bad("{'t':'nack','b':7,'s':1,'why':'gap','want':1,'detail':'x'}", "refused: gap");
    bad("{'t':'err','of':'join','code':'denied','detail':'not yours'}",
        "refused: denied not yours");
    bad("{'t':", "not JSON");
}

static void an_operation_is_never_acknowledged_twice(void **state)
{
    (void)state;
    begin();
    good("{'t':'ack','b':7,'s':1,'v0':1,'n':1}", PLAYER_IN_ACK);
    bad("{'t':'ops','b':7,'o':[{'v':2,'c':'" CLIENT "','s':1,'l':1,'u':2,'e':'e','f':{'c':0}}]}",
        "was not waited for");
}

static void chat_arrives_once_and_in_order(void **state)
{
    (void)state;
    begin();
    good("{'t':'chat','r':1,'id':5,'u':2,'n':'N','at':'x','text':'hello'}", PLAYER_IN_CHAT);
    assert_string_equal(p.heard, "hello");
    bad("{'t':'chat','r':1,'id':5,'u':2,'n':'N','at':'x','text':'hello'}", "twice");
    good("{'t':'cack','r':1,'s':1,'id':6,'at':'x'}", PLAYER_IN_OTHER);
    assert_int_equal(p.chat_acked, 1);
    bad("{'t':'chats','r':1,'more':false,'m':[{'id':6,'u':2,'n':'N','at':'x','text':'y'}]}",
        "twice");
    good("{'t':'chats','r':1,'more':false,'m':[{'id':7,'u':2,'n':'N','at':'x','text':'z'}]}",
         PLAYER_IN_CHAT);
    assert_int_equal(p.chat_cursor, 7);
}

static void welcome_keeps_its_word(void **state)
{
    (void)state;
    char text[256];
    begin();
    snprintf(text, sizeof(text), WELCOME, 4, 1);
    good(text, PLAYER_IN_WELCOME);
    assert_int_equal(p.board, 7);
    assert_int_equal(p.welcome_version, 4);
    assert_int_equal(p.welcome_seq, 1);
    p.version = 5;
    bad(text, "went back from version 5 to 4");
    p.version = 0;
    p.epoch[0] = 'f';
    bad(text, "another epoch");
    bad("{'t':'welcome','status':'live','boards':[]}", "names no board");
    fold_free(p.fold);
    p = (struct player){0};
}

RUN("player_in", TEST(acks_and_ops_move_the_version_together),
    TEST(own_operations_come_back_as_ops_after_a_loss), TEST(broken_promises_are_noticed),
    TEST(an_operation_is_never_acknowledged_twice), TEST(chat_arrives_once_and_in_order),
    TEST(welcome_keeps_its_word))
