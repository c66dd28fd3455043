#!/usr/bin/env python3
"""fake_lesson.py - just enough of m4shd to play one lesson with, and to play it wrong.

    fake_lesson.py HOME PORT [FAULT]

Serves HOME/run/m4shd.sock and TLS on 127.0.0.1:PORT with HOME/tls/leaf.pem and leaf.key.
FAULT is one way to break a promise of docs/api.md; m4shctl smoke must notice each:

    cookie      the session cookie may be read by scripts
    lose        the third operation is acknowledged, but nobody else gets it
    double      what was stored before the reconnect comes back twice
    chat-twice  a message is delivered twice
    snapshot    the stored board misses a register
    winner      the stored board has the older of two values
    epoch       the board has another epoch after the reconnect
    close       the socket is closed in the middle of drawing
"""
import base64
import hashlib
import json
import os
import socket
import socketserver
import ssl
import struct
import sys
import threading

home, port = sys.argv[1], int(sys.argv[2])
fault = sys.argv[3] if len(sys.argv) > 3 else ""
lock = threading.RLock()
ops, sockets, chat, ids = [], [], [], [0]
AT = "2026-01-01T00:00:00.000Z"


def folded():
    els = {}
    for op in ops:
        for key, value in op["f"].items():
            at = els.setdefault(op["e"], {})
            old = at.get(key)
            if not old or (op["l"], op["c"]) > (old[1], old[2]):
                if not (old and fault == "winner"):
                    at[key] = [value, op["l"], op["c"]]
    if fault == "snapshot":
        del next(iter(els.values()))["w"]
    return els


class Http(socketserver.StreamRequestHandler):
    def answer(self, status, body=None, extra=""):
        text = b"" if body is None else json.dumps(body).encode()
        self.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n{extra}"
                         "Connection: close\r\n\r\n".encode() + text)

    def handle(self):
        line = self.rfile.readline().decode().split()
        if not line:
            return
        head = {}
        while (row := self.rfile.readline().decode().strip()):
            name, value = row.split(":", 1)
            head[name.lower()] = value.strip()
        body = self.rfile.read(int(head.get("content-length", 0)))
        self.route(line[0], line[1], head, json.loads(body) if body else {})

    def route(self, method, path, head, body):
        if path == "/ws/":
            return Page(self, head).run()
        if path == "/api/v1/auth/login":
            if head.get("origin") != "https://" + head["host"]:
                return self.answer(403, {"detail": "origin"})
            rules = "Secure; SameSite=Strict" + ("" if fault == "cookie" else "; HttpOnly")
            return self.answer(200, {"user": {"id": 1}},
                               f"Set-Cookie: m4sh_session=s; Path=/; {rules}\r\n")
        if path.startswith("/api/v1/boards/"):
            return self.answer(200, {"b": 7, "e": "e" * 16, "v": len(ops), "els": folded()})
        if method == "DELETE":
            with open(f"{home}/removed", "a", encoding="utf-8") as file:
                file.write(path + "\n")
            return self.answer(204)
        ids[0] += 1
        return self.answer(201, {"id": ids[0]})

    def log_error(self, *_):
        pass


class Page:
    """One socket: a thread that reads; everything shared is under the lock."""

    def __init__(self, http, head):
        self.http, self.client, self.live = http, None, False
        accept = base64.b64encode(hashlib.sha1(
            (head["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        http.wfile.write(b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")

    def frame(self, op, data):
        size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack("!H", len(data))
        self.http.wfile.write(bytes([0x80 | op]) + size + data)

    def send(self, **message):
        try:
            self.frame(1, json.dumps(message).encode())
        except OSError:
            self.live = False

    def others(self):
        return [page for page in sockets if page is not self and page.live]

    def run(self):
        self.frame(9, b"are you there")
        try:
            while (two := self.http.rfile.read(2)):
                size = two[1] & 0x7F
                if size == 126:
                    size = struct.unpack("!H", self.http.rfile.read(2))[0]
                mask = self.http.rfile.read(4)
                data = bytes(b ^ mask[i % 4] for i, b in enumerate(self.http.rfile.read(size)))
                if two[0] & 15 == 8:
                    break
                if two[0] & 15 == 1:
                    with lock:
                        message = json.loads(data)
                        getattr(self, "on_" + message["t"])(message)
        finally:
            with lock:
                self.live = False

    def on_join(self, m):
        self.client = m["c"]
        again = any(page.client == self.client for page in sockets)
        sockets.append(self)
        stored = max([op["s"] for op in ops if op["c"] == self.client], default=0)
        epoch = "f" * 16 if again and fault == "epoch" else "e" * 16
        self.send(t="welcome", r=m["r"], status="live",
                  boards=[{"b": 7, "e": epoch, "v": len(ops), "s": stored}])
        said = [c for c in chat if c["id"] > m["cv"]]
        if said:
            self.send(t="chats", r=m["r"], m=said, more=False)

    def on_hello(self, m):
        tail = ops[m["v"]:]
        if fault == "double" and tail:
            tail = tail[:1] + tail
        if tail:
            self.send(t="ops", b=7, o=tail)
        self.live = True

    def on_ops(self, m):
        for op in m["o"]:
            op.update(v=len(ops) + 1, c=self.client, u=1)
            ops.append(op)
            if fault == "close" and op["v"] == 5:
                self.frame(8, struct.pack("!H", 1011))
                return
            self.send(t="ack", b=7, s=op["s"], v0=op["v"], n=1)
            for page in self.others():
                if not (fault == "lose" and op["v"] == 3):
                    page.send(t="ops", b=7, o=[op])

    def on_chat(self, m):
        chat.append({"id": len(chat) + 1, "u": 1, "n": "N", "at": AT, "text": m["text"]})
        self.send(t="cack", r=m["r"], s=m["s"], id=len(chat), at=AT)
        for page in self.others():
            for _ in range(2 if fault == "chat-twice" else 1):
                page.send(t="chat", r=m["r"], **chat[-1])


class Server(socketserver.ThreadingMixIn):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        pass  # who asked may have gone


class Local(Server, socketserver.UnixStreamServer):
    pass


class Secure(Server, socketserver.TCPServer):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{home}/tls/leaf.pem", f"{home}/tls/leaf.key")

    def finish_request(self, request, client_address):
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().finish_request(self.context.wrap_socket(request, server_side=True), client_address)


os.makedirs(f"{home}/run", exist_ok=True)
secure = Secure(("127.0.0.1", port), Http)
threading.Thread(target=secure.serve_forever, daemon=True).start()
Local(f"{home}/run/m4shd.sock", Http).serve_forever()
