#!/usr/bin/env python3
# pictures.py - the README's pictures, taken from a running box: make pictures
#
# A school with a lesson is made, drawn in by real pages, and the console is looked at through
# tmux. Writes docs/pictures/lesson.png and console.png.
import html, os, re, subprocess, sys, time
sys.path.insert(0, "tests/system")
from box import *

OUT = "docs/pictures"
box = Box(school="Ліцей № 12")


def person(login, name, role="student"):
    password = "kavun-" + login + "-77"
    a = box.local("POST", "/api/v1/users/", {"login": login, "name": name, "role": role, "password": password})
    return a.json["id"], f"{login}:{password}"


teacher, teacher_in = person("hnatiuk", "О. П. Гнатюк", "teacher")
andrii, andrii_in = person("andrii", "Андрій Коваль")
lesia, lesia_in = person("lesia", "Леся Савчук")
lesson = box.lesson([teacher, andrii, lesia], teacher, title="Алгебра, 8-Б. Лінійна функція")

COLOURS = {"31": "#f08a78", "32": "#84d3ab", "33": "#f0c36a", "36": "#8fd0e0", "37": "#e9ede4"}


def terminal_html(text):
    """What tmux captured with its colours, as a page."""
    out, style = [], ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        m = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not m:
            out.append(f'<span style="{style}">{html.escape(part)}</span>' if style else html.escape(part))
            continue
        for code in (m.group(1) or "0").split(";"):
            if code in ("0", "39", "22", "27", ""):
                style = ""
            elif code == "1":
                style += "font-weight:bold;"
            elif code == "7":
                style += "background:#e9ede4;color:#12201e;"
            elif code in COLOURS:
                style += f"color:{COLOURS[code]};"
    return ("<!doctype html><meta charset=utf-8><style>body{margin:0;background:#12201e;color:#e9ede4}"
            "pre{margin:0;padding:20px;font:16px/20px 'DejaVu Sans Mono','Noto Sans Mono',monospace;"
            "width:max-content}</style><pre>" + "".join(out) + "</pre>")


def console():
    name = f"m4sh-picture-{os.getpid()}"
    run = lambda *a: subprocess.run(["tmux", "-L", name, "-f", "/dev/null", *a], check=True,
                                    capture_output=True, text=True).stdout
    run("new-session", "-d", "-x", "80", "-y", "24",
        f"env LANG=C.UTF-8 M4SH_HOME={box.home} {BIN}/m4sh-console --lang en")
    time.sleep(6)
    text = run("capture-pane", "-p", "-e")
    run("kill-server")
    return text


env = dict(os.environ, M4SH_URL=box.origin, M4SH_TEACHER=teacher_in, M4SH_PUPILS=f"{andrii_in},{lesia_in}",
           M4SH_LESSON=str(lesson), M4SH_OUT=OUT)
home = box.home + "/browser"
os.makedirs(home + "/.pki/nssdb")
for line in (["-N", "--empty-password"], ["-A", "-n", "m4sh-box", "-t", "C,,", "-i", box.home + "/tls/ca.pem"]):
    subprocess.run(["certutil", line[0], "-d", f"sql:{home}/.pki/nssdb", *line[1:]], check=True)
env["M4SH_BROWSER_HOME"] = home
page = box.home + "/console.html"
node = subprocess.Popen(["node", "tests/browser/e2e/pictures.mjs", page], env=env, stdin=subprocess.PIPE, text=True)
time.sleep(12)  # everybody is in the lesson and draws
with open(page, "w") as f:
    f.write(terminal_html(console()))
node.stdin.write("console is there\n")
node.stdin.close()
sys.exit(node.wait())
