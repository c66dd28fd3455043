#!/usr/bin/env python3
"""fake_box.py - the two sockets of a box with answers from files, for what shows them.

    fake_box.py HOME supervisor|m4shd

Listens on HOME/run/supervisor.sock (one JSON line in, one out) or HOME/run/m4shd.sock (HTTP).
Each answer is read anew from HOME/status.json or HOME/health.json, in which "@-DURATION@"
becomes the time so many seconds ago. An order other than status is written to HOME/orders.
Ends with SIGTERM; the socket goes with it.
"""
import datetime
import json
import os
import re
import signal
import socketserver
import sys

home, role = sys.argv[1], sys.argv[2]
path = f"{home}/run/{role}.sock"


def answer(name):
    def ago(match):
        at = datetime.datetime.now(datetime.timezone.utc)
        at -= datetime.timedelta(seconds=int(match[1]))
        return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    with open(f"{home}/{name}", encoding="utf-8") as file:
        return re.sub(r"@-(\d+)@", ago, file.read())


class Control(socketserver.StreamRequestHandler):
    def handle(self):
        request = json.loads(self.rfile.readline())
        result = "{}"
        if request["do"] == "status":
            result = answer("status.json").replace("\n", " ")
        else:
            with open(f"{home}/orders", "a", encoding="utf-8") as file:
                file.write(json.dumps(request, sort_keys=True) + "\n")
        self.wfile.write(
            f'{{"v":1,"id":{request["id"]},"ok":true,"result":{result}}}\n'.encode())


class Http(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        body = answer("health.json").encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # who asked may have gone


def end(*_):
    os.unlink(path)
    os._exit(0)


os.makedirs(f"{home}/run", exist_ok=True)
if os.path.exists(path):
    os.unlink(path)
signal.signal(signal.SIGTERM, end)
with Server(path, Control if role == "supervisor" else Http) as server:
    server.serve_forever()
