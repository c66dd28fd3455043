// bench_ajv.mjs FOLDER - JSON.parse and a compiled ajv, as compare.mjs asks
//
// The other half is bench_json.c, which answers the same two orders on standard input:
//     verdicts KIND FILE      a 1 or 0 for each message of FOLDER/KIND.jsonl by schemas/FILE
//     time KIND FILE MS       nanoseconds of CPU a message, measured for MS milliseconds
// A message begins as bytes, as a WebSocket server has it, and ends as a verdict.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv from "ajv/dist/2020.js";

const folder = process.argv[2];
const ajv = new Ajv.default();

// ajv has no formats of its own. lib/schema_format.c looks at the calendar too, so this does.
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[tT]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([zZ]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
ajv.addFormat("date-time", (text) => {
    const found = DATE_TIME.exec(text);
    if (!found)
        return false;
    const year = +found[1], month = +found[2], day = +found[3];
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 && leap ? 29 : DAYS[month]);
});

const loaded = new Map();
function load(kind, file) {
    if (!loaded.has(kind)) {
        const schema = JSON.parse(readFileSync(`schemas/${file}`, "utf8"));
        const lines = readFileSync(`${folder}/${kind}.jsonl`, "utf8").split("\n").slice(0, -1);
        loaded.set(kind, { check: ajv.compile(schema), messages: lines.map((line) => Buffer.from(line)) });
    }
    return loaded.get(kind);
}

// Returns how many are good, so that no compiler can leave the work out.
function allOf({ check, messages }) {
    let good = 0;
    for (let i = 0; i < messages.length; i++)
        if (check(JSON.parse(messages[i].toString())))
            good++;
    return good;
}

function cpuMicroseconds() {
    const { user, system } = process.cpuUsage();
    return user + system;
}

function nanosecondsEach(work, ms) {
    const expected = allOf(work), begin = cpuMicroseconds();
    let passes = 0, spent = 0;
    for (; spent < ms * 1000; spent = cpuMicroseconds() - begin, passes++)
        if (allOf(work) !== expected)
            throw new Error("the verdicts change");
    return (spent * 1000) / (passes * work.messages.length);
}

for await (const line of createInterface({ input: process.stdin })) {
    const [order, kind, file, ms] = line.split(" ");
    const work = load(kind, file);
    if (order === "verdicts")
        console.log(work.messages.map((m) => (work.check(JSON.parse(m.toString())) ? "1" : "0")).join(""));
    else
        console.log(nanosecondsEach(work, +ms).toFixed(1));
}
