// board.ts - one board as this page knows it: what the box confirmed, and what waits on top
//
// Confirmed registers and the page's own pending operations are kept apart; what is shown is
// their merge. So a refused operation is taken back exactly, and a confirmed one changes nothing
// on the screen. Pure: no DOM, no clock, no storage, no socket.
//
// Versions: the board's version advances only over contiguous versions that were applied. An ack
// counts for its own operations and only when it continues our version; whatever else arrives
// makes the answer "gap", and the caller says hello again with our version.
import type { WsOps } from "../gen/messages.js";
import { type Element, type Pending, elementOf, elementSame, mergeFields } from "./element.js";
import {
    type Field,
    type Fields,
    type Register,
    type Registers,
    fieldNames,
    registerDigest,
    registerWins,
} from "./register.js";

export type Confirmed = WsOps["o"][number];
export type Progress = "ok" | "gap";

/** As GET boards/{id}/snapshot/ has it, and as IndexedDB keeps it. */
export interface Snapshot {
    e: string;
    v: number;
    els: Record<string, Registers>;
    /** who made each element */
    by: Record<string, number>;
}

/** What welcome asks of the board: go on, fetch the snapshot, or start over under a new name. */
export type Meeting = "hello" | "snapshot" | "renew";

/** A page further behind than this takes the snapshot instead of the operations it missed. */
const farBehind = 2000;

export class Board {
    epoch = "";
    version = 0;
    nextSeq = 1;
    lamport = 0;
    /** Everything up to this sequence number is known to be settled at the box. */
    stored = 0;
    /** Up to here the box said "stored" to this client id; it never takes that back. */
    acked = 0;
    private storedVersion = 0;
    private heard = 0;
    private readonly makers = new Map<string, number>();
    private readonly confirmed = new Map<string, Registers>();
    private waiting: Pending[] = [];
    private readonly waitingOn = new Map<string, number>();
    private readonly shown = new Map<string, Element>();
    private changes = new Set<string>();
    private sum = 0;

    constructor(public client: string) {}

    /** What is to be drawn, erased elements left out. */
    get elements(): ReadonlyMap<string, Element> {
        return this.shown;
    }

    /** Own operations that are not in a confirmed version yet, in order of sequence. */
    get pending(): readonly Pending[] {
        return this.waiting;
    }

    /** Own operations of which the box has not said that it has them. */
    get unsaved(): number {
        return this.waiting.reduce((count, op) => count + (op.s > this.stored ? 1 : 0), 0);
    }

    /** The next sequence number the box will see: what is below has been answered. */
    get offer(): number {
        return this.waiting.find((op) => op.s > this.stored)?.s ?? this.nextSeq;
    }

    /** Who made an element; undefined while only this page knows it. */
    maker(id: string): number | undefined {
        return this.makers.get(id);
    }

    /** There are versions we heard of and do not have: they have to come soon. */
    get behind(): boolean {
        return this.version < this.heard;
    }

    /** Equal on two pages exactly when their confirmed registers are equal. */
    get digest(): string {
        return this.sum.toString(16).padStart(8, "0");
    }

    /** Ids whose look may have changed since the last call. */
    takeChanges(): Set<string> {
        const taken = this.changes;
        this.changes = new Set();
        return taken;
    }

    /** The register that counts for this page, its own waiting changes included. */
    register(id: string, field: Field): Register | undefined {
        return this.merged(id)?.[field];
    }

    /** Back from storage: the last snapshot, and the outbox with its counters. */
    restore(
        saved: Snapshot | undefined,
        outbox: readonly Pending[],
        nextSeq: number,
        lamport: number,
    ): void {
        if (saved) this.replace(saved);
        for (const op of outbox) this.wait(op);
        this.nextSeq = Math.max(this.nextSeq, nextSeq, (outbox.at(-1)?.s ?? 0) + 1);
        this.lamport = Math.max(this.lamport, lamport, ...outbox.map((op) => op.l));
    }

    /** A change made here: shown at once, in the outbox until confirmed. */
    change(id: string, fields: Fields): Pending {
        const op: Pending = { s: this.nextSeq++, l: ++this.lamport, e: id, f: fields };
        this.wait(op);
        return op;
    }

    /** A key above everything drawn so far. */
    topKey(): string {
        return (this.lamport + 1).toString(36).padStart(9, "0");
    }

    welcome(epoch: string, version: number, stored: number): Meeting {
        if (this.epoch !== "" && this.epoch !== epoch) return "renew";
        if (stored < this.acked) return "renew"; // the box forgot what it had acknowledged
        this.acked = stored;
        if (stored > this.stored) {
            this.stored = stored;
            this.storedVersion = Math.max(this.storedVersion, version);
        }
        this.heard = Math.max(this.heard, version);
        this.nextSeq = Math.max(this.nextSeq, stored + 1);
        if (this.epoch === "" && version === 0) this.epoch = epoch;
        if (this.version > version) return "renew";
        const fresh = this.version === 0 && version > 0;
        return fresh || version - this.version > farBehind ? "snapshot" : "hello";
    }

    /** The snapshot takes the place of all that was confirmed; what waits stays on top. */
    replace(snapshot: Snapshot): void {
        const touched = new Set(this.confirmed.keys());
        this.confirmed.clear();
        this.makers.clear();
        this.sum = 0;
        this.epoch = snapshot.e;
        this.version = snapshot.v;
        for (const [id, registers] of Object.entries(snapshot.els)) {
            touched.add(id);
            for (const name of fieldNames) {
                const register = registers[name];
                if (register) this.confirm(id, name, register);
            }
        }
        for (const [id, user] of Object.entries(snapshot.by)) this.makers.set(id, user);
        for (const id of touched) this.show(id);
    }

    snapshot(): Snapshot {
        const [els, by] = [Object.fromEntries(this.confirmed), Object.fromEntries(this.makers)];
        return { e: this.epoch, v: this.version, els, by };
    }

    /** Operations from the box, own ones too. Those already applied are skipped. */
    apply(ops: readonly Confirmed[]): Progress {
        this.heard = Math.max(this.heard, ops.at(-1)?.v ?? 0);
        for (const op of ops) {
            if (op.v > this.version + 1) return "gap";
            if (op.v > this.version) {
                this.version = op.v;
                if (!this.makers.has(op.e)) this.makers.set(op.e, op.u);
                this.confirmAll(op.e, op.f as Fields, op.l, op.c);
            }
            if (op.c === this.client) this.drop(op.s);
        }
        return "ok";
    }

    /**
     * Own operations s-n+1 to s have versions v0 to v0+n-1; `me` made what is new among them.
     * When they do not all wait here (one was refused), the stream has to say which they were.
     */
    acknowledge(s: number, v0: number, n: number, me = 0): Progress {
        const last = v0 + n - 1;
        this.heard = Math.max(this.heard, last);
        this.acked = Math.max(this.acked, s);
        if (s > this.stored) {
            this.stored = s;
            this.storedVersion = Math.max(this.storedVersion, last);
        }
        if (last <= this.version) return "ok";
        const own = this.waiting.filter((op) => op.s > s - n && op.s <= s);
        if (v0 !== this.version + 1 || own.length !== n) return "gap";
        for (const op of own) {
            this.version++;
            if (!this.makers.has(op.e)) this.makers.set(op.e, me);
            this.confirmAll(op.e, op.f, op.l, this.client);
            this.drop(op.s); // after it is confirmed: never off the board in between
        }
        return "ok";
    }

    /** The box refused this one for good: take it back. Undefined when it is not waiting. */
    refuse(s: number): Pending | undefined {
        return this.drop(s);
    }

    /**
     * Waiting operations the box has settled and that are not coming any more: either in the
     * snapshot already, or refused while we were away. Returns the refused ones, less those a
     * later write covers anyway.
     */
    settle(): Pending[] {
        if (this.version < this.storedVersion) return [];
        const settled = this.waiting.filter((op) => op.s <= this.stored);
        for (const op of settled) this.drop(op.s);
        return settled.filter((op) => !this.contains(op));
    }

    /** A new name, sequence from 1, nothing confirmed: after the box came back from a backup. */
    renew(client: string): Pending[] {
        const offered = this.waiting.filter((op) => op.s > this.stored);
        for (const op of [...this.waiting]) this.drop(op.s);
        this.replace({ e: "", v: 0, els: {}, by: {} });
        this.client = client;
        this.acked = 0;
        this.stored = 0;
        this.storedVersion = 0;
        this.heard = 0;
        this.nextSeq = 1;
        for (const op of offered) this.wait({ ...op, s: this.nextSeq++ });
        return [...this.waiting];
    }

    private contains(op: Pending): boolean {
        const registers = this.confirmed.get(op.e);
        return fieldNames.every((name) => {
            const value = op.f[name];
            return (
                value === undefined || !registerWins([value, op.l, this.client], registers?.[name])
            );
        });
    }

    private wait(op: Pending): void {
        this.waiting.push(op);
        this.waitingOn.set(op.e, (this.waitingOn.get(op.e) ?? 0) + 1);
        this.show(op.e);
    }

    private drop(s: number): Pending | undefined {
        const at = this.waiting.findIndex((op) => op.s === s);
        const op = this.waiting[at];
        if (!op) return undefined;
        this.waiting.splice(at, 1);
        const left = (this.waitingOn.get(op.e) ?? 1) - 1;
        if (left > 0) this.waitingOn.set(op.e, left);
        else this.waitingOn.delete(op.e);
        this.show(op.e);
        return op;
    }

    private confirmAll(id: string, fields: Fields, lamport: number, client: string): void {
        for (const name of fieldNames) {
            const value = fields[name];
            if (value !== undefined) this.confirm(id, name, [value, lamport, client]);
        }
        this.show(id);
    }

    private confirm(id: string, field: Field, register: Register): void {
        let registers = this.confirmed.get(id);
        if (!registers) this.confirmed.set(id, (registers = {}));
        this.lamport = Math.max(this.lamport, register[1]);
        const before = registers[field];
        if (!registerWins(register, before)) return;
        if (before) this.sum = (this.sum - registerDigest(id, field, before)) >>> 0;
        this.sum = (this.sum + registerDigest(id, field, register)) >>> 0;
        registers[field] = register;
    }

    private merged(id: string): Registers | undefined {
        const confirmed = this.confirmed.get(id);
        if (!this.waitingOn.has(id)) return confirmed;
        const merged = { ...confirmed };
        for (const op of this.waiting)
            if (op.e === id) mergeFields(merged, op.f, op.l, this.client);
        return merged;
    }

    private show(id: string): void {
        const registers = this.merged(id);
        const element = registers && elementOf(id, registers);
        if (elementSame(element, this.shown.get(id))) return;
        if (element) this.shown.set(id, element);
        else this.shown.delete(id);
        this.changes.add(id);
    }
}
