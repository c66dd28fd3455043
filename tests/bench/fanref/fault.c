#include "tests/bench/fanref/fault.h"

#include <string.h>
#include <unistd.h>

#include "tests/bench/fanref/room.h"

struct faults faults;
static unsigned long deliveries, messages;

static bool is_turn(unsigned long every)
{
    return every && deliveries % every == 0;
}

static void put_damaged(struct peer *p, const unsigned char *frame, size_t n)
{
    unsigned char bad[PEER_HELD_BYTES];
    memcpy(bad, frame, n);
    unsigned char *m = memmem(bad, n, "~wsf", 4);
    if (m && bad + n - m > 20)
        m[18] = 'Z';
    peer_put(p, bad, n);
}

void fault_deliver(struct peer *p, const unsigned char *frame, size_t n)
{
    deliveries++;
    if (is_turn(faults.drop))
        return;
    if (is_turn(faults.corrupt) && n <= PEER_HELD_BYTES) {
        put_damaged(p, frame, n);
        return;
    }
    struct peer *stranger = is_turn(faults.misroute) ? room_stranger(p) : NULL;
    if (stranger)
        peer_put(stranger, frame, n);
    if (is_turn(faults.swap) && n <= PEER_HELD_BYTES && !p->held_len) {
        memcpy(p->held, frame, n);
        p->held_len = n;
        return;
    }
    peer_put(p, frame, n);
    if (is_turn(faults.duplicate))
        peer_put(p, frame, n);
    if (p->held_len) {
        size_t held = p->held_len;
        p->held_len = 0;
        peer_put(p, p->held, held);
    }
}

void fault_stall(void)
{
    messages++;
    if (faults.stall_every && messages % faults.stall_every == 0)
        usleep((useconds_t)faults.stall_ms * 1000);
}
