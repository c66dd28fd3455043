// sender.ts - which waiting operations go into the next frame
//
// Only what is written to the outbox is sent, in order of sequence, each once per connection;
// "gap" and "busy" answers and a new connection set the mark back.
import type { BoardOperation } from "../gen/messages.js";
import type { Board } from "./board.js";

export const frameOps = 200;
export const frameChars = 20_000; // below 60 KiB even when every character takes three bytes

export class Sender {
    private sent = 0;
    /** Everything up to here is written to the outbox. */
    written = 0;

    constructor(private readonly board: Board) {}

    /** A new connection: what the box has not settled goes out again. */
    restart(): void {
        this.sent = this.board.stored;
    }

    /**
     * The box waits for `want` next. When that is the first of what waits here, it goes out again;
     * otherwise only the box's account on joining tells what it has.
     */
    rewind(want: number): "resend" | "rejoin" {
        const first = this.board.pending.find((op) => op.s > this.board.stored);
        if (first?.s !== want) return "rejoin";
        this.sent = want - 1;
        return "resend";
    }

    /** Sent, and the box has not said what became of it. */
    get unanswered(): boolean {
        return this.board.pending.some((op) => op.s > this.board.stored && op.s <= this.sent);
    }

    next(b: number): BoardOperation | undefined {
        const o: BoardOperation["o"] = [];
        let chars = 0;
        for (const op of this.board.pending) {
            if (op.s <= this.sent || op.s <= this.board.stored) continue;
            if (op.s > this.written || o.length === frameOps) break;
            chars += JSON.stringify(op.f).length + 100;
            if (o.length > 0 && chars > frameChars) break;
            o.push({ s: op.s, l: op.l, e: op.e, f: op.f });
        }
        const last = o.at(-1);
        if (!last) return undefined;
        this.sent = last.s;
        return { t: "ops", b, o };
    }
}
