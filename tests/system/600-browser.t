#!/usr/bin/env python3
# Two real browser pages on a box of their own: sign in, draw, talk; m4shd is killed in between.
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(__file__))
from box import *

box = Box(school="Ліцей № 12")
teacher, teacher_pw = box.person("hnatiuk", "teacher")
pupil, pupil_pw = box.person("olena")
lesson = box.lesson([teacher, pupil], teacher, title="Алгебра, 8-Б. Лінійна функція")
kill = box.home + "/kill.sh"
with open(kill, "w") as f:
    f.write(f"#!/bin/sh\nexec kill -9 $(pgrep -P {box.process.pid} -x m4shd)\n")
os.chmod(kill, 0o755)
env = dict(os.environ, M4SH_URL=box.origin, M4SH_CA=box.home + "/tls/ca.pem",
           M4SH_TEACHER=f"hnatiuk:{teacher_pw}", M4SH_PUPIL=f"olena:{pupil_pw}",
           M4SH_LESSON=str(lesson), M4SH_KILL=kill)
code = subprocess.run(["sh", "tests/browser/lesson.t"], env=env).returncode
if code:
    box.show_log(20)
sys.exit(code)
