#!/usr/bin/env python3
# People, classes and class lists through the API: changes, imports all or nothing, probes.
import os, sys, urllib.parse
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
admin, apw = box.person("melnyk", "admin")
teacher, tpw = box.person("hnatiuk", "teacher")
pupil, ppw = box.person("olena")
a, t, p = (box.sign_in(n, w) for n, w in [("melnyk", apw), ("hnatiuk", tpw), ("olena", ppw)])


def call(method, path, body=None, cookie=a):
    return box.https(method, "/api/v1/" + urllib.parse.quote(path, "/?=&"), body, cookie=cookie)


# --- changing people
equal(call("GET", f"users/{pupil}/").json["login"], "olena", "an administrator looks at a person")
equal(call("GET", f"users/{pupil}/", cookie=t).json["name"], "Olena", "so does a teacher")
equal(call("PATCH", f"users/{pupil}/", {"name": "Олена Бондар"}).json["name"], "Олена Бондар", "a new name")
equal(call("GET", "users/me/", cookie=p).json["name"], "Олена Бондар", "and the session goes on")
equal(call("PATCH", f"users/{pupil}/", {"password": "1"}).json["pointer"], "/password", "a password too short")
equal(call("PATCH", f"users/{pupil}/", {"password": "zebra-77", "role": "teacher"}).json["pointer"], "/password",
      "a teacher's password has 10 characters")
equal(call("PATCH", f"users/{pupil}/", {"password": "zebra-777"}).status, 200, "a password for somebody who forgot it")
equal(call("GET", "users/me/", cookie=p).status, 401, "ends what was signed in with the old one")
p = box.sign_in("olena", "zebra-777")
equal(call("PATCH", f"users/{pupil}/", {"old_password": "x"}).json["pointer"], "/old_password", "old_password is for oneself")
equal(call("PATCH", "users/999999/", {"name": "X"}).status, 404, "nobody of that id")
equal(call("PATCH", f"users/{pupil}/", {}).json["keyword"], "minProperties", "a change of nothing")
equal(call("PATCH", f"users/{pupil}/", {"disabled": True}).json["disabled"], True, "disabled")
equal(call("GET", "users/me/", cookie=p).status, 401, "and signed out")
equal(call("PATCH", f"users/{pupil}/", {"disabled": False}).json["disabled"], False, "and back")
p = box.sign_in("olena", "zebra-777")
equal(call("DELETE", f"users/{admin}/").status, 409, "nobody disables himself")
equal(call("PATCH", "users/me/", {"name": "О. Бондар"}, cookie=p).json["name"], "О. Бондар", "one's own name")
equal([u["login"] for u in call("GET", "users/?q=бонд").json["items"]], ["olena"], "found by a part of the name")
equal([u["login"] for u in call("GET", "users/?role=teacher").json["items"]], ["hnatiuk"], "or by role")
equal(box.local("GET", "/api/v1/users/me/").status, 404, "a local tool is no person")

# --- classes and who is in them
c = call("POST", "classrooms/", {"name": "8-Б"}).json["id"]
equal(call("GET", f"classrooms/{c}/", cookie=p).status, 404, "a class that is not one's own is not there")
equal(call("POST", f"classrooms/{c}/members/", {"user_id": pupil}).status, 204, "put into a class")
equal(call("POST", f"classrooms/{c}/members/", {"user_id": pupil}).status, 204, "twice is once")
equal(call("POST", f"classrooms/{c}/members/", {"user_id": 10**6}).json["pointer"], "/user_id", "nobody of that id")
equal(call("POST", "classrooms/999/members/", {"user_id": pupil}).status, 404, "no such class")
equal([m["login"] for m in call("GET", f"classrooms/{c}/members/", cookie=p).json["items"]], ["olena"], "members, seen by one")
equal(call("GET", f"classrooms/{c}/members/?limit=500", cookie=p).json["pointer"], "?limit", "a page of 500")
equal(call("GET", f"classrooms/{c}/", cookie=p).json["members"], 1, "the class is there now")
equal(call("PATCH", f"classrooms/{c}/", {"name": "8-В"}).json["name"], "8-В", "a class is renamed")
equal(call("PATCH", f"classrooms/{c}/", {"name": "X"}, cookie=t).status, 403, "not by a teacher")
lesson = box.lesson([teacher, pupil], teacher)
equal(len(call("GET", f"lessons/{lesson}/boards/", cookie=p).json["items"]), 0, "a lesson nobody entered has no board yet")
equal(call("PATCH", f"lessons/{lesson}/", {"title": "Алгебра", "topic": "Рівняння"}, cookie=t).json["topic"], "Рівняння",
      "a live lesson's words change")
equal(call("PATCH", "lessons/999999/", {"title": "X"}).status, 404, "no such lesson")
lc = call("GET", f"lessons/{lesson}/").json["classroom_id"]
equal(call("DELETE", f"classrooms/{lc}/").status, 409, "a class with lessons stays")
equal(call("DELETE", f"classrooms/{c}/members/{pupil}/").status, 204, "out of a class")
equal(call("DELETE", f"classrooms/{c}/members/{pupil}/").status, 404, "once")
equal(call("DELETE", f"classrooms/{c}/").status, 204, "an empty class goes")

# --- class lists
def rows(*given):
    return {"rows": [{"line": i + 2, **r} for i, r in enumerate(given)]}

good = [{"name": "Бойко Соломія", "classroom": "7-А"}, {"name": "Згурський Юрій", "classroom": "7-А"},
        {"name": "І. Марчук", "role": "teacher", "login": "marchuk", "password": "dovhyi-parol-1", "classroom": "7-А"}]
r = call("POST", "users/import", {**rows(*good), "dry_run": True}).json
equal((r["committed"], [x["login"] for x in r["rows"]]), (False, ["boiko.solomiia", "zghurskyi.yurii", "marchuk"]),
      "looked at only: the logins that would be made")
ok(all("password" not in x for x in r["rows"]), "without passwords")
r = call("POST", "users/import", rows(*good, {"name": "", "role": "king"}, {"name": "X Y", "login": "a b"})).json
equal((r["committed"], [x["status"] for x in r["rows"]]), (False, ["created"] * 3 + ["refused"] * 2), "one bad row, and nobody is made")
equal((r["rows"][3]["field"], r["rows"][4]["field"]), ("name", "login"), "the field is named")
equal(call("GET", "users/?q=бойко").json["items"], [], "nobody indeed")
r = call("POST", "users/import", rows(*good)).json
equal((r["committed"], [x["status"] for x in r["rows"]]), (True, ["created"] * 3), "a good list is taken")
ok("password" in r["rows"][0] and "password" not in r["rows"][2], "new passwords are told once, given ones never")
s = box.sign_in("boiko.solomiia", r["rows"][0]["password"])
equal(call("GET", "classrooms/", cookie=s).json["items"][0]["members"], 3, "who was imported signs in and is in the class")
box.sign_in("marchuk", "dovhyi-parol-1")
r = call("POST", "users/import", rows(*good, {"name": "Нова", "login": "nova", "classroom": "7-А"})).json
equal([x["status"] for x in r["rows"]], ["exists"] * 3 + ["created"], "the same list again adds who is new")
r = call("POST", "users/import", rows({"name": "A", "login": "twin"}, {"name": "B", "login": "TWIN"})).json
equal((r["committed"], r["rows"][1]["status"]), (False, "refused"), "a login twice in one list")
equal(call("POST", "users/import", {"rows": []}).json["keyword"], "minItems", "an empty list")
equal(call("POST", "users/import", rows(*good), cookie=t).status, 403, "not by a teacher")

# --- what a self-test makes
tag = "0123456789abcdef"
equal(call("POST", "users/", {"login": "ghost", "name": "Ghost", "role": "student", "probe": tag}).status, 404,
      "only the box's own tools make probes")
g = box.local("POST", "/api/v1/users/", {"login": "ghost", "name": "Ghost", "role": "student", "probe": tag}).json["id"]
box.local("POST", "/api/v1/classrooms/", {"name": "ghosts", "probe": tag})
equal(call("GET", "users/?q=ghost").json["items"], [], "they stand in no list")
equal([x for x in box.local("GET", "/api/v1/users/?q=ghost").json["items"]], [], "not even for local tools")
equal(box.local("GET", f"/api/v1/users/{g}/").status, 200, "which get one by its id")
equal(call("DELETE", f"probes/{tag}/").status, 403, "and no administrator removes them")
equal(box.local("DELETE", "/api/v1/probes/").json, {"removed": 0}, "what is younger than 15 minutes stays")
equal(box.local("DELETE", f"/api/v1/probes/{tag}/").json, {"removed": 2}, "by its tag a self-test goes whole")
done()
