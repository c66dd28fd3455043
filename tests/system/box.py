"""box.py - a box of a test's own, and the ways into it

Box() starts the supervisor on a new home with free ports and waits until it is ready; it
stops everything at exit. Then: box.local() speaks HTTP over the unix socket as the box's
own tools do, box.https() over TLS as a page does, box.raw() sends bytes as they are,
Socket is a WebSocket client that can also break every rule. ok(), equal() and done()
print TAP.
"""

import atexit, base64, http.client, json, os, re, shutil, signal, socket, ssl, struct
import subprocess, sys, tempfile, time

BIN = os.environ.get("BIN", "build/debug")
_count = 0
_failed = 0


def ok(good, name, note=""):
    global _count, _failed
    _count += 1
    if not good:
        _failed += 1
    print(("ok" if good else "not ok"), _count, "-", name, flush=True)
    if note and not good:
        for line in str(note).splitlines()[:12]:
            print("#  ", line[:300], flush=True)
    return good


def equal(got, want, name):
    return ok(got == want, name, f"got {got!r}\nwant {want!r}")


def done():
    print(f"1..{_count}")
    sys.exit(1 if _failed else 0)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=20, every=0.05):
    """Calls what() until it is true; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Box:
    def __init__(self, **settings):
        self.home = tempfile.mkdtemp(prefix="m4sh.", dir="/tmp")
        os.chmod(self.home, 0o755)
        self.https_port, self.http_port = free_port(), free_port()
        self.env = dict(os.environ, M4SH_HOME=self.home, M4SH_HTTPS_PORT=str(self.https_port),
                        M4SH_HTTP_PORT=str(self.http_port), M4SH_BIND="127.0.0.1")
        self.env.update({f"M4SH_{k.upper()}": str(v) for k, v in settings.items()})
        self.env.pop("M4SH_DATABASE_URL", None)
        self.log = open(self.home + "/test.log", "wb+")
        self.process = None
        atexit.register(self.close)
        self.start()

    def start(self):
        self.process = subprocess.Popen([BIN + "/m4sh-supervisor"], env=self.env, stdout=self.log,
                                        stderr=self.log, start_new_session=True)
        if not wait_for(self.is_ready, 60):
            print("# the box did not become ready")
            self.show_log()
            print("Bail out!")
            os._exit(1)

    def is_ready(self):
        try:
            return self.local("GET", "/readyz", timeout=2).status == 200
        except OSError:
            return False

    def show_log(self, lines=30):
        self.log.flush()
        text = open(self.home + "/test.log", errors="replace").read()
        for line in text.splitlines()[-lines:]:
            print("#", line[:400])

    def log_text(self):
        return open(self.home + "/test.log", errors="replace").read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def close(self):
        if self.log.closed:
            return self.process.returncode
        code = self.stop()
        text = self.log_text()
        for mark in ("ERROR: AddressSanitizer", "runtime error:", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer"):
            if mark in text:
                at = text.index(mark)
                print("# a sanitizer spoke:")
                for line in text[max(0, at - 200):at + 3000].splitlines():
                    print("#", line[:300])
                print("not ok - sanitizers are silent", flush=True)
                shutil.rmtree(self.home, ignore_errors=True)
                os._exit(3)
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)
        return code

    # --- processes -----------------------------------------------------------------------------
    def status(self):
        return self.order("status")["result"]

    def order(self, do, timeout=30, **more):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout)
        s.connect(self.home + "/run/supervisor.sock")
        s.sendall(json.dumps({"v": 1, "id": 1, "do": do, **more}).encode() + b"\n")
        text = b""
        while not text.endswith(b"\n"):
            part = s.recv(65536)
            if not part:
                break
            text += part
        s.close()
        return json.loads(text)

    def pid_of(self, name):
        return next(c["pid"] for c in self.status()["children"] if c["name"] == name)

    def kill(self, name, sig=signal.SIGKILL):
        pid = self.pid_of(name)
        os.kill(pid, sig)
        return pid

    # --- HTTP ----------------------------------------------------------------------------------
    def local(self, method, path, body=None, headers=None, timeout=20):
        c = UnixConnection(self.home + "/run/m4shd.sock", timeout)
        return self._exchange(c, method, path, body, headers)

    def _exchange(self, c, method, path, body, headers):
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        answer = Answer(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())
        c.close()
        return answer

    def context(self):
        context = ssl.create_default_context(cafile=self.home + "/tls/ca.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        return context

    @property
    def origin(self):
        return f"https://127.0.0.1:{self.https_port}"

    def https(self, method, path, body=None, cookie=None, headers=None, timeout=20):
        c = http.client.HTTPSConnection("127.0.0.1", self.https_port, timeout=timeout,
                                        context=self.context())
        headers = dict(headers or {})
        headers.setdefault("Origin", self.origin)
        if cookie:
            headers["Cookie"] = "m4sh_session=" + cookie
        return self._exchange(c, method, path, body, headers)

    def connect(self, timeout=20):
        s = socket.create_connection(("127.0.0.1", self.https_port), timeout)
        return self.context().wrap_socket(s, server_hostname="127.0.0.1")

    def raw(self, data, timeout=20):
        """Sends bytes over TLS, reads until the box closes or is silent; what it said."""
        s = self.connect(timeout)
        out = b""
        try:
            s.sendall(data)
        except OSError:
            pass  # it had heard enough; what it said is there to be read
        try:
            while True:
                part = s.recv(65536)
                if not part:
                    break
                out += part
        except OSError:
            pass
        s.close()
        return out

    # --- people --------------------------------------------------------------------------------
    def person(self, login, role="student", password=None):
        password = password or "kavun-" + login + "-77"
        a = self.local("POST", "/api/v1/users/",
                       {"login": login, "name": login.title(), "role": role, "password": password})
        assert a.status == 201, a
        return a.json["id"], password

    def sign_in(self, login, password):
        a = self.https("POST", "/api/v1/auth/login", {"login": login, "password": password})
        assert a.status == 200, a
        return re.match("m4sh_session=([^;]+)", a.headers["set-cookie"]).group(1)

    def lesson(self, people, teacher, start=True, title="Algebra"):
        """A class of these people with a lesson of that teacher: its id."""
        c = self.local("POST", "/api/v1/classrooms/", {"name": f"{title} {time.time_ns()}"}).json["id"]
        for each in people:
            a = self.local("POST", f"/api/v1/classrooms/{c}/members/", {"user_id": each})
            assert a.status == 204, a
        now = time.time()
        stamp = lambda t: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))
        a = self.local("POST", "/api/v1/lessons/", {
            "classroom_id": c, "teacher_id": teacher, "title": title,
            "starts_at": stamp(now), "ends_at": stamp(now + 2700)})
        assert a.status == 201, a
        if start:
            assert self.local("POST", f"/api/v1/lessons/{a.json['id']}/start").status == 200
        return a.json["id"]


class Closed(Exception):
    pass


class Socket:
    """A page's socket. Frames are as they should be, unless send_frame() is told otherwise."""

    def __init__(self, box, cookie, origin=None, headers=None, path="/ws/", version="13"):
        self.s = box.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{box.https_port}", "Upgrade: websocket",
                 "Connection: Upgrade", f"Sec-WebSocket-Key: {key}",
                 f"Sec-WebSocket-Version: {version}"]
        if origin is not False:
            lines.append(f"Origin: {origin or box.origin}")
        if cookie:
            lines.append(f"Cookie: m4sh_session={cookie}")
        lines += headers or []
        self.s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            part = self.s.recv(65536)
            if not part:
                break
            self.buffer += part
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.head = head.decode()
        self.later = []
        self.close_code = None

    def send_frame(self, payload, op=1, fin=True, mask=True, rsv=0, header=None):
        payload = payload.encode() if isinstance(payload, str) else payload
        if header is None:
            n = len(payload)
            header = bytes([(0x80 if fin else 0) | rsv << 4 | op])
            m = 0x80 if mask else 0
            header += (bytes([m | n]) if n < 126 else struct.pack(">BH", m | 126, n)
                       if n < 65536 else struct.pack(">BQ", m | 127, n))
        key = os.urandom(4) if mask else b""
        if mask:
            long = int.from_bytes(payload, "big") ^ int.from_bytes(
                (key * (len(payload) // 4 + 1))[:len(payload)], "big") if payload else 0
            payload = long.to_bytes(len(payload), "big")
        self.s.sendall(header + key + payload)

    def send(self, **message):
        self.send_frame(json.dumps(message, ensure_ascii=False))

    def frame(self, timeout=10):
        """The next frame: (op, payload)."""
        self.s.settimeout(timeout)
        def need(n):
            while len(self.buffer) < n:
                part = self.s.recv(65536)
                if not part:
                    raise Closed()
                self.buffer += part
        need(2)
        op, n, at = self.buffer[0] & 15, self.buffer[1] & 127, 2
        if n == 126:
            need(4)
            n, at = struct.unpack(">H", self.buffer[2:4])[0], 4
        elif n == 127:
            need(10)
            n, at = struct.unpack(">Q", self.buffer[2:10])[0], 10
        need(at + n)
        payload, self.buffer = self.buffer[at:at + n], self.buffer[at + n:]
        if op == 8:
            self.close_code = struct.unpack(">H", payload[:2])[0] if len(payload) > 1 else 1005
            raise Closed()
        return op, payload

    def message(self, timeout=10):
        while True:
            op, payload = self.frame(timeout)
            if op == 9:
                self.send_frame(payload, op=10)
            elif op == 1:
                return json.loads(payload)

    def wait(self, t, timeout=10, **fields):
        """The next message of that type with those fields; others wait in .later."""
        fits = lambda m: m["t"] == t and all(m.get(k) == v for k, v in fields.items())
        for i, m in enumerate(self.later):
            if fits(m):
                return self.later.pop(i)
        end = time.monotonic() + timeout
        while True:
            m = self.message(max(0.05, end - time.monotonic()))
            if fits(m):
                return m
            self.later.append(m)

    def quiet(self, seconds=0.3):
        """True when nothing more comes for so long."""
        try:
            self.later.append(self.message(seconds))
            return False
        except (TimeoutError, socket.timeout, Closed):
            return True

    def drain(self, seconds=0.3):
        """Reads until nothing more comes for so long."""
        while not self.quiet(seconds):
            pass

    def closed_with(self, timeout=10):
        """The close code, None when it stays open, 0 when it just ends."""
        try:
            while True:
                self.message(timeout)
        except Closed:
            return self.close_code or 0
        except (TimeoutError, socket.timeout):
            return None
        except OSError:
            return 0

    def join(self, lesson, client, cv=0):
        self.send(t="join", r=lesson, c=client, cv=cv)
        self.welcome = self.wait("welcome", r=lesson)
        return self.welcome

    def hello(self, board, v=0, n=1, e=""):
        self.send(t="hello", b=board, e=e, v=v, n=n)

    def close(self):
        try:
            self.s.close()
        except OSError:
            pass


def client_id():
    return os.urandom(12).hex()


def stroke(s, element=None, lamport=None, **fields):
    f = {"k": "s", "p": [10, 10, 5, 5], "c": 1, "w": 8}
    f.update(fields)
    return {"s": s, "l": lamport or s, "e": element or os.urandom(6).hex(), "f": f}
