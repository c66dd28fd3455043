// channel.ts - one board on the wire: from a change to the outbox, to the box, to confirmed
//
// Owns the board's model, its sender and its undo stack. The session hands it what the box said
// about this board; it answers over the `Way` it was given.
import type { BoardOperation, WsAck, WsNack, WsOps, WsWelcome } from "../gen/messages.js";
import { Board, type Meeting, type Progress, type Snapshot } from "../model/board.js";
import type { Pending } from "../model/element.js";
import type { Fields } from "../model/register.js";
import { Sender } from "../model/sender.js";
import { Undo } from "../model/undo.js";
import type { Outbox } from "../store/outbox.js";

/** What the channel needs of the session around it. */
export interface Way {
    hello(channel: Channel): void;
    send(ops: BoardOperation): boolean;
    changed(): void;
    refused(ops: readonly Pending[], why: WsNack["why"]): void;
    /** join again: the box's own account of things is needed */
    rejoin(): void;
    storageFailed(): void;
}

const busy_ms = 1000;
const silence_ms = 15_000;
const save_ms = 3000;

export class Channel {
    readonly model: Board;
    readonly undo: Undo;
    private sender: Sender;
    private greeted = false;
    private asked = false;
    private pause: number | undefined;
    private watch: number | undefined;
    private saving: number | undefined;
    private savedVersion = -1;

    constructor(
        readonly id: number,
        private readonly me: number,
        private readonly outbox: Outbox,
        private readonly way: Way,
    ) {
        this.model = new Board(outbox.row.client);
        this.sender = new Sender(this.model);
        this.undo = new Undo(this.model);
    }

    async load(): Promise<void> {
        const saved = await this.outbox.board(this.id);
        this.model.restore(saved.snapshot, saved.ops, saved.nextSeq, saved.lamport);
        this.sender.written = this.model.nextSeq - 1;
    }

    /** Changes that belong together: one step for undo. */
    change(changes: readonly (readonly [string, Fields])[]): void {
        this.keep(this.undo.step(changes));
    }

    takeBack(): void {
        this.keep(this.undo.back());
    }

    /** Own operations not yet on this device's disk. */
    get unwritten(): number {
        return this.model.pending.reduce(
            (count, op) => count + (op.s > this.sender.written ? 1 : 0),
            0,
        );
    }

    meet(told: WsWelcome["boards"][number]): Meeting {
        const meeting = this.model.welcome(told.e, told.v, told.s);
        if (meeting !== "renew") void this.outbox.dropOps(this.id, this.model.stored);
        return meeting;
    }

    take(snapshot: Snapshot): void {
        this.model.replace(snapshot);
        this.settle();
        this.save();
    }

    /** The box sends what came after our version from here on. */
    greet(): void {
        this.greeted = true;
        this.asked = false;
        this.way.hello(this);
        this.sender.restart();
        this.settle();
        this.pump();
    }

    ops(message: WsOps): void {
        this.follow(this.model.apply(message.o));
    }

    ack(message: WsAck): void {
        const progress = this.model.acknowledge(message.s, message.v0, message.n, this.me);
        void this.outbox.dropOps(this.id, this.model.stored);
        this.follow(progress);
    }

    nack(message: WsNack): void {
        this.listen();
        if (message.why === "gap" || message.why === "busy") {
            if (this.sender.rewind(message.want) === "rejoin") this.way.rejoin();
            else this.later(message.why === "busy" ? busy_ms : 0);
            return;
        }
        const op = this.model.refuse(message.s);
        void this.outbox.dropOp(this.id, message.s);
        if (op) this.way.refused([op], message.why);
        this.way.changed();
    }

    /** The connection is gone. */
    lost(): void {
        this.greeted = false;
        clearTimeout(this.pause);
        clearTimeout(this.watch);
        this.pause = this.watch = undefined;
    }

    renewed(client: string): readonly Pending[] {
        const offered = this.model.renew(client);
        this.undo.clear();
        this.sender = new Sender(this.model);
        this.sender.written = this.model.nextSeq - 1;
        return offered;
    }

    /** Keeps what was confirmed, so that the next visit starts from it, network or not. */
    save(): void {
        clearTimeout(this.saving);
        this.saving = undefined;
        if (this.model.version === this.savedVersion || this.model.epoch === "") return;
        this.savedVersion = this.model.version;
        void this.outbox.saveSnapshot(this.id, this.model.snapshot());
    }

    close(): void {
        this.lost();
        this.save();
    }

    private keep(ops: readonly Pending[]): void {
        const last = ops.at(-1);
        if (!last) return;
        const { client, nextSeq, lamport } = this.model;
        this.way.changed();
        this.outbox
            .putOps(this.id, ops, nextSeq, lamport)
            .catch(() => this.way.storageFailed())
            .finally(() => {
                if (client !== this.model.client) return;
                this.sender.written = Math.max(this.sender.written, last.s);
                this.way.changed();
                this.pump();
            });
    }

    private follow(progress: Progress): void {
        if (progress === "gap") {
            if (!this.asked) this.way.hello(this); // once; what is on the way meanwhile is skipped
            this.asked = true;
        } else this.asked = false;
        this.settle();
        this.listen();
        this.saving ??= setTimeout(() => this.save(), save_ms);
        this.way.changed();
        this.pump();
    }

    private settle(): void {
        const refused = this.model.settle();
        if (refused.length > 0) this.way.refused(refused, "denied");
    }

    private later(ms: number): void {
        clearTimeout(this.pause);
        this.pause = setTimeout(() => {
            this.pause = undefined;
            this.pump();
        }, ms);
    }

    private pump(): void {
        if (!this.greeted || this.pause !== undefined) return;
        for (;;) {
            const frame = this.sender.next(this.id);
            if (!frame) break;
            if (!this.way.send(frame)) {
                this.sender.restart(); // the connection is going: all of it goes out on the next one
                return;
            }
        }
        if (this.watch === undefined) this.listen();
    }

    /** An answer came, or is expected from now on: long silence means asking anew. */
    private listen(): void {
        clearTimeout(this.watch);
        this.watch = undefined;
        const expecting = this.sender.unanswered || this.model.behind;
        if (!expecting || !this.greeted) return;
        this.watch = setTimeout(() => this.way.rejoin(), silence_ms);
    }
}
