#!/usr/bin/env python3
# What is acknowledged survives: m4shd killed, the database killed or stopped in mid-lesson.
import os, sys, threading, time, random, signal
sys.path.insert(0, os.path.dirname(__file__))
from box import *

ROUNDS = int(os.environ.get("M4SH_CRASH_ROUNDS", "10"))
SEED = int(os.environ.get("M4SH_CRASH_SEED", str(random.randrange(1 << 30))))
random.seed(SEED)
print(f"# seed {SEED}, {ROUNDS} rounds", flush=True)

box = Box()
teacher, pw = box.person("hnatiuk", "teacher")
lesson = box.lesson([teacher], teacher)
cookie = box.sign_in("hnatiuk", pw)


class Author(threading.Thread):
    """Draws and talks without pause; remembers what was acknowledged, resends what was not."""

    def __init__(self):
        super().__init__(daemon=True)
        self.client = client_id()
        self.stop = False
        self.waiting = {}  # seq -> op, not acknowledged yet
        self.said = {}
        self.acked, self.cacked = set(), set()
        self.seq = self.chat_seq = 0
        self.seen = {}     # version -> (client, seq), as others' operations came
        self.reconnects = 0
        self.error = None
        self.last = []     # what it met last, for the one who looks why it stands still

    def run(self):
        try:
            while not self.stop:
                try:
                    self.session()
                except (OSError, Closed, ValueError, IndexError) as e:
                    self.note(repr(e))
                    self.reconnects += 1
                    time.sleep(0.1)
        except Exception as e:
            self.error = repr(e)

    def note(self, what):
        self.last = self.last[-9:] + [f"{time.strftime('%H:%M:%S')} {str(what)[:150]}"]

    def session(self):
        s = Socket(box, cookie)
        if s.status != 101:
            raise OSError(s.head.splitlines()[0])
        w = s.join(lesson, self.client)
        b = w["boards"][0]
        self.note(f"welcome s={b['s']} v={b['v']} cs={w['cs']}, waiting {sorted(self.waiting)[:3]} of {len(self.waiting)}")
        self.board = b["b"]
        for seq in [q for q in self.waiting if q <= b["s"]]:
            self.acked.add(seq)
            del self.waiting[seq]
        for seq in [q for q in self.said if q <= w["cs"]]:
            self.cacked.add(seq)
            del self.said[seq]
        s.hello(b["b"], v=b["v"], n=min(self.waiting, default=self.seq + 1))
        if self.waiting:
            s.send(t="ops", b=b["b"], o=[self.waiting[q] for q in sorted(self.waiting)])
        for q in sorted(self.said):
            s.send(t="chat", r=lesson, s=q, text=self.said[q])
        while not self.stop or self.waiting or self.said:
            if not self.stop and len(self.waiting) < 20:
                self.seq += 1
                # 500 elements each, drawn anew: a board holds 20,000
                self.waiting[self.seq] = stroke(self.seq, f"{self.client[:8]}{self.seq % 500}")
                s.send(t="ops", b=b["b"], o=[self.waiting[self.seq]])
                if self.seq % 5 == 0:
                    self.chat_seq += 1
                    self.said[self.chat_seq] = f"message {self.chat_seq}"
                    s.send(t="chat", r=lesson, s=self.chat_seq, text=self.said[self.chat_seq])
            m = s.message(timeout=30)
            if m["t"] not in ("ops", "cack", "chat", "who"):
                self.note(m)
            if m["t"] == "ack":
                for q in range(m["s"] - m["n"] + 1, m["s"] + 1):
                    self.acked.add(q)
                    self.waiting.pop(q, None)
            elif m["t"] == "cack":
                self.cacked.add(m["s"])
                self.said.pop(m["s"], None)
            elif m["t"] == "ops":
                for o in m["o"]:
                    self.seen[o["v"]] = (o["c"], o["s"])
                    if o["c"] == self.client:
                        self.acked.add(o["s"])
                        self.waiting.pop(o["s"], None)
            elif m["t"] == "nack":
                raise ValueError(f"nack {m}")
        s.close()


authors = [Author() for _ in range(4)]
for a in authors:
    a.start()
wait_for(lambda: all(len(a.acked) > 20 for a in authors), 20)
blows = ["m4shd", "postgresql", "both"]
for i in range(ROUNDS):
    time.sleep(random.random() * 0.7)
    # Five ends within five minutes are a crash loop; a restart that is asked for begins anew.
    blow = os.environ.get("M4SH_CRASH_BLOW") or ("restart" if i % 4 == 3 else random.choice(blows))
    before = [len(a.acked) for a in authors]
    pids = {c["name"]: c["pid"] for c in box.status()["children"] if c.get("pid")}
    if blow == "restart":
        wait_for(lambda: box.order("restart", what="all")["ok"], 30, every=0.3)
    for name in (["m4shd", "postgresql"] if blow == "both" else [blow]):
        if name in pids:
            try:
                os.kill(pids[name], signal.SIGKILL)
            except ProcessLookupError:
                pass
    if not wait_for(lambda: all(len(a.acked) > n for a, n in zip(authors, before)), 60):
        ok(False, f"round {i}: lessons go on after {blow}", [a.error for a in authors])
        for a, n in zip(authors, before):
            print(f"# {a.client}: {len(a.acked)} acknowledged, {n} before, waiting {sorted(a.waiting)[:5]}, said {sorted(a.said)[:5]}")
            for line in a.last:
                print("#    ", line)
        print("#", box.local("GET", "/health").body.decode())
        box.show_log()
        done()
for a in authors:
    a.stop = True
for a in authors:
    a.join(60)
equal([a.error for a in authors], [None] * 4, "no author met an error")
equal([a.is_alive() for a in authors], [False] * 4, "everything was acknowledged in the end")

# --- the log
ok(wait_for(box.is_ready, 60), "the box is ready in the end")
s = Socket(box, cookie)
w = s.join(lesson, client_id())
board, head = w["boards"][0]["b"], w["boards"][0]["v"]
s.hello(board)
log = []
while len(log) < head:
    log += [(o["v"], o["c"], o["s"]) for o in s.wait("ops", timeout=30)["o"]]
equal([v for v, _, _ in log], list(range(1, head + 1)), f"{head} versions without a gap")
stored = [(c, q) for _, c, q in log]
equal(len(stored), len(set(stored)), "no operation stands twice")
acked = {(a.client, q) for a in authors for q in a.acked}
ok(acked <= set(stored), f"all {len(acked)} acknowledged operations are there", list(acked - set(stored))[:5])
by_version = {v: (c, q) for v, c, q in log}
wrong = [(v, x) for a in authors for v, x in a.seen.items() if by_version.get(v) != x]
equal(wrong, [], "nobody saw an operation that is not in the log")
ids, before = [], 0
while True:
    page = box.https("GET", f"/api/v1/lessons/{lesson}/chat/?limit=200&before={before}", cookie=cookie).json
    ids += [(m["id"], m["text"]) for m in page["items"]]
    if not page["next"]:
        break
    before = page["next"]
equal(sorted(i for i, _ in ids), list(range(1, len(ids) + 1)), f"{len(ids)} chat messages, numbered without a gap")
equal(len(ids), sum(len(a.cacked) for a in authors), "each acknowledged one once")
reconnects = sum(a.reconnects for a in authors)
ok(reconnects > 0, f"{ROUNDS} rounds, {reconnects} reconnects")

# --- the database stands still: nothing hangs, nothing acknowledged is lost
postmaster = box.pid_of("postgresql")
m = Socket(box, cookie)
me = client_id()
m.join(lesson, me)
m.hello(board, v=head)
os.killpg(os.getpgid(postmaster), signal.SIGSTOP)
import subprocess
children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()
for pid in children:
    os.kill(int(pid), signal.SIGSTOP)
m.send(t="ops", b=board, o=[stroke(1)])
m.send(t="ping", at=3)
equal(m.wait("pong")["at"], 3, "with a silent database the socket still answers")
equal([x["t"] for x in m.later if x["t"] in ("ack", "nack")], [], "but nothing is acknowledged")
begin = time.monotonic()
a = box.https("GET", "/api/v1/lessons/", cookie=cookie, timeout=30)
ok(a.status == 503 and "retry-after" in a.headers, f"the API says 503 with Retry-After ({time.monotonic() - begin:.1f} s)", a)
begin = time.monotonic()
a = box.https("GET", "/api/v1/lessons/", cookie=cookie, timeout=30)
ok(a.status == 503 and time.monotonic() - begin < 2, "the next one says so at once", time.monotonic() - begin)
equal(box.local("GET", "/livez").status, 200, "m4shd is alive")
equal(box.local("GET", "/readyz").status, 503, "and not ready")
for pid in children:
    try:
        os.kill(int(pid), signal.SIGCONT)
    except ProcessLookupError:
        pass
os.killpg(os.getpgid(postmaster), signal.SIGCONT)
try:
    ack = m.wait("ack", timeout=60)
    equal(ack["s"], 1, "when it is back, the operation is stored and acknowledged")
except Closed:
    ok(False, "the socket stayed open")
ok(wait_for(lambda: box.local("GET", "/readyz").status == 200, 20), "and the box is ready again")
restarts = {c["name"]: c["restarts"] for c in box.status()["children"]}
print("#", restarts)

# --- a stop in order
s2 = Socket(box, cookie)
s2.join(lesson, client_id())
begin = time.monotonic()
box.process.terminate()
equal(s2.closed_with(10), 1012, "a stop tells the pages 1012")
ok(box.process.wait(20) == 0 and time.monotonic() - begin < 10, f"and takes {time.monotonic() - begin:.1f} s")
box.start()
a = box.https("GET", f"/api/v1/boards/{board}/snapshot/", cookie=cookie)
equal(a.json["v"], head + 1, "started again, the board is as it was, and the session still good")
done()
