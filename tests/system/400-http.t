#!/usr/bin/env python3
# HTTP as it should be, and everything it should not be: each is refused by name.
import json, os, socket, sys, time
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
box_says = box.https("GET", "/api/v1/box").json
teacher, teacher_pw = box.person("hnatiuk", "teacher")
pupil, pupil_pw = box.person("olena")
admin, admin_pw = box.person("melnyk", "admin")
t = box.sign_in("hnatiuk", teacher_pw)
p = box.sign_in("olena", pupil_pw)
a = box.sign_in("melnyk", admin_pw)

# --- TLS and headers
s = box.connect()
equal(s.selected_alpn_protocol(), "http/1.1", "HTTP/2 is never negotiated")
s.close()
r = box.https("GET", "/")
equal(r.status, 200, "the client's page is served")
want = {
    "content-security-policy": "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "report-uri /api/csp-report/",
    "referrer-policy": "strict-origin-when-cross-origin", "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "1; mode=block", "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()"}
for name, value in want.items():
    equal(r.headers.get(name), value, f"header {name}")
ok("strict-transport-security" not in r.headers, "no HSTS while trust is not confirmed")
ok("access-control-allow-origin" not in box.https("GET", "/", headers={"Origin": "https://evil.lan"}).headers,
   "no CORS for an origin nobody listed")
equal(box.https("GET", "/api/v1/box", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"], "abc-1",
      "the client's request id comes back")
bad_id = box.https("GET", "/api/v1/box", headers={"X-Request-Id": "a\tb"}).headers["x-request-id"]
ok(len(bad_id) == 16, "a request id that could break a log is replaced")

# --- whose request
equal(box.https("GET", "/api/v1/users/me/").status, 401, "nobody signed in: 401")
equal(box.https("GET", "/api/v1/users/me/", cookie="x" * 43).json["code"], "sign_in", "a made-up cookie: 401")
equal(box.https("GET", "/", headers={"Host": "evil.example"}).status, 421, "Host of another site: 421")
equal(box.https("POST", "/api/v1/auth/logout", cookie=p, headers={"Origin": "https://evil.example"}).json["code"],
      "origin", "unsafe method from another origin is refused")
equal(box.https("GET", "/api/v1/users/", cookie=p).json["code"], "denied", "a student does not list people")
equal(box.https("GET", "/api/v1/nothing/", cookie=a).status, 404, "unknown address: 404")
r = box.https("DELETE", "/api/v1/lessons/", cookie=a)
equal((r.status, r.headers.get("allow")), (405, "GET, POST"), "unknown method: 405 with Allow")
equal(box.https("POST", "/auth/login", {"login": "olena", "password": pupil_pw}).status, 200,
      "/auth/login is the same handler")
equal(box.https("GET", "/api/users/me/", cookie=p).json["login"], "olena", "/api/ without a version too")

# --- bodies
def login(body, **kw):
    return box.https("POST", "/api/v1/auth/login", body, **kw)

def problem(answer):
    j = answer.json
    return answer.status, j["code"], j.get("pointer"), j.get("keyword")

equal(problem(login("{"))[:2], (400, "json"), "not JSON")
equal(problem(login("[" * 33 + "]" * 33))[:2], (400, "json"), "depth 33")
ok("32" in login("[" * 33 + "]" * 33).json["detail"], "... names the limit")
equal(problem(login(b'{"login":"\xff","password":"x"}'))[:2], (400, "json"), "invalid UTF-8")
equal(problem(login('{"login":"a\\u0000b","password":"x"}'))[:2], (400, "json"), "U+0000 in a string")
equal(problem(login({"login": 7, "password": "x"})), (400, "schema", "/login", "type"), "wrong type names the field")
equal(problem(login({"login": "a", "password": "x", "more": 1})),
      (400, "schema", "/more", "additionalProperties"), "unknown field is named")
equal(problem(login({"login": "a"}))[3], "required", "missing field")
equal(problem(login({"login": "a" * 65, "password": "x"})), (400, "schema", "/login", "maxLength"), "login of 65")
body = b'{"login":"a","password":"' + b"x" * (1 << 20) + b'"}'
out = box.raw(f"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1:{box.https_port}\r\n"
              f"Origin: {box.origin}\r\nContent-Length: {(1 << 20) + 1}\r\n\r\n".encode(), timeout=3)
ok(b"413" in out[:20], "body of 1 MiB + 1: 413", out[:200])
equal(problem(login(""))[:2], (400, "json"), "no body")

# --- lessons: times
def plan(**change):
    body = {"classroom_id": room, "title": "Algebra", "starts_at": "2030-01-01T08:00:00Z",
            "ends_at": "2030-01-01T08:45:00Z", "teacher_id": teacher}
    body.update(change)
    return box.https("POST", "/api/v1/lessons/", body, cookie=a)

room = box.https("POST", "/api/v1/classrooms/", {"name": "8-B"}, cookie=a).json["id"]
for who in (teacher, pupil):
    box.https("POST", f"/api/v1/classrooms/{room}/members/", {"user_id": who}, cookie=a)
equal(problem(plan(ends_at="2030-01-01T07:00:00Z"))[:3], (400, "schema", "/ends_at"), "a lesson that ends before it starts")
equal(problem(plan(ends_at="2030-01-02T08:00:00Z"))[:3], (400, "schema", "/ends_at"), "a lesson of a day")
equal(problem(plan(starts_at="2030-02-30T08:00:00Z")), (400, "schema", "/starts_at", "format"), "30 February")
lesson = plan()
equal(lesson.status, 201, "a good lesson")
id = lesson.json["id"]
equal(box.https("POST", "/api/v1/classrooms/", {"name": "8-b"}, cookie=a).json["pointer"], "/name", "a class name twice: 409 names it")

# --- lesson steps, every other refused
def step(verb, cookie=a, id=id):
    return box.https("POST", f"/api/v1/lessons/{id}/{verb}", cookie=cookie).status

equal(step("complete"), 409, "scheduled does not complete")
equal(step("start", p), 403, "a student starts no lesson")
equal(step("start", t), 200, "its teacher does")
equal(step("start", t), 409, "not twice")
equal(box.https("PATCH", f"/api/v1/lessons/{id}/", {"starts_at": "2030-01-01T07:00:00Z"}, cookie=a).status, 409,
      "times of a live lesson do not move")
equal(box.https("DELETE", f"/api/v1/lessons/{id}/", cookie=a).status, 409, "a live lesson is not deleted")
equal(step("complete", t), 200, "live completes")
for verb in ("start", "complete", "cancel"):
    equal(step(verb), 409, f"completed does not {verb}")
other = plan().json["id"]
equal(step("cancel", id=other), 200, "scheduled is cancelled")
for verb in ("start", "complete", "cancel"):
    equal(step(verb, id=other), 409, f"cancelled does not {verb}")
equal(box.https("DELETE", f"/api/v1/lessons/{other}/", cookie=a).status, 204, "a cancelled lesson is deleted")

# --- pages and filters
for i in range(5):
    plan(title=f"L{i}")
page = box.https("GET", "/api/v1/lessons/?limit=2", cookie=p).json
equal(len(page["items"]), 2, "a page of two")
seen = [x["id"] for x in page["items"]]
while page["next"]:
    page = box.https("GET", f"/api/v1/lessons/?limit=2&after={page['next']}", cookie=p).json
    seen += [x["id"] for x in page["items"]]
equal(len(seen), len(set(seen)), "pages do not repeat")
equal(len(seen), 6, "and leave nothing out")
equal({x["status"] for x in box.https("GET", "/api/v1/lessons/?status=completed", cookie=a).json["items"]},
      {"completed"}, "filter by status")
equal(box.https("GET", "/api/v1/lessons/?limit=0", cookie=a).json["pointer"], "?limit", "limit 0 names the parameter")
equal(box.https("GET", "/api/v1/lessons/?classroom=x", cookie=a).json["pointer"], "?classroom", "a filter that is no id")
equal(box.https("GET", "/api/v1/lessons/?from=yesterday-ish", cookie=a).status, 400, "a filter that is no time")
r = box.https("GET", "/api/v1/lessons/?status=done", cookie=a)
equal((r.status, r.json["pointer"], r.json["detail"]),
      (400, "?status", "is one of scheduled|live|completed|cancelled"), "a filter that is no status")
equal(box.https("GET", "/api/v1/users/?role=king", cookie=a).json["pointer"], "?role", "nor a role")
equal(box_says["address"], f"https://localhost:{box.https_port}",
      "a box only this machine reaches gives no address of the network")
stranger, stranger_pw = box.person("taras")
c = box.sign_in("taras", stranger_pw)
equal(box.https("GET", f"/api/v1/lessons/{id}/", cookie=c).status, 404, "a lesson of another class is not there")
equal(box.https("GET", "/api/v1/lessons/", cookie=c).json["items"], [], "nor in the list")

# --- relations
r = box.https("POST", "/api/v1/relations/", {"student_id": pupil}, cookie=t)
equal((r.status, r.json["status"]), (201, "invited"), "a teacher invites")
rid = r.json["id"]
equal(box.https("POST", "/api/v1/relations/", {"student_id": pupil}, cookie=t).status, 409, "not twice")
equal(box.https("POST", f"/api/v1/relations/{rid}/accept", cookie=c).status, 404, "another student does not accept")
equal(box.https("POST", f"/api/v1/relations/{rid}/accept", cookie=p).json["status"], "accepted", "the invited does")
equal(box.https("POST", f"/api/v1/relations/{rid}/accept", cookie=p).status, 409, "not twice")
equal(box.https("POST", f"/api/v1/relations/{rid}/end", cookie=t).json["status"], "ended", "the teacher ends it")

# --- passwords and patience
equal(box.https("POST", "/api/v1/users/", {"login": "x1", "name": "X", "role": "teacher", "password": "short"},
                cookie=a).json["pointer"], "/password", "a teacher's password of 5")
equal(box.https("POST", "/api/v1/users/", {"login": "x2", "name": "X", "role": "student", "password": "123456"},
                cookie=a).status, 400, "one of the commonest thousand")
equal(box.https("POST", "/api/v1/users/", {"login": "OLENA", "name": "X", "role": "student", "password": "zebra77q"},
                cookie=a).status, 409, "a login twice, whatever its case")
codes = [login({"login": "olena", "password": "wrong"}).status for _ in range(6)]
equal(codes, [401] * 6, "six wrong passwords")
r = login({"login": "olena", "password": pupil_pw})
equal(r.status, 429, "then a pause")
ok(1 <= int(r.headers["retry-after"]) <= 2, "of a second")
equal(login({"login": "hnatiuk", "password": teacher_pw}).status, 200, "nothing for others at that address")
time.sleep(1.2)
equal(login({"login": "olena", "password": pupil_pw}).status, 200, "after the pause it is never locked")

# --- one's own account, and what ends a session
r = box.https("PATCH", "/api/v1/users/me/", {"password": "new-zebra-7", "old_password": "wrong"}, cookie=p)
equal(r.json["pointer"], "/old_password", "one's own password needs the old one")
p2 = box.sign_in("olena", pupil_pw)
equal(box.https("PATCH", "/api/v1/users/me/", {"password": "new-zebra-7", "old_password": pupil_pw}, cookie=p).status,
      200, "with it, it changes")
equal(box.https("GET", "/api/v1/users/me/", cookie=p2).status, 401, "which ends the other sessions")
equal(box.https("GET", "/api/v1/users/me/", cookie=p).status, 200, "but this one")
equal(box.https("PATCH", "/api/v1/users/me/", {"role": "admin"}, cookie=p).status, 403, "nobody makes himself admin")
equal(box.https("DELETE", f"/api/v1/users/{stranger}/", cookie=a).status, 204, "an account is disabled")
equal(box.https("GET", "/api/v1/users/me/", cookie=c).status, 401, "and signed out")
equal(login({"login": "taras", "password": stranger_pw}).status, 401, "and does not sign in")
equal(box.https("POST", "/api/v1/auth/logout", cookie=p).status, 204, "sign out")
equal(box.https("GET", "/api/v1/users/me/", cookie=p).status, 401, "and it is over")

# --- on the wire
host = f"Host: 127.0.0.1:{box.https_port}\r\n".encode()
out = box.raw(b"POST /api/v1/auth/login HTTP/1.1\r\n" + host +
              b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}GET /api/v1/box HTTP/1.1\r\n" + host + b"\r\n")
equal(out.count(b"HTTP/1.1 "), 1, "two Content-Lengths: the tail never runs as a request")
out = box.raw(b"GET /api/v1/box HTTP/1.1\r\n" + host +
              b"Content-Length: 0\r\nContent-Length: 40\r\n\r\nGET /api/v1/box HTTP/1.1\r\n" + host + b"\r\n", timeout=3)
equal(out.count(b"HTTP/1.1 "), 1, "nor behind a GET with a length")
begin = time.monotonic()
s = box.connect(30)
try:
    for c in b"GET / HTTP/1.1\r\nX-Slow: " + b"a" * 100:
        s.send(bytes([c]))
        time.sleep(0.2)
        s.settimeout(0.01)
        try:
            if s.recv(100) == b"":
                break
        except (TimeoutError, OSError) as e:
            if not isinstance(e, TimeoutError) and "timed out" not in str(e):
                break
except OSError:
    pass
ok(8 < time.monotonic() - begin < 14, "slow headers: gone after 10 s", time.monotonic() - begin)
s = box.connect(30)
begin = time.monotonic()
s.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\n" + host + b"Content-Length: 1000\r\n\r\n{")
try:
    while s.recv(1000):
        pass
except OSError:
    pass
ok(8 < time.monotonic() - begin < 14, "slow body: gone after 10 s", time.monotonic() - begin)

# --- the join page
import urllib.request, urllib.error
base = f"http://127.0.0.1:{box.http_port}"
page = urllib.request.urlopen(base + "/").read().decode()
ok(box_says["fingerprint"] in page and box_says["words"] in page, "the join page shows fingerprint and words")
ca = urllib.request.urlopen(base + "/m4sh-ca.crt")
equal(ca.headers["content-type"], "application/x-x509-ca-cert", "and gives the CA")
ok(ca.read()[:2] == b"\x30\x82", "in DER")
for path in ("/api/v1/box", "/ws/", "/index.html", "/lesson/1"):
    try:
        urllib.request.urlopen(base + path)
        ok(False, f"{path} is not there")
    except urllib.error.HTTPError as e:
        equal(e.code, 404, f"{path} is 404 there")
equal(box.https("POST", "/api/csp-report/", {"csp-report": {"violated-directive": "script-src"}},
                headers={"Origin": "null"}).status, 204, "a CSP report is taken without sign-in")
done()
