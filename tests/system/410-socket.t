#!/usr/bin/env python3
# The socket's wire: RFC 6455 as it should be, and every way to break it.
import os, sys, time, struct
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
teacher, pw = box.person("hnatiuk", "teacher")
cookie = box.sign_in("hnatiuk", pw)

def fresh():
    return Socket(box, cookie)

# --- handshake
equal(fresh().status, 101, "a page of ours is upgraded")
equal(Socket(box, None).status, 401, "not without sign-in")
equal(Socket(box, cookie, origin="https://evil.example").status, 403, "not from another origin")
equal(Socket(box, cookie, origin=False).status, 403, "not without an origin")
s = Socket(box, cookie, version="8")
equal(s.status, 426, "not in version 8")
ok("sec-websocket-version: 13" in s.head.lower(), "which names version 13")
ok(not any(l.lower().startswith("sec-websocket-extensions") for l in fresh().head.split("\r\n")), "no extensions")
equal(box.https("GET", "/ws/", cookie=cookie).status, 426, "a plain GET of /ws/")

# --- frames
def says(s):
    return s.message()["t"]

s = fresh()
s.send_frame('{"t":"ping","at":7}')
equal(s.message(), {"t": "pong", "at": 7}, "a message is answered")
s.send_frame('{"t":"pi', fin=False)
s.send_frame(b"hello", op=9)
s.send_frame('ng","at":', op=0, fin=False)
s.send_frame("8}", op=0)
equal(s.frame(), (10, b"hello"), "a ping between fragments gets its pong")
equal(s.message(), {"t": "pong", "at": 8}, "and the fragments are one message")
for name, code, send in [
    ("unmasked", 1002, lambda s: s.send_frame("{}", mask=False)),
    ("reserved bit", 1002, lambda s: s.send_frame("{}", rsv=4)),
    ("reserved opcode", 1002, lambda s: s.send_frame("{}", op=3)),
    ("continuation of nothing", 1002, lambda s: s.send_frame("{}", op=0)),
    ("text within a message", 1002, lambda s: (s.send_frame("{", fin=False), s.send_frame("}"))),
    ("ping of 126", 1002, lambda s: s.send_frame(b"x" * 126, op=9)),
    ("ping in fragments", 1002, lambda s: s.send_frame(b"x", op=9, fin=False)),
    ("length not in its shortest form", 1002,
     lambda s: s.send_frame(b"x", header=bytes([0x81, 0x80 | 126, 0, 1]))),
    ("binary", 1003, lambda s: s.send_frame(b"x", op=2)),
    ("invalid UTF-8", 1007, lambda s: s.send_frame(b'{"t":"\xc3\x28"}')),
    ("UTF-8 cut at the end", 1007, lambda s: s.send_frame(b'{"t":"\xc3')),
    ("64 KiB + 1", 1009, lambda s: s.send_frame(b" " * 65537)),
    ("fragments of more than 64 KiB", 1009,
     lambda s: (s.send_frame(b" " * 40000, fin=False), s.send_frame(b" " * 40000, op=0))),
    ("close with one byte", 1002, lambda s: s.send_frame(b"\x03", op=8)),
    ("close code 1005", 1002, lambda s: s.send_frame(struct.pack(">H", 1005), op=8)),
    ("close reason not UTF-8", 1007, lambda s: s.send_frame(struct.pack(">H", 1000) + b"\xff", op=8)),
]:
    s = fresh()
    send(s)
    equal(s.closed_with(5), code, f"{name}: {code}")
s = fresh()
s.send_frame(struct.pack(">H", 1000) + b"bye", op=8)
equal(s.closed_with(5), 1000, "a close is echoed")
s = fresh()
s.send_frame('{"t":"ping","at":1}' + " " * (65536 - 19))
equal(s.message(), {"t": "pong", "at": 1}, "64 KiB exactly is a message")

# --- messages nobody understands
s = fresh()
for text, code in [("{", "json"), ('{"t":"ping","t":"ping"}', "json"), ("[]", "unknown"), ("[" * 33 + "]" * 33, "json"),
                   ('{"t":"dance"}', "unknown"), ('{"t":"ping"}', "schema"), ('{"t":"ping","at":1,"x":2}', "schema"),
                   ('{"t":"ping","at":"a\\u0000"}', "json"), ('{"t":"chat","r":1,"s":1,"text":"hi"}', "not_joined"),
                   ('{"t":"hello","b":1,"e":"","v":0,"n":1}', "not_joined")]:
    s.send_frame(text)
    m = s.wait("err")
    equal(m["code"], code, f"{text[:40]}: {code}")
s.send(t="ping", at=5)
equal(s.wait("pong")["at"], 5, "and the socket lives on")

# --- flood
s = fresh()
for _ in range(2000):
    s.send_frame(b"x" * 100, op=9)
s.send(t="ping", at=9)
pongs = 0
while True:
    op, payload = s.frame()
    if op == 10:
        pongs += 1
    elif op == 1:
        break
ok(0 < pongs <= 2000, f"2000 pings: {pongs} pongs, at most one waiting at a time")
begin = time.monotonic()
for i in range(400):
    s.send(t="leave", r=1)
s.send(t="ping", at=10)
s.wait("pong", timeout=20)
took = time.monotonic() - begin
ok(1.5 < took < 8, f"above 60 messages a second with a burst of 240 the box reads slower, and loses none ({took:.1f} s)")

# --- a half-open peer, and one that never reads, end by themselves
rss = lambda: int(next(l for l in open(f"/proc/{box.pid_of('m4shd')}/status") if l.startswith("VmRSS")).split()[1])
before = rss()
idle = [fresh() for _ in range(100)]
ok(all(s.status == 101 for s in idle), "a hundred sockets of one person")
equal(box.local("GET", "/health").json["sockets"] >= 100, True, "are counted")
for s in idle:
    s.s.close()
ok(wait_for(lambda: box.local("GET", "/health").json["sockets"] < 20), "and forgotten when they go")
done()
