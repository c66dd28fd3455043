// compare.mjs FOLDER BENCH_JSON - JSON text to verdict: bench_json.c against bench_ajv.mjs
//
// Both programs live through the whole run and work in turns, so what else the machine does
// falls on both. First each must give the verdicts messages.mjs wrote down; then ROUNDS rounds
// are timed and the medians compared. The last line is "N passed, N failed".
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BAR = 2.0; // docs/adr/0002-own-json-scanner.md
const ROUNDS = 11, WARM_MS = 600, ROUND_MS = 200;
const KINDS = { board: "board.operation.json", chat: "chat.message.json", lesson: "lesson.create.json" };
const [folder, benchJson] = process.argv.slice(2);

function start(command, args) {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
        async ask(order) {
            child.stdin.write(order + "\n");
            const { value, done } = await answers.next();
            if (done)
                throw new Error(`${command} has no answer to "${order}"`);
            return value;
        },
        end: () => child.stdin.end(),
    };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

let passed = 0, failed = 0;
function check(name, good) {
    console.log(`${good ? "ok" : "NOT OK"}  ${name}`);
    if (good)
        passed++;
    else
        failed++;
}

const ours = start(benchJson, [folder]);
const ajv = start(process.execPath, [fileURLToPath(new URL("bench_ajv.mjs", import.meta.url)), folder]);
const sides = { ours, ajv };

for (const [kind, file] of Object.entries(KINDS)) {
    const expected = readFileSync(`${folder}/${kind}.verdicts`, "utf8");
    for (const [name, side] of Object.entries(sides))
        check(`${name}: the right verdict on ${expected.length} ${kind} messages`,
            (await side.ask(`verdicts ${kind} ${file}`)) === expected);
}

for (const [kind, file] of Object.entries(KINDS))
    for (const side of Object.values(sides))
        await side.ask(`time ${kind} ${file} ${WARM_MS}`);

const times = {};
for (let round = 0; round < ROUNDS; round++)
    for (const [kind, file] of Object.entries(KINDS))
        for (const [name, side] of Object.entries(sides))
            ((times[kind] ??= {})[name] ??= []).push(+(await side.ask(`time ${kind} ${file} ${ROUND_MS}`)));
for (const side of Object.values(sides))
    side.end();

console.log(`\nbytes in to verdict out, ns of CPU a message: medians of ${ROUNDS} rounds in turns, ` +
    `Node ${process.versions.node}`);
console.log("             bytes  JSON.parse + ajv      ours    faster");
let product = 1;
for (const [kind, { ours: mine, ajv: theirs }] of Object.entries(times)) {
    const text = readFileSync(`${folder}/${kind}.jsonl`), count = text.toString().split("\n").length - 1;
    const ratio = median(theirs) / median(mine);
    product *= ratio;
    console.log(kind.padEnd(10) + Math.round(text.length / count - 1).toString().padStart(8) +
        median(theirs).toFixed(0).padStart(18) + median(mine).toFixed(0).padStart(10) +
        `${ratio.toFixed(2)} x`.padStart(10));
}
const mean = product ** (1 / Object.keys(times).length);
check(`geometric mean ${mean.toFixed(2)} x, at least ${BAR.toFixed(1)} x`, mean >= BAR);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
