#!/usr/bin/env python3
# HTTP from people who mean no good, or clients that are broken: each gets the right status, and
# the box goes on as before.
import json, os, sys
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
teacher, teacher_pw = box.person("hnatiuk", "teacher")
pupil, pupil_pw = box.person("olena")
lesson = box.lesson([teacher, pupil], teacher)
t = box.sign_in("hnatiuk", teacher_pw)
p = box.sign_in("olena", pupil_pw)
HOST = f"Host: 127.0.0.1:{box.https_port}"
ORIGIN = f"Origin: {box.origin}"
COOKIE = f"Cookie: m4sh_session={p}"


def send(line, *headers, body=b"", host=HOST):
    """One request as it is written here; the answer's head and body, status 0 without any."""
    head = [line + " HTTP/1.1"] + ([host] if host is not None else []) + list(headers)
    out = box.raw("\r\n".join(head + ["Connection: close", "", ""]).encode("latin1") + body, timeout=5)
    head, _, rest = out.partition(b"\r\n\r\n")
    return Answer(int(head.split()[1]) if head else 0, {}, rest)


def status(line, *headers, **more):
    return send(line, *headers, **more).status


def is_page(answer):
    return b"<!doctype html>" in answer.body


# --- paths
for path in ("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
             "/\\..\\etc\\passwd", "/%00", "/%zz", "*", "http://evil.example/", "/health", "/livez",
             "/readyz", "/metrics", "/assets.json", "/index.html"):
    equal(status("GET " + path, COOKIE), 404, f"no page behind {path}")
ok(is_page(send("GET /where", "Accept: text/html,*/*")), "a browser that was typed into gets the client")
ok(is_page(send(f"GET /lesson/{lesson}")), "the client's own addresses are its page")
equal(status(f"GET /api/v1/lessons/{lesson}%00/", COOKIE), 404, "a NUL does not cut a path")
equal(status(f"GET /api/v1/lessons/{lesson}/../../users/", COOKIE), 403, "dots lead to what they name, and its policy")
for id in ("0", "-1", "+1", "1e0", "99999999999999999999"):
    equal(status(f"GET /api/v1/lessons/{id}/", COOKIE), 404, f"lesson {id}")
equal(status("GET /api/v1//box"), 404, "an empty segment")
equal(status("GET /api/v1/box?" + "a=1&" * 5000), 200, "20 kB of a query nobody reads")
equal(status("GET /api/v1/lessons/?status=" + "x" * 20000, COOKIE), 400, "20 kB of a filter")
equal(status("GET /api/v1/lessons/?status=%00", COOKIE), 400, "a NUL in a filter")
equal(status("GET /api/v1/box?" + "a" * 500_000), 400, "500 kB of a query: no request")

# --- methods
for path in ("/", "/api/v1/box", "/api/v1/lessons/"):
    answer = send("HEAD " + path, COOKIE)
    equal((answer.status, answer.body), (200, b""), f"HEAD {path} has no body")
equal(status("HEAD /api/v1/nothing/"), 404, "HEAD of nothing")
for method in ("OPTIONS", "PUT", "TRACE", "CONNECT", "FROB", "get"):
    equal(status(method + " /api/v1/lessons/", COOKIE, ORIGIN), 405, f"{method} is not allowed")
    equal(status(method + " /"), 404, f"nor on a page")
equal(status("G\0T /"), 400, "a NUL in the method")

# --- headers
equal(status("GET /api/v1/box", *[f"X-{i}: y" for i in range(90)]), 200, "90 headers")
equal(status("GET /api/v1/box", *[f"X-{i}: y" for i in range(150)]), 400, "150 headers")
equal(status("GET /api/v1/box", "X: " + "a" * 500_000), 400, "a header of 500 kB")
equal(status("GET /api/v1/users/me/", f"Cookie: a={'b' * 30000}; m4sh_session={p}"), 200, "a cookie of 30 kB before ours")
equal(status("GET /api/v1/users/me/", f"Cookie: m4sh_session=x; m4sh_session={p}"), 200, "a stranger's cookie of our name before ours")
equal(send("GET /api/v1/users/me/", COOKIE, f"Cookie: m4sh_session={t}").json["login"], "olena", "two of ours: one person")
for value in (f'"{p}"', p + "A", p[:-1], "A" * 43, ""):
    equal(status("GET /api/v1/users/me/", f"Cookie: m4sh_session={value}"), 401, f"no session: {len(value)} characters")
for host in ("[::1]", f"[::1]:{box.https_port}", "LOCALHOST", "m4sh.local:1"):
    equal(status("GET /api/v1/box", host="Host: " + host), 200, f"Host {host}")
for host in ("", ":443", "127.1", "2130706433", "127.0.0.1@evil.example", "evil.example:127.0.0.1",
             "127.0.0.1, evil.example", "localhost.evil.example", "a" * 300):
    equal(status("GET /api/v1/box", host="Host: " + host), 421, f"Host {host[:40]}")
equal(status("GET /api/v1/box", host=None), 421, "no Host")
for origin in ("null", "", "https://127.0.0.1", f"http://127.0.0.1:{box.https_port}", box.origin + "/",
               box.origin + ".evil.example", box.origin + ", https://evil.example"):
    equal(status("POST /api/v1/auth/logout", COOKIE, "Origin: " + origin, "Content-Length: 0"), 403, f"Origin '{origin}'")

# --- bodies
body = json.dumps({"login": "olena", "password": pupil_pw}).encode()
chunks = lambda *parts: b"".join(b"%x\r\n%s\r\n" % (len(x), x) for x in parts) + b"0\r\n\r\n"
login = lambda *headers, body=body: status("POST /api/v1/auth/login", ORIGIN, *headers, body=body)
equal(login("Transfer-Encoding: chunked", body=chunks(body[:5], body[5:])), 200, "a chunked body")
for coding in ("gzip, chunked", "xchunked", "identity"):
    equal(login("Transfer-Encoding: " + coding, body=chunks(body)), 400, f"Transfer-Encoding {coding}")
for size in (b"zz", b"-5", b"f" * 17):
    equal(login("Transfer-Encoding: chunked", body=size + b"\r\n" + body), 400, f"a chunk of {size.decode()}")
equal(login("Transfer-Encoding: chunked", body=chunks(*[b" " * 65536] * 17)), 413, "17 chunks of 64 kB")
for length in ("-1", "+5", "0x30", "9" * 24):
    equal(login("Content-Length: " + length), 400, f"Content-Length {length}")
out = send("POST /api/v1/auth/login", ORIGIN, f"Content-Length: {len(body)}", "Expect: 100-continue", body=body)
ok(out.status == 100 and b" 200 OK" in out.body, "Expect: 100-continue is heard", out)
equal(login(f"Content-Length: {len(body)}", "Expect: miracles"), 417, "other expectations are not")

# --- several requests at once
one = f"GET /api/v1/box HTTP/1.1\r\n{HOST}\r\n".encode()
out = box.raw(one + b"\r\n" + (one + b"\r\n") * 48 + one + b"Connection: close\r\n\r\n", timeout=5)
equal(out.count(b"HTTP/1.1 200"), 50, "50 pipelined requests have 50 answers")
for raw in (b"GET / HTTP/2.0\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /\r\n\r\n", b"\0" * 100,
            b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\n folded: x\r\n\r\n"):
    equal(box.raw(raw, timeout=5).split()[1:2], [b"400"], f"{raw[:20]} is no request")

equal(box.https("GET", "/api/v1/users/me/", cookie=p).status, 200, "and the box is as it was")
equal([c["restarts"] for c in box.status()["children"]], [0, 0], "nothing of it fell")
done()
