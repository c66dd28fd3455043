// box.ts - the box's half of the board protocol, as small as it can be
//
// For tests of the page's model only: one board in memory, with the rules of docs/api.md. The
// switches are mutants: ways of being wrong that the convergence test has to catch.
import type { WsAck, WsNack, WsOps, WsWelcome } from "../../../web/src/gen/messages.js";
import type { Confirmed, Snapshot } from "../../../web/src/model/board.js";
import type { Pending } from "../../../web/src/model/element.js";
import { mergeFields } from "../../../web/src/model/element.js";
import type { Fields, Registers } from "../../../web/src/model/register.js";

export interface Mutant {
    /** the same operation is stored again */
    noDedupe?: boolean;
    /** operations after a hole are taken */
    noGapCheck?: boolean;
}

export interface Taken {
    answers: (WsAck | WsNack)[];
    news: Confirmed[];
}

export class Box {
    log: Confirmed[] = [];
    /** last sequence number looked at, and last one stored: refused ones lie between */
    last = new Map<string, number>();
    stored = new Map<string, number>();
    duplicates = 0;
    gaps = 0;
    refusals = 0;

    constructor(
        public epoch: string,
        private readonly mutant: Mutant = {},
        /** refuses an operation for good */
        private readonly refuse: (user: number, op: Pending) => boolean = () => false,
    ) {}

    get version(): number {
        return this.log.length;
    }

    welcome(client: string): WsWelcome["boards"][number] {
        return { b: 1, e: this.epoch, v: this.version, s: this.stored.get(client) ?? 0 };
    }

    /** What the page does not offer any more was answered; what it offers again is looked at again. */
    hello(client: string, next: number): void {
        this.last.set(client, Math.max(this.stored.get(client) ?? 0, next - 1));
    }

    tail(after: number): WsOps[] {
        const parts: WsOps[] = [];
        for (let at = after; at < this.log.length; at += 200)
            parts.push({ t: "ops", b: 1, o: this.log.slice(at, at + 200) });
        return parts;
    }

    snapshot(): Snapshot {
        const els: Record<string, Registers> = {};
        const by: Record<string, number> = {};
        for (const op of this.log) {
            mergeFields((els[op.e] ??= {}), op.f as Fields, op.l, op.c);
            by[op.e] ??= op.u;
        }
        return { e: this.epoch, v: this.version, els, by };
    }

    take(client: string, user: number, ops: readonly Pending[]): Taken {
        const taken: Taken = { answers: [], news: [] };
        let run: Confirmed[] = [];
        const flush = (): void => {
            const [first, final] = [run[0], run.at(-1)];
            if (first && final)
                taken.answers.push({ t: "ack", b: 1, s: final.s, v0: first.v, n: run.length });
            run = [];
        };
        for (const op of ops) {
            const want = (this.last.get(client) ?? 0) + 1;
            if (op.s < want) this.duplicates++;
            if (op.s > want) this.gaps++;
            if (op.s < want && !this.mutant.noDedupe) continue;
            if (op.s > want && !this.mutant.noGapCheck) {
                flush();
                taken.answers.push({ t: "nack", b: 1, s: op.s, why: "gap", want, detail: "" });
                return taken;
            }
            this.last.set(client, Math.max(want - 1, op.s));
            if (this.refuse(user, op)) {
                flush();
                this.refusals++;
                taken.answers.push({
                    t: "nack",
                    b: 1,
                    s: op.s,
                    why: "denied",
                    want: op.s + 1,
                    detail: "",
                });
                continue;
            }
            const stored: Confirmed = {
                v: this.version + 1,
                c: client,
                s: op.s,
                l: op.l,
                u: user,
                e: op.e,
                f: op.f,
            };
            this.log.push(stored);
            this.stored.set(client, op.s);
            taken.news.push(stored);
            run.push(stored);
        }
        flush();
        return taken;
    }
}
