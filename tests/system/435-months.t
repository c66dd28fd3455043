#!/usr/bin/env python3
# A new month begins a new range of ids: boards before and after it work, and no key is lost.
import os, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box()
teacher, pw = box.person("hnatiuk", "teacher")
cookie = box.sign_in("hnatiuk", pw)


def sql(text):
    """As the owner of the database, whom the socket knows by its uid."""
    command = ["psql", "-h", box.home + "/run", "-U", "m4sh", "-d", "m4sh", "-Atc", text]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=m4sh", "--regid=m4sh", "--clear-groups"] + command
    return subprocess.run(command, capture_output=True, text=True, cwd="/").stdout.strip()


def draws(lesson):
    """Draws once and says something; the board's id."""
    s = Socket(box, cookie)
    board = s.join(lesson, client_id())["boards"][0]["b"]
    s.hello(board)
    s.send(t="ops", b=board, o=[stroke(1)])
    s.wait("ack")
    s.send(t="chat", r=lesson, s=1, text="hello")
    s.wait("cack")
    s.close()
    return board


old = box.lesson([teacher], teacher, title="September")
old_board = draws(old)
equal(sql("SELECT open_month(current_date)"), "f", "this month is open already")
equal(sql("SELECT open_month((current_date + interval '1 month')::date)"), "t", "the next one opens")
equal(sql("SELECT open_month((current_date + interval '1 month')::date)"), "f", "once")
new = box.lesson([teacher], teacher, title="October")
new_board = draws(new)
ok(old < 1000000 <= new and old_board < 1000000 <= new_board, f"ids leap: lesson {old}, {new}; board {old_board}, {new_board}")
equal(sql("SELECT count(*) FROM board_op_0"), "1", "the old range holds the old board's operations")
equal(sql("SELECT count(*) FROM board_op_1"), "1", "the new one the new board's")
equal(sql("SELECT count(*) FROM chat_message_1"), "1", "chat too")
equal(draws(old), old_board, "the old lesson goes on where it was")
equal(sql("SELECT string_agg(version::text, ',' ORDER BY version) FROM board_op_0"), "1,2", "with the next version")
r = subprocess.run(["psql", "-h", box.home + "/run", "-U", "m4sh", "-d", "m4sh", "-Atc", "SELECT 1"],
                   capture_output=True, text=True,
                   preexec_fn=(lambda: (os.setgid(65534), os.setuid(65534))) if os.geteuid() == 0 else None, cwd="/")
if os.geteuid() == 0:
    ok(r.returncode != 0, "another user of the machine does not get in")
done()
