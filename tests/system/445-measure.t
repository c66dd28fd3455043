#!/usr/bin/env python3
# The listener without TLS is for measuring: off unless asked for, on loopback alone.
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(__file__))
from box import *


def plain(port, path, cookie=None, origin=None, upgrade=False, host=None):
    """The status a plain request gets there; None when nobody listens."""
    try:
        s = socket.create_connection(("127.0.0.1", port), 5)
    except OSError:
        return None
    lines = [f"GET {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}"]
    if origin:
        lines.append("Origin: " + origin)
    if cookie:
        lines.append("Cookie: m4sh_session=" + cookie)
    if upgrade:
        lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
    s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = s.recv(65536).decode(errors="replace")
    s.close()
    return int(head.split()[1]) if head else 0


def explained():
    text = subprocess.run([BIN + "/m4shd", "--check-config", "--home", "/nonexistent"], capture_output=True, text=True,
                          env={k: v for k, v in os.environ.items() if not k.startswith("M4SH_")}).stdout
    return [line for line in text.splitlines() if line.startswith("measure_listen =")]


equal(explained(), ["measure_listen = "], "off by default")

port = free_port()
box = Box(measure_listen=f"127.0.0.1:{port}")
here = f"http://127.0.0.1:{port}"
box.person("hnatiuk", "teacher")
cookie = box.sign_in("hnatiuk", "kavun-hnatiuk-77")
ok(f'warn measure_listen at="127.0.0.1:{port}"' in box.log_text(), "a warning stands in the log", box.log_text()[-800:])
equal(plain(port, "/api/v1/box"), 200, "asked for, it answers without TLS")
equal(plain(port, "/api/v1/users/me/"), 401, "nobody is signed in by it")
equal(plain(port, "/api/v1/users/me/", cookie), 200, "who is signed in, is so here too")
equal(plain(port, "/api/v1/box", host="evil.example"), 421, "another host's name is refused")
equal(plain(port, "/health"), 404, "what is for the box's own tools is not here")
equal(plain(port, "/ws/", cookie, here, True), 101, "its own page opens a socket")
equal(plain(port, "/ws/", cookie, "http://evil.example", True), 403, "another page does not")
equal(plain(port, "/ws/", cookie, f"https://127.0.0.1:{port}", True), 403, "nor does one of another scheme")
equal(plain(port, "/ws/", cookie, None, True), 403, "nor one that does not say")
s = Socket(box, cookie, origin=f"http://127.0.0.1:{box.https_port}")
equal(s.status, 403, "over TLS http:// stays another origin")
s.close()

# m4shd alone, with the first one's home: it must refuse before it serves anything.
for where, why in (("0.0.0.0:8099", "without TLS the box listens in 127.0.0.0/8 alone"),
                   ("192.168.1.5:8099", "without TLS the box listens in 127.0.0.0/8 alone"),
                   ("[::1]:8099", "without TLS the box listens in 127.0.0.0/8 alone"),
                   ("128.0.0.1:8099", "without TLS the box listens in 127.0.0.0/8 alone"),
                   ("127.0.0.1", "not 127.0.0.1:PORT"), ("127.0.0.1:0", "not 127.0.0.1:PORT"),
                   ("127.0.0.1:70000", "not 127.0.0.1:PORT"), ("127.0.0.1:80x", "not 127.0.0.1:PORT")):
    env = dict(box.env, M4SH_MEASURE_LISTEN=where, M4SH_HTTPS_PORT=str(free_port()), M4SH_HTTP_PORT=str(free_port()))
    r = subprocess.run([BIN + "/m4shd"], env=env, capture_output=True, text=True, timeout=30)
    ok(r.returncode == 2 and f'measure_listen is "{where}"' in r.stderr and why in r.stderr, f"{where} is refused by name", r.stderr)
done()
