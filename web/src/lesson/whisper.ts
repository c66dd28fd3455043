// whisper.ts - unfinished ink and the pointer, told to the others now and then
//
// Volatile by design: at most 30 pieces of ink and 10 positions a second, none while the network
// is still busy with earlier ones. The finished stroke travels as an operation all the same.
import type { ToBox } from "../gen/messages.js";

const inkEvery_ms = 34;
const cursorEvery_ms = 100;
const piecePoints = 99;

export class Whisper {
    private ink: { e: string; c: number; w: number; at: number[] } | undefined;
    private inkTimer: number | undefined;
    private spot: [number, number] | undefined;
    private cursorTimer: number | undefined;

    constructor(
        private readonly board: () => number | undefined,
        private readonly send: (message: ToBox) => void,
    ) {}

    /** Absolute points of a stroke as they come. */
    draw(e: string, c: number, w: number, at: readonly number[]): void {
        if (this.ink?.e !== e) {
            this.flushInk();
            this.ink = { e, c, w, at: [] };
        }
        this.ink.at.push(...at);
        this.inkTimer ??= setTimeout(() => {
            this.inkTimer = undefined;
            this.flushInk();
        }, inkEvery_ms);
    }

    point(x: number, y: number): void {
        this.spot = [x, y];
        this.cursorTimer ??= setTimeout(() => {
            this.cursorTimer = undefined;
            const b = this.board();
            if (this.spot && b !== undefined)
                this.send({ t: "cur", b, x: this.spot[0], y: this.spot[1] });
        }, cursorEvery_ms);
    }

    stop(): void {
        clearTimeout(this.inkTimer);
        clearTimeout(this.cursorTimer);
    }

    private flushInk(): void {
        const b = this.board();
        const { ink } = this;
        if (!ink || b === undefined || ink.at.length === 0) return;
        const p = differences(ink.at.splice(0, 2 * piecePoints));
        this.send({ t: "live", b, e: ink.e, c: ink.c, w: ink.w, p });
        ink.at.length = 0; // what did not fit is dropped, the element will have it
    }
}

/** Absolute points to "x, y, then differences". */
function differences(at: readonly number[]): number[] {
    return at.map((value, i) => (i < 2 ? value : value - (at[i - 2] ?? 0)));
}
