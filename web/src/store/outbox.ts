// outbox.ts - what one lesson keeps on this device
//
// Operations and messages are written before they are sent, each together with the counter it
// used, in one strict transaction; what gathers while a transaction runs goes into the next one.
// Where the browser offers no storage, everything stays in memory and `durable` says so.
import type { Snapshot } from "../model/board.js";
import type { Unsaid } from "../model/chat.js";
import type { Pending } from "../model/element.js";
import {
    type BoardRow,
    type ChatRow,
    type LessonRow,
    type OutRow,
    type SnapRow,
    openDatabase,
    rowOf,
    rowsOf,
    transact,
} from "./database.js";

export interface SavedBoard {
    snapshot: Snapshot | undefined;
    ops: Pending[];
    nextSeq: number;
    lamport: number;
}

interface Write {
    out: OutRow[];
    chat: ChatRow[];
    boards: Map<number, BoardRow>;
    done: (() => void)[];
    failed: ((why: unknown) => void)[];
}

const nothing = (): Write => ({ out: [], chat: [], boards: new Map(), done: [], failed: [] });

export function newClientId(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
    private next = nothing();
    private running = false;

    private constructor(
        private readonly db: IDBDatabase | undefined,
        readonly row: LessonRow,
    ) {}

    get durable(): boolean {
        return this.db !== undefined;
    }

    static async open(user: number, lesson: number): Promise<Outbox> {
        const fresh: LessonRow = {
            lesson,
            client: newClientId(),
            chatSeq: 1,
            title: "",
            boards: [],
        };
        let db: IDBDatabase | undefined;
        try {
            db = await openDatabase(user);
            const row = await rowOf<LessonRow>(db, "lesson", lesson);
            const outbox = new Outbox(db, row ?? fresh);
            if (!row) await outbox.saveLesson();
            return outbox;
        } catch {
            db?.close();
            return new Outbox(undefined, fresh);
        }
    }

    close(): void {
        this.db?.close();
    }

    async board(board: number): Promise<SavedBoard> {
        if (!this.db) return { snapshot: undefined, ops: [], nextSeq: 1, lamport: 0 };
        const [row, snap, ops] = await Promise.all([
            rowOf<BoardRow>(this.db, "board", board),
            rowOf<SnapRow>(this.db, "snap", board),
            rowsOf<OutRow>(this.db, "out", board),
        ]);
        return { snapshot: snap, ops, nextSeq: row?.nextSeq ?? 1, lamport: row?.lamport ?? 0 };
    }

    async chat(): Promise<Unsaid[]> {
        return this.db ? rowsOf<ChatRow>(this.db, "chat", this.row.lesson) : [];
    }

    /** Resolves when the operations and the board's counters are on the disk. */
    putOps(
        board: number,
        ops: readonly Pending[],
        nextSeq: number,
        lamport: number,
    ): Promise<void> {
        for (const { s, l, e, f } of ops)
            this.next.out.push({ board, lesson: this.row.lesson, s, l, e, f });
        this.next.boards.set(board, { board, nextSeq, lamport });
        return this.written();
    }

    putChat(message: Unsaid, nextSeq: number): Promise<void> {
        this.row.chatSeq = nextSeq;
        this.next.chat.push({ lesson: this.row.lesson, s: message.s, text: message.text });
        return this.written();
    }

    /** The box has these; should the deletion be lost, joining again settles them. */
    dropOps(board: number, upTo: number): Promise<void> {
        return this.relaxed(["out"], (store) =>
            store("out").delete(IDBKeyRange.bound([board, 0], [board, upTo])),
        );
    }

    dropOp(board: number, s: number): Promise<void> {
        return this.relaxed(["out"], (store) => store("out").delete([board, s]));
    }

    dropChat(s: number): Promise<void> {
        return this.relaxed(["chat"], (store) => store("chat").delete([this.row.lesson, s]));
    }

    saveSnapshot(board: number, snapshot: Snapshot): Promise<void> {
        return this.relaxed(["snap"], (store) => store("snap").put({ board, ...snapshot }));
    }

    saveLesson(): Promise<void> {
        return this.relaxed(["lesson"], (store) => store("lesson").put(this.row));
    }

    /** A new client id, and everything that waits under new numbers: all of it or nothing. */
    async renew(
        client: string,
        boards: ReadonlyMap<number, readonly Pending[]>,
        chat: readonly Unsaid[],
    ): Promise<void> {
        const lesson = this.row.lesson;
        this.row.client = client;
        this.row.chatSeq = chat.length + 1;
        this.next = { ...nothing(), done: this.next.done, failed: this.next.failed }; // all of it is in what follows
        if (!this.db) return;
        await transact(this.db, ["lesson", "board", "out", "chat", "snap"], "strict", (store) => {
            store("lesson").put(this.row);
            store("chat").delete(IDBKeyRange.bound([lesson], [lesson, []]));
            for (const { s, text } of chat) store("chat").put({ lesson, s, text });
            for (const [board, ops] of boards) {
                store("out").delete(IDBKeyRange.bound([board], [board, []]));
                store("snap").delete(board);
                const lamport = Math.max(0, ...ops.map((op) => op.l));
                store("board").put({ board, nextSeq: ops.length + 1, lamport });
                for (const { s, l, e, f } of ops) store("out").put({ board, lesson, s, l, e, f });
            }
        });
    }

    private relaxed(
        names: Parameters<typeof transact>[1],
        work: Parameters<typeof transact>[3],
    ): Promise<void> {
        return this.db
            ? transact(this.db, names, "relaxed", work).catch(() => undefined)
            : Promise.resolve();
    }

    private written(): Promise<void> {
        const wait = new Promise<void>((resolve, reject) => {
            this.next.done.push(resolve);
            this.next.failed.push(reject);
        });
        if (!this.running) void this.run();
        return wait;
    }

    private async run(): Promise<void> {
        this.running = true;
        while (this.next.done.length > 0) {
            const batch = this.next;
            this.next = nothing();
            try {
                await this.write(batch);
                for (const done of batch.done) done();
            } catch (why) {
                for (const failed of batch.failed) failed(why);
            }
        }
        this.running = false;
    }

    private async write(batch: Write): Promise<void> {
        if (!this.db) return;
        await transact(this.db, ["out", "chat", "board", "lesson"], "strict", (store) => {
            for (const row of batch.out) store("out").put(row);
            for (const row of batch.chat) store("chat").put(row);
            for (const row of batch.boards.values()) store("board").put(row);
            if (batch.chat.length > 0) store("lesson").put(this.row);
        });
    }
}
