/* test_outbox.c - what one connection still has to be sent, and the frames it shares */
#include <stdio.h>

#include "daemon/net/outbox.h"
#include "tests/unit/test.h"

static struct frame *frame_of(size_t payload)
{
    static char bytes[OUTBOX_BYTES];
    return frame_new(M4_WS_TEXT, bytes, payload);
}

/* Pushes and gives its own reference back, as a broadcast does. */
static enum outbox_verdict push(struct outbox *o, struct frame *f, bool is_volatile)
{
    enum outbox_verdict v = outbox_push(o, f, is_volatile);
    frame_unref(f);
    return v;
}

static void a_frame_is_header_and_payload(void **state)
{
    (void)state;
    struct frame *f = frame_new(M4_WS_TEXT, "hello", 5);
    assert_int_equal(f->len, 7);
    assert_memory_equal(f->bytes, "\x81\x05hello", 7);
    assert_int_equal(f->refs, 1);
    assert_ptr_equal(frame_ref(f), f);
    frame_unref(f);
    assert_int_equal(f->refs, 1);
    frame_unref(f);
    frame_unref(NULL);
    f = frame_of(126);
    assert_memory_equal(f->bytes, "\x81\x7e\x00\x7e", 4);
    assert_int_equal(f->len, 130);
    frame_unref(f);
    f = frame_of(65536);
    assert_memory_equal(f->bytes, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
    frame_unref(f);
    f = frame_new(M4_WS_CLOSE, NULL, 0);
    assert_memory_equal(f->bytes, "\x88\x00", 2);
    frame_unref(f);
}

static void order_is_kept_as_the_ring_turns(void **state)
{
    (void)state;
    struct outbox o = {0};
    struct frame *all[3000];
    size_t in = 0, out = 0;
    for (size_t round = 0; in < M4_COUNT(all); round++) {
        for (size_t i = 0; i < round % 90 + 1 && in < M4_COUNT(all); i++) {
            all[in] = frame_of(in % 7);
            assert_int_equal(push(&o, all[in], false), OUTBOX_TAKEN);
            in++;
        }
        for (size_t i = 0; i < o.count; i++)
            assert_ptr_equal(outbox_at(&o, i), all[out + i]);
        size_t drop = o.count > 100 ? o.count - 5 : o.count / 2;
        outbox_drop(&o, drop);
        out += drop;
        assert_int_equal(o.count, in - out);
    }
    outbox_done(&o);
    assert_null(o.ring);
    assert_int_equal(o.bytes, 0);
}

static void it_holds_256_frames(void **state)
{
    (void)state;
    struct outbox o = {0};
    for (size_t i = 0; i < OUTBOX_FRAMES; i++) {
        /* A volatile one is dropped from half on, and changes nothing. */
        assert_int_equal(push(&o, frame_of(1), true),
                         i < OUTBOX_FRAMES / 2 ? OUTBOX_TAKEN : OUTBOX_DROPPED);
        if (i < OUTBOX_FRAMES / 2)
            outbox_drop(&o, 0);
        else
            assert_int_equal(push(&o, frame_of(1), false), OUTBOX_TAKEN);
        assert_int_equal(o.count, i + 1);
    }
    assert_int_equal(push(&o, frame_of(1), false), OUTBOX_FULL);
    assert_int_equal(o.count, OUTBOX_FRAMES);
    outbox_drop(&o, 1);
    assert_int_equal(push(&o, frame_of(1), false), OUTBOX_TAKEN);
    outbox_done(&o);
}

static void it_holds_256_kib(void **state)
{
    (void)state;
    struct outbox o = {0};
    /* Headers count: 10 bytes above 65,535, 4 above 125. */
    assert_int_equal(push(&o, frame_of(OUTBOX_BYTES / 2 - 10), true), OUTBOX_TAKEN);
    assert_int_equal(o.bytes, OUTBOX_BYTES / 2);
    assert_int_equal(push(&o, frame_of(0), true), OUTBOX_DROPPED);
    assert_int_equal(push(&o, frame_of(OUTBOX_BYTES / 2 - 9), false), OUTBOX_FULL);
    assert_int_equal(push(&o, frame_of(OUTBOX_BYTES / 2 - 10), false), OUTBOX_TAKEN);
    assert_int_equal(o.bytes, OUTBOX_BYTES);
    assert_int_equal(push(&o, frame_of(0), false), OUTBOX_FULL);
    outbox_drop(&o, 1);
    assert_int_equal(o.bytes, OUTBOX_BYTES / 2);
    outbox_drop(&o, 1);
    assert_null(o.ring); /* no memory while empty */
    assert_int_equal(push(&o, frame_of(OUTBOX_BYTES - 9), false), OUTBOX_FULL);
    assert_null(o.ring);
}

static void a_shared_frame_lives_as_long_as_the_last_outbox(void **state)
{
    (void)state;
    struct outbox a = {0}, b = {0};
    struct frame *f = frame_of(9);
    outbox_push(&a, f, false);
    outbox_push(&b, f, true);
    assert_int_equal(f->refs, 3);
    frame_unref(f);
    outbox_done(&a);
    assert_int_equal(outbox_at(&b, 0)->refs, 1);
    outbox_done(&b);
    outbox_done(&b);
}

RUN("outbox", TEST(a_frame_is_header_and_payload), TEST(order_is_kept_as_the_ring_turns),
    TEST(it_holds_256_frames), TEST(it_holds_256_kib),
    TEST(a_shared_frame_lives_as_long_as_the_last_outbox))
