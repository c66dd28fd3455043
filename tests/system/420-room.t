#!/usr/bin/env python3
# A lesson: joining, drawing, chat, presence, catching up, and operations that cannot be.
import os, sys, time
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
teacher, tpw = box.person("hnatiuk", "teacher")
olena, opw = box.person("olena")
taras, xpw = box.person("taras")
other, zpw = box.person("other")
lesson = box.lesson([teacher, olena, taras], teacher)
elsewhere = box.lesson([teacher, other], teacher, title="Physics")
tc, oc, xc, zc = (box.sign_in(n, p) for n, p in
                  [("hnatiuk", tpw), ("olena", opw), ("taras", xpw), ("other", zpw)])
T, O = Socket(box, tc), Socket(box, oc)
ct, co = client_id(), client_id()

# --- in
w = T.join(lesson, ct)
equal((w["status"], w["role"], w["me"], w["cv"], w["cs"]), ("live", "teacher", teacher, 0, 0), "welcome")
equal(w["lim"], {"chat": 2000, "text": 2000, "points": 2000, "elements": 20000, "ops": 200}, "names the limits")
board = w["boards"][0]["b"]
epoch = w["boards"][0]["e"]
w = O.join(lesson, co)
equal(sorted(p["u"] for p in w["u"]), sorted([teacher, olena]), "who is here")
m = T.wait("who")
equal((m["u"][0]["u"], m["u"][0]["here"]), (olena, True), "the others hear who came")
Z = Socket(box, zc)
Z.send(t="join", r=lesson, c=client_id(), cv=0)
equal(Z.wait("err")["code"], "not_found", "a student of another class does not get in")
Z.send(t="join", r=10**9, c=client_id(), cv=0)
equal(Z.wait("err")["code"], "not_found", "nor into a lesson that is not there")
Z.send(t="join", r=lesson, c="nonsense", cv=0)
equal(Z.wait("err")["code"], "schema", "nor with a client id that is none")

# --- drawing
O.send(t="ops", b=board, o=[stroke(1)])
equal(O.wait("err")["code"], "hello", "not before hello")
T.hello(board)
O.hello(board, e=epoch)
O.send(t="ops", b=board, o=[stroke(1, "a1"), stroke(2, "a2")])
a = O.wait("ack")
equal((a["s"], a["v0"], a["n"]), (2, 1, 2), "both are stored: versions 1 and 2")
m = T.wait("ops")
equal([(x["v"], x["c"], x["s"], x["u"], x["e"]) for x in m["o"]],
      [(1, co, 1, olena, "a1"), (2, co, 2, olena, "a2")], "the teacher sees them in order")
equal(m["o"][0]["f"], {"k": "s", "p": [10, 10, 5, 5], "c": 1, "w": 8}, "as they were drawn")
O.send(t="ops", b=board, o=[stroke(2, "a2")])
a = O.wait("ack")
equal((a["s"], a["v0"]), (2, 2), "the same again is the same, not a new one")
O.send(t="ops", b=board, o=[stroke(5)])
n = O.wait("nack")
equal((n["s"], n["why"], n["want"]), (5, "gap", 3), "a gap: wants 3")
O.send(t="ops", b=board, o=[stroke(3, lamport=2**40)])
n = O.wait("nack")
equal((n["s"], n["why"], n["want"]), (3, "invalid", 4), "a clock from the future")
O.send(t="ops", b=board, o=[stroke(4, p=[1, 2, 3])])
equal(O.wait("nack")["why"], "invalid", "points that are no pairs")
O.send(t="ops", b=board, o=[stroke(5, p=[999999, 0, 2, 0])])
ok("1000000" in O.wait("nack")["detail"], "points that leave the board: the limit is named")
O.send(t="ops", b=board, o=[stroke(6, p=[0, 0] * 2001)])
n = O.wait("nack")
equal((n["s"], n["why"]), (6, "invalid"), "2001 points")
ok("4000" in n["detail"], "the limit is named")
O.send(t="ops", b=board, o=[stroke(7), stroke(8, c=99), stroke(9)])
equal(O.wait("ack")["s"], 7, "what stands before a bad one counts")
n = O.wait("nack")
equal((n["s"], n["want"]), (8, 9), "the bad one is named")
O.send(t="ops", b=board, o=[stroke(9)])
equal(O.wait("ack")["s"], 9, "and what comes after goes on")
O.send(t="ops", b=board, o=[{"s": 10, "l": 10, "e": "nothere", "f": {"d": True}}])
equal(O.wait("nack")["why"], "invalid", "erasing what never was")
T.send(t="ops", b=board, o=[stroke(1, "t1")])
T.wait("ack")
O.wait("ops")
O.send(t="ops", b=board, o=[{"s": 11, "l": 50, "e": "t1", "f": {"d": True}}])
n = O.wait("nack")
equal((n["why"], n["want"]), ("denied", 12), "a student does not erase the teacher's")
T.send(t="ops", b=board, o=[{"s": 2, "l": 60, "e": "a1", "f": {"d": True}}])
equal(T.wait("ack")["s"], 2, "the teacher erases a student's")
O.send(t="ops", b=board + 1000, o=[stroke(12)])
equal(O.wait("err")["code"], "not_joined", "another lesson's board is not there")
equal(O.wait("ops")["o"][0]["f"], {"d": True}, "the erasing arrives")
X = Socket(box, xc)
X.join(lesson, co)
X.hello(board)
equal(X.wait("err")["code"], "client", "nobody draws under another's client id")
X.close()

O.send(t="ops", b=board, o=[stroke(12), stroke(13, lamport=2**50), stroke(14)])
acks = [O.wait("ack"), O.wait("ack")]
equal([(a["s"], a["n"]) for a in acks], [(12, 1), (14, 1)], "an ack never runs over what was refused")
equal(O.wait("nack")["s"], 13, "which has a nack of its own")
O.send(t="ops", b=board, o=[stroke(15, lamport=2**50)])
O.wait("nack")
O.close()
O = Socket(box, oc)
equal(O.join(lesson, co)["boards"][0]["s"], 14, "a page that lost a nack with its connection")
O.hello(board, v=0, n=15)
O.send(t="ops", b=board, o=[stroke(15, lamport=2**50)])
equal(O.wait("nack")["s"], 15, "offers the operation again, and is told again")
O.send(t="ops", b=board, o=[stroke(16)])
O.later.clear()
equal(O.wait("ack")["s"], 16, "and goes on")

# --- catching up, in parts
X = Socket(box, xc)
cx = client_id()
w = X.join(lesson, cx)
v = w["boards"][0]["v"]
X.hello(board, v=0, e=epoch)
got = []
while not got or got[-1] < v:
    got += [x["v"] for x in X.wait("ops")["o"]]
equal(got, list(range(1, v + 1)), "a newcomer gets every version once")
X.hello(board, v=v + 1)
equal(X.wait("err")["code"], "epoch", "a version that never was")
X.hello(board, e="0" * 16)
equal(X.wait("err")["code"], "epoch", "an epoch that never was")
X.hello(board, v=v, e=epoch)
for i in range(0, 1400, 100):
    T.send(t="ops", b=board, o=[stroke(3 + i + k, lamport=100 + i + k) for k in range(100)])
stored = 0
while stored < 1402:
    stored = T.wait("ack", timeout=30)["s"]
X.close()
X = Socket(box, xc)
head = X.join(lesson, cx)["boards"][0]["v"]
equal(head, v + 1400, "1400 strokes later")
X.hello(board, v=v, e=epoch)
got = []
while not got or got[-1] < head:
    o = X.wait("ops")["o"]
    ok(len(o) <= 200, "") if len(o) > 200 else None
    got += [x["v"] for x in o]
equal(got, list(range(v + 1, head + 1)), "who was away gets all of it, from log and memory, in order")
s = box.https("GET", f"/api/v1/boards/{board}/snapshot/", cookie=oc)
equal((s.json["v"], s.json["e"], s.headers["etag"]), (head, epoch, f'"{epoch}.{head}"'), "the snapshot is of this version")
equal(s.json["els"]["a1"]["d"], [True, 60, ct], "an erased element says who and when")
equal(s.json["by"]["a1"], olena, "and whose it was")
equal(box.https("GET", f"/api/v1/boards/{board}/snapshot/", cookie=oc,
                headers={"If-None-Match": s.headers["etag"]}).status, 304, "unchanged: 304")
import zlib
z = box.https("GET", f"/api/v1/boards/{board}/snapshot/", cookie=oc, headers={"Accept-Encoding": "deflate"})
equal(zlib.decompress(z.body), s.body, "compressed it is the same")
equal(box.https("GET", f"/api/v1/boards/{board}/snapshot/", cookie=zc).status, 404, "not for another class")

# --- volatile
T.send(t="cur", b=board, x=5, y=6)
equal({k: v for k, v in O.wait("cur").items()}, {"t": "cur", "b": board, "x": 5, "y": 6, "u": teacher}, "a pointer is passed on")
T.send(t="live", b=board, e="zz", c=1, w=4, p=[1, 2, 3, 4])
equal(O.wait("live")["p"], [1, 2, 3, 4], "so is live ink")
time.sleep(1)
for i in range(300):
    T.send(t="cur", b=board, x=i, y=0)
time.sleep(0.5)
n = 0
while not O.quiet(0.3):
    pass
n = sum(m["t"] == "cur" for m in O.later)
ok(30 <= n <= 130, f"300 pointers at once: {n} are passed on, the rest dropped")

# --- chat
O.send(t="chat", r=lesson, s=1, text="Доброго ранку <b>&\u2028")
a = O.wait("cack")
equal((a["s"], a["id"]), (1, 1), "a message is stored")
m = T.wait("chat")
equal((m["u"], m["n"], m["text"], m["id"]), (olena, "Olena", "Доброго ранку <b>&\u2028", 1), "and heard, letter by letter")
O.send(t="chat", r=lesson, s=1, text="again")
ok(O.quiet(), "the same number again is the same message")
O.send(t="chat", r=lesson, s=2, text="")
m = O.wait("err")
ok(m["code"] == "schema" and "/text" in m["detail"], "an empty message is refused by name", m)
O.send(t="chat", r=lesson, s=2, text="x" * 10000)
m = O.wait("err")
ok(m["code"] == "schema" and "2000" in m["detail"], "10,000 characters: the limit is named", m)
O.send(t="chat", r=lesson, s=2, text="ї" * 2000)
equal(O.wait("cack")["id"], 2, "2,000 characters are fine")
L = Socket(box, xc)
w = L.join(lesson, client_id(), cv=1)
m = L.wait("chats")
equal(([x["id"] for x in m["m"]], m["more"]), ([2], False), "who comes later hears what was said after his cursor")
h = box.https("GET", f"/api/v1/lessons/{lesson}/chat/?limit=1", cookie=oc).json
equal(([x["id"] for x in h["items"]], h["next"]), ([2], 2), "history, newest first")
h = box.https("GET", f"/api/v1/lessons/{lesson}/chat/?limit=1&before=2", cookie=oc).json
equal(([x["id"] for x in h["items"]], h["next"]), ([1], None), "and what was before")

for i in range(40):
    T.send(t="chat", r=lesson, s=i + 1, text="ї" * 2000)
for i in range(40):
    T.wait("cack", timeout=30)
L2 = Socket(box, xc)
L2.join(lesson, client_id())
m = L2.wait("chats", timeout=20)
got = [x["id"] for x in m["m"]]
ok(got and got == list(range(got[0], 43)) and m["more"], f"of a long talk the newest {len(got)} come at once, the others by HTTP", got)
ok(L2.quiet(), "and the socket lives")
L2.close()

# --- two pages of one person; going
T.drain()
T.later.clear()
O2 = Socket(box, oc)
O2.join(lesson, client_id())
T.drain()
equal([m for m in T.later if m["t"] == "who"], [], "a second page of somebody who is here is no news")
O2.close()
T.drain()
equal([m for m in T.later if m["t"] == "who"], [], "nor is its going")
O.close()
m = T.wait("who")
equal((m["u"][0]["u"], m["u"][0]["here"]), (olena, False), "the last page's going is")

# --- the lesson ends; the session ends
X.later.clear()
box.https("POST", f"/api/v1/lessons/{lesson}/complete", cookie=tc)
equal(X.wait("lesson")["status"], "completed", "everybody hears that the lesson is over")
X.send(t="ops", b=board, o=[stroke(1)])
equal(X.wait("nack")["why"], "denied", "and nobody draws any more")
X.send(t="chat", r=lesson, s=1, text="late")
equal(X.wait("err")["code"], "denied", "nor talks")
box.https("POST", "/api/v1/auth/logout", cookie=xc)
X.send(t="ping", at=1)
equal(X.wait("err")["code"], "sign_in", "a session that ends in mid-socket says so")
equal(X.closed_with(), 1008, "and closes")
equal(L.closed_with(8), 1008, "a silent one too, by itself")
P = Socket(box, box.sign_in("olena", opw))
early = box.lesson([teacher, olena], teacher, start=False, title="Tomorrow")
w = P.join(early, client_id())
P.hello(w["boards"][0]["b"])
P.send(t="ops", b=w["boards"][0]["b"], o=[stroke(1)])
equal(P.wait("nack")["detail"], "the lesson has not begun", "before it begins, students look only")
done()
