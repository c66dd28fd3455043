// messages.mjs FOLDER - what pupils and teachers send, 256 variants of each kind
//
// FOLDER/KIND.jsonl holds one message a line, FOLDER/KIND.verdicts a 1 or 0 for each: whether
// schemas/ allows it. One in sixteen is wrong, in a way its schema sees. The same every time.
import { mkdirSync, writeFileSync } from "node:fs";

const VARIANTS = 256;
const WRONG_EVERY = 16;

// mulberry32: small, and the same on every machine
let seed = 0x4d345348;
function random() {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const one = (list) => list[between(0, list.length - 1)];

const words = ["задача", "відповідь", "x = 4", "чому так?", "bitte", "noch einmal", "the second line",
    "\"так\"", "мінус", "готово 👍", "і ще:\n", "yes", "дякую", "please", "сторінка 12", "π ≈ 3.14"];
const sentence = (most) =>
    Array.from({ length: between(3, most) }, () => one(words)).join(" ");

function board() {
    const points = [between(0, 8000), between(0, 8000)];
    for (let left = between(22, 40); left > 0; left -= 2)
        points.push(between(-60, 60), between(-60, 60));
    return {
        t: "ops", b: between(1, 90000),
        o: [{
            s: between(1, 5000), l: between(1, 90000), e: between(1000, 9e7).toString(36),
            f: { k: "s", p: points, c: between(0, 7), w: between(4, 32), z: one(["a0", "a1V", "b07"]) },
        }],
    };
}

function chat() {
    return { t: "chat", r: between(1, 90000), s: between(1, 400), text: sentence(7) };
}

function lesson() {
    const day = `2026-${between(10, 12)}-${between(10, 28)}T`, hour = between(10, 17);
    return {
        classroom_id: between(1, 900), teacher_id: between(1, 90000),
        title: sentence(4), topic: sentence(8),
        starts_at: `${day}${hour}:00:00Z`, ends_at: `${day}${hour + 1}:30:00Z`,
    };
}

const kinds = {
    board: [board, [
        (m) => { m.o[0].f.c = 8; }, (m) => { delete m.o[0].e; }, (m) => { m.o = []; },
        (m) => { m.o[0].f.p[7] = "1"; }, (m) => { m.o[0].f.q = 1; }]],
    chat: [chat, [
        (m) => { m.text = ""; }, (m) => { m.s = 0; }, (m) => { delete m.r; },
        (m) => { m.text = [m.text]; }, (m) => { m.who = 1; }]],
    lesson: [lesson, [
        (m) => { delete m.title; }, (m) => { m.starts_at = "2026-02-30T10:00:00Z"; },
        (m) => { m.classroom_id = "7"; }, (m) => { m.topic = null; }, (m) => { m.room = 1; }]],
};

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const [kind, [make, faults]] of Object.entries(kinds)) {
    let text = "", verdicts = "";
    for (let i = 0; i < VARIANTS; i++) {
        const message = make();
        const wrong = i % WRONG_EVERY === WRONG_EVERY - 1;
        if (wrong)
            faults[Math.floor(i / WRONG_EVERY) % faults.length](message);
        text += JSON.stringify(message) + "\n";
        verdicts += wrong ? "0" : "1";
    }
    writeFileSync(`${folder}/${kind}.jsonl`, text);
    writeFileSync(`${folder}/${kind}.verdicts`, verdicts);
}
