"""bench.py - the realtime rows of docs/performance.md, measured here, beside fanref

A box of its own (release build) with people, sign-ins and lessons made by SQL; wsfan is the
load, fanref - a server that does nothing but copy frames - the yardstick in the same run. Each
figure is the median of three rounds, ours and fanref's in turn. A ratio carries from machine
to machine, a time does not: milliseconds count only where wsfan kept its timetable
(send_lag_ms p99 < 2) and fanref's own p99 is below 8; else the round is tried again, three
times at most, and then says NOISY.

    make bench                     all rows
    BENCH_S=4 make bench           shorter rounds (8 s each)
    BENCH_ROWS=relay,ops,idle      some of them

Ends with "N passed, N failed".
"""

import base64, hashlib, hmac, json, os, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "system"))
from box import Box, free_port

TOOLS = os.path.join(os.environ.get("BUILD", "build"), "release", "tests")
SECONDS = os.environ.get("BENCH_S", "8")
ROWS = os.environ.get("BENCH_ROWS", "relay,ops,idle").split(",")
ROOMS, CLIENTS, RATE, IDLE, ROUNDS, TRIES = 10, 30, 1600, 2000, 3, 3

JOIN = ["--join", '{"t":"join","r":{lesson},"c":"{cid}","cv":0}', "--expect", '"t":"welcome"',
        "--join", '{"t":"hello","b":{board},"e":"","v":0,"n":1}']
LIVE = '{"t":"live","b":{board},"e":"{word}","c":1,"w":8,"p":[1000,1000,5,5,6,4,7,3]}'
OPS = ('{"t":"ops","b":{board},"o":[{"s":{seq1},"l":{seq1},"e":"{word}",'
       '"f":{"k":"s","p":[1000,1000,5,5,6,4,7,3],"c":1,"w":8}}]}')

results = {True: 0, False: 0}


def row(name, value, bar, good):
    results[good] += 1
    print(f"{'ok  ' if good else 'MISS'}  {name:<44} {value:<52} bar: {bar}", flush=True)


class School(Box):
    """A box with 2,000 people who are signed in, and ten classes of thirty."""

    def __init__(self):
        self.port = free_port()
        raised = {"max_per_address": 20000, "max_unsigned_per_address": 20000}
        print("settings raised:", ", ".join(f"{k} = {v}" for k, v in raised.items()))
        super().__init__(measure_listen=f"127.0.0.1:{self.port}", **raised)
        self.dir = tempfile.mkdtemp(dir=self.home)
        self.people()

    def sql(self, text):
        """As the owner of the database, whom the socket knows by its uid."""
        command = ["psql", "-h", self.home + "/run", "-U", "m4sh", "-d", "m4sh", "-qAt", "-v", "ON_ERROR_STOP=1"]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=m4sh", "--regid=m4sh", "--clear-groups"] + command
        r = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/")
        if r.returncode:
            sys.exit("bench: " + r.stderr)
        return r.stdout.split("\n")[:-1]

    def people(self):
        with open(self.home + "/tls/session.key", "rb") as f:
            key = f.read()
        tokens = [base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=") for _ in range(IDLE)]
        macs = ",".join(f"({i}, '\\x{hmac.new(key, t.encode(), hashlib.sha256).hexdigest()}'::bytea)"
                        for i, t in enumerate(tokens))
        self.sql(f"""
            INSERT INTO person (login, name, role)
                SELECT 'bench' || i, 'Bench ' || i, CASE WHEN i % {CLIENTS} = 0 THEN 'teacher' ELSE 'student' END
                FROM generate_series(0, {IDLE - 1}) i;
            INSERT INTO session (token_mac, person_id, address)
                SELECT mac, person.id, '127.0.0.1' FROM (VALUES {macs}) AS t (i, mac)
                JOIN person ON login = 'bench' || i;
            INSERT INTO classroom (name) SELECT 'Bench ' || i FROM generate_series(0, {ROOMS - 1}) i;
            INSERT INTO classroom_member (classroom_id, person_id)
                SELECT classroom.id, person.id FROM generate_series(0, {ROOMS * CLIENTS - 1}) i
                JOIN person ON login = 'bench' || i JOIN classroom ON classroom.name = 'Bench ' || i / {CLIENTS};
            ANALYZE;""")
        self.cookies = self.dir + "/cookies"
        with open(self.cookies, "w") as f:
            f.write("\n".join(tokens) + "\n")

    def lessons(self):
        """A new lesson for each class, live: the file for --rooms-file."""
        lines = self.sql(f"""
            WITH l AS (INSERT INTO lesson (classroom_id, teacher_id, title, starts_at, ends_at, status, started_at)
                SELECT classroom.id, person.id, 'Bench', now(), now() + interval '45 minutes', 'live', now()
                FROM generate_series(0, {ROOMS - 1}) i JOIN classroom ON classroom.name = 'Bench ' || i
                JOIN person ON login = 'bench' || i * {CLIENTS} RETURNING id, classroom_id),
            b AS (INSERT INTO board (lesson_id) SELECT id FROM l RETURNING id, lesson_id)
            SELECT l.id, b.id FROM l JOIN b ON b.lesson_id = l.id JOIN classroom c ON c.id = l.classroom_id
            ORDER BY substr(c.name, 7)::int;""")
        path = f"{self.dir}/rooms"
        with open(path, "w") as f:
            f.write("\n".join(line.replace("|", " ") for line in lines) + "\n")
        return path

    def fresh(self):
        """The same box started anew, so that memory it had used before hides nothing."""
        self.stop()
        self.start()
        time.sleep(1)


def wsfan(mode, *more):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:
        r = subprocess.run([TOOLS + "/wsfan", mode, "--output", out.name, *map(str, more)], capture_output=True, text=True)
        text = out.read()
    if r.returncode not in (0, 3):
        sys.exit(f"bench: wsfan {mode}: {r.stderr}")
    print("   ", r.stderr.strip(), flush=True)
    return json.loads(text)


def load(message, match, *more):
    return wsfan("fanout", "--rooms", ROOMS, "--clients", CLIENTS, "--senders", CLIENTS, "--rate", RATE,
                 "--duration", SECONDS, "--message", message, "--match", match, *more)["result"]


def on_box(box, message, match):
    return load(message, match, "--url", f"ws://127.0.0.1:{box.port}/ws/", "-H", f"Origin: http://127.0.0.1:{box.port}",
                "--cookies", box.cookies, "--rooms-file", box.lessons(), *JOIN, "-p", box.process.pid)


def on_fanref(box, message, match):
    port = free_port()
    server = subprocess.Popen([TOOLS + "/fanref", "--port", str(port)])
    try:
        time.sleep(0.3)
        return load(message, match, "--url", f"ws://127.0.0.1:{port}/{{room}}", "--rooms-file", box.dir + "/rooms",
                    "-p", server.pid)
    finally:
        server.kill()
        server.wait()


def noisy(ours, ref):
    return (ours["send_lag_ms"]["p99"] >= 2 or ref["send_lag_ms"]["p99"] >= 2 or ref["latency_ms"]["p99"] >= 8)


def rounds(box, message, match):
    """Three rounds in turn, more where one was noisy. CPU and faults are those of all of them,
    milliseconds of the quiet ones alone."""
    pairs = []
    for _ in range(ROUNDS):
        for _ in range(TRIES):
            pairs.append((on_box(box, message, match), on_fanref(box, message, match)))
            if not noisy(*pairs[-1]):
                break
            ours, ref = pairs[-1]
            print(f"    NOISY: send lag p99 {ours['send_lag_ms']['p99']:.1f} and {ref['send_lag_ms']['p99']:.1f} ms, "
                  f"fanref's p99 {ref['latency_ms']['p99']:.1f} ms")
    quiet = [p for p in pairs if not noisy(*p)]
    median = lambda of, side, field, key: statistics.median(p[side][field][key] if key else p[side][field] for p in of)
    ours, ref = (median(pairs, side, "delivered_per_server_cpu_s", None) for side in (0, 1))
    return {"ours": ours, "ref": ref, "ratio": ours / ref, "quiet": len(quiet), "of": len(pairs),
            "p99": median(quiet or pairs, 0, "latency_ms", "p99"), "p50": median(quiet or pairs, 0, "latency_ms", "p50"),
            "ref_p99": median(quiet or pairs, 1, "latency_ms", "p99"),
            "wrong": sum(p[0][k] for p in pairs for k in ("lost", "unsent", "duplicated", "reordered", "misrouted", "malformed"))}


def relay(box):
    box.lessons()
    r = rounds(box, LIVE, '"live"')
    row(f"relay of live ink, {RATE}/s, {ROOMS} x {CLIENTS}",
        f"{r['ours']:,.0f}/CPU s, fanref {r['ref']:,.0f}: {r['ratio']:.2f} of it", ">= 1.00 of fanref", r["ratio"] >= 1)
    row("  nothing lost, doubled, out of order", f"{r['wrong']} faults; p99 {r['p99']:.1f} ms, fanref {r['ref_p99']:.1f}",
        "0", r["wrong"] == 0)


def ops(box):
    box.lessons()
    r = rounds(box, OPS, '"ops"')
    row(f"board ops stored, {RATE}/s, {ROOMS} x {CLIENTS}",
        f"{r['ours']:,.0f}/CPU s, fanref {r['ref']:,.0f}: {r['ratio']:.2f} of it", ">= 0.50 of fanref", r["ratio"] >= 0.5)
    row("  nothing lost, doubled, out of order", f"{r['wrong']} faults", "0", r["wrong"] == 0)
    row("  p99 from intended to received", f"p50 {r['p50']:.1f}, p99 {r['p99']:.1f} ms, {r['quiet']} of {r['of']} rounds quiet{'' if r['quiet'] else ': NOISY'}",
        "< 50 ms", r["quiet"] > 0 and r["p99"] < 50)


def idle(box):
    for name, url, origin, most in (("plain", f"ws://127.0.0.1:{box.port}/ws/", f"http://127.0.0.1:{box.port}", 1024),
                                    ("TLS", f"wss://127.0.0.1:{box.https_port}/ws/", box.origin, 16384)):
        sizes = []
        for _ in range(ROUNDS):
            box.fresh()
            r = wsfan("idle", "--url", url, "-H", "Origin: " + origin, "--cookies", box.cookies, "--rooms", IDLE // 50,
                      "--clients", 50, "--hold", 2, "--settle", 2, "-p", box.pid_of("m4shd"))["idle"]
            sizes.append(r["rss_per_conn_bytes"])
        size = statistics.median(sizes)
        row(f"memory per idle connection, {name}", f"{size:,.0f} bytes, sign-in with it", f"<= {most:,} bytes", size <= most)


def main():
    print(f"{os.cpu_count()} CPUs, Linux {os.uname().release}; rounds of {SECONDS} s, medians of {ROUNDS}")
    box = School()
    for name, measure in (("relay", relay), ("ops", ops), ("idle", idle)):
        if name in ROWS:
            measure(box)
    print(f"{results[True]} passed, {results[False]} failed")
    sys.exit(1 if results[False] else 0)


if __name__ == "__main__":
    main()
