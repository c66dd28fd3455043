#!/usr/bin/env python3
"""A lesson in real browser pages, on a box of its own: tests/browser/lesson.t drives it."""
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from box import Box, skip_all
from shutil import which

if not os.path.isdir("tests/browser/node_modules/playwright-core"):
    skip_all("tests/browser has no modules: make browser-modules")
if not which("chromium") or not which("certutil"):
    skip_all("needs chromium and certutil (libnss3-tools)")

box = Box()
teacher, teacher_password = box.person("hnatiuk", "teacher")
pupil, pupil_password = box.person("olena")
box.lesson([teacher, pupil], teacher, start=False, title="7-B")
code = subprocess.call(["sh", "tests/browser/lesson.t"], env=dict(
    os.environ, M4SH_URL=box.origin, M4SH_CA=box.home + "/tls/ca.pem",
    M4SH_TEACHER="hnatiuk:" + teacher_password, M4SH_PUPIL="olena:" + pupil_password,
    M4SH_KILL=f"kill -9 $(pgrep -P {box.process.pid} -x m4shd)"))
if code:
    box.show_log(20)
sys.exit(code)
