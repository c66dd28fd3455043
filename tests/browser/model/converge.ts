// converge.ts - many pages, one box, a bad network: does everything arrive once and end up equal?
//
//   M4SH_SEEDS=300 M4SH_SEED=1    how many seeds, and the first of them
//
// Frames are lost, doubled and reordered in both directions, pages crash (memory gone, outbox and
// last snapshot kept), are cut off, write to disk late, and in every fifth seed the box comes back
// from a backup. Harsher than a WebSocket can be: what holds here holds there.
import type { BoardOperation } from "../../../web/src/gen/messages.js";
import { Board, type Snapshot } from "../../../web/src/model/board.js";
import type { Pending } from "../../../web/src/model/element.js";
import { Box } from "./box.js";
import { type Counts, counts, Dice, Page, type Wrong } from "./page.js";
import { ok, plan, say } from "./tap.js";

declare const process: { env: Record<string, string | undefined> };

const pages = 4;
const steps = 400;

interface Outcome {
    doubled: boolean;
    diverged: boolean;
    missing: boolean;
    unfinished: boolean;
    text: string;
}

/** One world from one seed. */
function play(seed: number, wrong: Wrong, tally: Counts): Outcome {
    const dice = new Dice(seed * 7919 + 1);
    const restoring = seed % 5 === 0;
    const refused: { user: number; op: Pending }[] = [];
    const refuse = (user: number, op: Pending): boolean => {
        const no = op.e === "e3" && op.f.c === 7;
        if (no) refused.push({ user, op });
        return no;
    };
    const box = new Box("a".repeat(16), wrong, refuse);
    const all = Array.from({ length: pages }, (_, user) => new Page(user + 1, dice, wrong, tally));
    const toBox: { page: Page; client: string; frame: BoardOperation }[] = [];
    const promised = new Map<string, Pending>();
    const excused = new Set<string>();

    const pick = <T>(list: T[]): T | undefined =>
        list.splice(dice.chance(0.7) ? 0 : dice.below(list.length), 1)[0];
    const deliver = (lossy: boolean): void => {
        const sent = toBox.length > 0 ? pick(toBox) : undefined;
        if (sent) {
            if (lossy && dice.chance(0.1)) tally.lost++;
            else {
                if (lossy && dice.chance(0.1) && ++tally.doubled) toBox.push(sent);
                const taken = box.take(sent.client, sent.page.user, sent.frame.o);
                if (sent.page.linked && sent.client === sent.page.board.client)
                    sent.page.inbox.push(...taken.answers);
                for (const page of all)
                    if (page !== sent.page && page.linked && taken.news.length > 0)
                        page.inbox.push({ t: "ops", b: 1, o: taken.news });
            }
        }
        for (const page of all) {
            const message = page.inbox.length > 0 ? pick(page.inbox) : undefined;
            if (!message || !page.linked) continue;
            if (lossy && dice.chance(0.1)) tally.lost++;
            else {
                if (lossy && dice.chance(0.1) && ++tally.doubled) page.inbox.push(message);
                page.hear(structuredClone(message), box);
            }
        }
    };
    const pump = (page: Page): void => {
        for (
            let frame = page.linked ? page.sender.next(1) : undefined;
            frame;
            frame = page.sender.next(1)
        ) {
            const cut = dice.chance(0.3)
                ? frame.o.slice(0, 1 + dice.below(frame.o.length))
                : frame.o;
            toBox.push({ page, client: page.board.client, frame: { ...frame, o: cut } });
            if (cut.length < frame.o.length && dice.chance(0.5)) break;
        }
        page.quiet = page.sender.unanswered || page.board.behind ? page.quiet + 1 : 0;
        if (page.quiet > 30) page.linked = false;
    };
    const write = (page: Page): void => {
        for (const op of page.unwritten) promised.set(`${op.e} ${op.l} ${page.user}`, op);
        page.write();
    };
    const restore = (): void => {
        tally.restores++;
        const kept = dice.below(box.log.length + 1);
        for (const op of box.log.slice(kept)) excused.add(`${op.e} ${op.l} ${op.u}`);
        box.log = box.log.slice(0, kept);
        box.last = new Map(box.log.map((op) => [op.c, op.s]));
        box.stored = new Map(box.last);
        box.epoch = "b".repeat(16);
        toBox.length = 0;
        for (const page of all) page.linked = false;
    };

    for (let step = 0; step < steps; step++) {
        const page = all[dice.below(pages)] as Page;
        if (dice.chance(0.5)) page.act();
        if (dice.chance(0.4)) write(page);
        if (dice.chance(0.02)) page.crash();
        if (dice.chance(0.03) && ++tally.cuts) page.linked = false;
        if (!page.linked && dice.chance(0.3)) page.join(box);
        pump(page);
        deliver(true);
        if (restoring && step === steps / 2) restore();
    }
    let rounds = 0;
    const busy = (): boolean =>
        toBox.length > 0 ||
        all.some(
            (one) =>
                !one.linked ||
                one.inbox.length > 0 ||
                one.board.pending.length > 0 ||
                one.board.behind,
        );
    for (const page of all) {
        write(page);
        page.linked = false; // a lost frame is no secret for ever: the connection ends some time
    }
    for (; busy() && rounds < 5000; rounds++)
        for (const page of all) {
            if (!page.linked) page.join(box);
            pump(page);
            deliver(false);
        }
    const final = box.snapshot().els;
    for (const { user, op } of refused)
        if (covered(op, final)) excused.add(`${op.e} ${op.l} ${user}`);
    return judge(box, all, promised, excused, { restoring, unfinished: rounds >= 5000 });
}

/** A later write stands on every register: whether this one was refused makes no difference. */
function covered(op: Pending, els: Snapshot["els"]): boolean {
    return Object.keys(op.f).every((field) => (els[op.e]?.[field as "k"]?.[1] ?? 0) >= op.l);
}

function judge(
    box: Box,
    all: Page[],
    promised: Map<string, Pending>,
    excused: Set<string>,
    run: { restoring: boolean; unfinished: boolean },
): Outcome {
    const keys = box.log.map((op) => `${op.c} ${op.s}`);
    const truth = new Board("f".repeat(24));
    truth.replace(box.snapshot());
    const look = (board: Board): string =>
        JSON.stringify([...board.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const differs = all.filter(
        (page) =>
            page.board.digest !== truth.digest ||
            look(page.board) !== look(truth) ||
            page.board.version !== box.version,
    );
    const told = new Set(all.flatMap((page) => [...page.refused]));
    const logged = new Set(box.log.map((op) => `${op.e} ${op.l} ${op.u}`));
    const missing = [...promised.keys()].filter(
        (key) => !logged.has(key) && !told.has(key) && !excused.has(key),
    );
    // After a restore an operation may be in the backup and be offered again: same registers, twice.
    const twice = !run.restoring && logged.size !== box.log.length;
    return {
        doubled: new Set(keys).size !== keys.length || twice,
        diverged: differs.length > 0,
        missing: missing.length > 0,
        unfinished: run.unfinished,
        text: `log ${box.log.length}, differing pages ${differs.map((page) => page.user).join(",")}, missing ${missing.slice(0, 5).join("; ")}`,
    };
}

const good = (outcome: Outcome): boolean =>
    !outcome.doubled && !outcome.diverged && !outcome.missing && !outcome.unfinished;

const seeds = Number(process.env["M4SH_SEEDS"] ?? 40);
const first = Number(process.env["M4SH_SEED"] ?? 1);
for (let seed = first; seed < first + seeds; seed++) {
    const outcome = play(seed, {}, counts);
    ok(
        good(outcome),
        `seed ${seed} ends equal, once and complete`,
        JSON.stringify(outcome, null, 1),
    );
}
say(
    `coverage: ${Object.entries(counts)
        .map(([name, n]) => `${name} ${n}`)
        .join(", ")}`,
);
if (seeds >= 10)
    for (const [name, n] of Object.entries(counts)) ok(n > 0, `the seeds reached: ${name}`);

const mutants: Record<string, Wrong> = {
    "the box stores an operation twice": { noDedupe: true },
    "the box takes operations after a hole": { noGapCheck: true },
    "an ack moves the version by itself": { ackMovesVersion: true },
    "sequence numbers restart after a crash": { seqRestarts: true },
    "a new connection sends nothing again": { noRewind: true },
};
for (const [name, wrong] of Object.entries(mutants)) {
    const spare = { ...counts };
    let caught = 0;
    for (let seed = first; seed < first + 15; seed++) if (!good(play(seed, wrong, spare))) caught++;
    ok(caught > 0, `caught: ${name} (${caught} of 15 seeds)`);
}
plan();
