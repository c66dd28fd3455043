// page.ts - a page of the convergence test: the model, a disk that survives, and bad luck
import type { WsAck, WsNack, WsOps } from "../../../web/src/gen/messages.js";
import { Board, type Snapshot } from "../../../web/src/model/board.js";
import type { Pending } from "../../../web/src/model/element.js";
import { Sender } from "../../../web/src/model/sender.js";
import { Undo } from "../../../web/src/model/undo.js";
import type { Box, Mutant } from "./box.js";

const elements = 10;

export type Wrong = Mutant & {
    /** an ack moves the page to the version it names, whatever came before */
    ackMovesVersion?: boolean;
    /** after a crash the page counts from 1 again */
    seqRestarts?: boolean;
    /** a new connection does not go back to what the box has not settled */
    noRewind?: boolean;
};

export class Dice {
    constructor(private state: number) {}
    next(): number {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }
    below(n: number): number {
        return Math.floor(this.next() * n);
    }
    chance(p: number): boolean {
        return this.next() < p;
    }
}

export const counts = {
    ops: 0,
    lost: 0,
    doubled: 0,
    crashes: 0,
    cuts: 0,
    restores: 0,
    undos: 0,
    gapsAtPage: 0,
    renewals: 0,
};
export type Counts = typeof counts;

export class Page {
    board: Board;
    sender: Sender;
    undo: Undo;
    linked = false;
    behind = false;
    quiet = 0;
    disk: {
        client: string;
        out: Pending[];
        nextSeq: number;
        lamport: number;
        snap: Snapshot | undefined;
    };
    unwritten: Pending[] = [];
    refused = new Set<string>();
    inbox: (WsOps | WsAck | WsNack)[] = [];

    constructor(
        readonly user: number,
        readonly dice: Dice,
        readonly wrong: Wrong,
        readonly tally: Counts,
    ) {
        this.disk = { client: this.name(), out: [], nextSeq: 1, lamport: 0, snap: undefined };
        this.board = new Board(this.disk.client);
        this.sender = new Sender(this.board);
        this.undo = new Undo(this.board);
    }

    name(): string {
        return Array.from({ length: 24 }, () => this.dice.below(16).toString(16)).join("");
    }

    act(): void {
        const { dice } = this;
        if (dice.chance(0.15)) {
            this.tally.undos++;
            this.unwritten.push(...this.undo.back());
            return;
        }
        const id = `e${dice.below(elements)}`;
        const fresh = this.board.register(id, "k") === undefined;
        const fields = fresh
            ? {
                  k: "s" as const,
                  p: [dice.below(100), 0],
                  c: dice.below(8),
                  w: 4,
                  z: this.board.topKey(),
              }
            : dice.chance(0.3)
              ? { d: dice.chance(0.5) }
              : dice.chance(0.5)
                ? { c: dice.below(8) }
                : { m: [dice.below(9), 1] };
        const ops = this.undo.step([[id, fields]]);
        this.unwritten.push(...ops);
        this.tally.ops += ops.length;
    }

    write(): void {
        this.disk.out.push(...this.unwritten);
        const last = this.unwritten.at(-1);
        this.unwritten = [];
        this.disk.nextSeq = this.board.nextSeq;
        this.disk.lamport = this.board.lamport;
        if (last) this.sender.written = Math.max(this.sender.written, last.s);
        if (this.dice.chance(0.2)) this.disk.snap = structuredClone(this.board.snapshot());
    }

    /** What is not on the disk was never promised. */
    crash(): void {
        this.tally.crashes++;
        this.linked = false;
        this.unwritten = [];
        this.board = new Board(this.disk.client);
        const snap = this.disk.snap && structuredClone(this.disk.snap);
        this.board.restore(
            snap,
            this.disk.out,
            this.wrong.seqRestarts ? 1 : this.disk.nextSeq,
            this.disk.lamport,
        );
        if (this.wrong.seqRestarts) this.board.nextSeq = (this.disk.out.at(-1)?.s ?? 0) + 1;
        this.sender = new Sender(this.board);
        this.sender.written = this.board.nextSeq - 1;
        this.undo = new Undo(this.board);
    }

    join(box: Box): void {
        this.inbox = [];
        this.behind = false;
        this.quiet = 0;
        const told = box.welcome(this.board.client);
        let meeting = this.board.welcome(told.e, told.v, told.s);
        if (meeting === "renew") {
            this.renew();
            const again = box.welcome(this.board.client);
            meeting = this.board.welcome(again.e, again.v, again.s);
        }
        if (meeting === "snapshot") this.board.replace(structuredClone(box.snapshot()));
        this.linked = true;
        box.hello(this.board.client, this.board.offer);
        this.inbox.push(...box.tail(this.board.version));
        if (!this.wrong.noRewind) this.sender.restart();
        this.settle();
    }

    private renew(): void {
        this.tally.renewals++;
        const client = this.name();
        this.write();
        const out = this.board.renew(client);
        this.disk = {
            client,
            out: [...out],
            nextSeq: this.board.nextSeq,
            lamport: this.board.lamport,
            snap: undefined,
        };
        this.sender = new Sender(this.board);
        this.sender.written = this.board.nextSeq - 1;
        this.undo = new Undo(this.board);
    }

    hear(message: WsOps | WsAck | WsNack, box: Box): void {
        if (message.t === "nack") return this.nack(message);
        let progress: "ok" | "gap";
        if (message.t === "ops") progress = this.board.apply(message.o);
        else {
            progress = this.board.acknowledge(message.s, message.v0, message.n);
            if (this.wrong.ackMovesVersion)
                this.board.version = Math.max(this.board.version, message.v0 + message.n - 1);
        }
        if (progress === "gap") {
            this.tally.gapsAtPage++;
            if (!this.behind) this.inbox.push(...box.tail(this.board.version));
            this.behind = true;
        } else this.behind = false;
        this.settle();
    }

    private nack(message: WsNack): void {
        if (message.why === "gap") {
            if (this.sender.rewind(message.want) === "rejoin") this.linked = false;
            return;
        }
        const op = this.board.refuse(message.s);
        if (op) this.refused.add(`${op.e} ${op.l} ${this.user}`);
        this.disk.out = this.disk.out.filter((one) => one.s !== message.s);
    }

    private settle(): void {
        for (const op of this.board.settle()) this.refused.add(`${op.e} ${op.l} ${this.user}`);
        this.disk.out = this.disk.out.filter((op) => op.s > this.board.stored);
    }
}
