// chat.ts - what was said in a lesson, and what waits to be said
//
// Messages from the box are kept by id, each once, in order. Own messages wait in order of their
// sequence number until the box has stored them. Pure, like the board.
import type { WsChats } from "../gen/messages.js";

export type Said = WsChats["m"][number];
export interface Unsaid {
    readonly s: number;
    readonly text: string;
}

/** Rows kept; older ones are asked for by HTTP. */
const kept = 500;

export class Chat {
    said: Said[] = [];
    waiting: Unsaid[] = [];
    nextSeq = 1;
    /** Up to here the box said "stored". */
    acked = 0;

    restore(waiting: readonly Unsaid[], nextSeq: number): void {
        this.waiting = [...waiting];
        this.nextSeq = Math.max(nextSeq, (waiting.at(-1)?.s ?? 0) + 1);
    }

    /** Id of the newest message we have; 0 when there is none. */
    get cursor(): number {
        return this.said.at(-1)?.id ?? 0;
    }

    say(text: string): Unsaid {
        const message = { s: this.nextSeq++, text };
        this.waiting.push(message);
        return message;
    }

    hear(messages: readonly Said[]): void {
        const all = new Map([...messages, ...this.said].map((one) => [one.id, one]));
        if (all.size === this.said.length) return;
        this.said = [...all.values()].sort((one, other) => one.id - other.id).slice(-kept);
    }

    /** Own message s is stored under id; returns it, or undefined when it was not waiting. */
    stored(s: number, id: number, at: string, u: number, n: string): Unsaid | undefined {
        this.acked = Math.max(this.acked, s);
        const message = this.drop(s);
        if (message) this.hear([{ id, u, n, at, text: message.text }]);
        return message;
    }

    /** Everything up to s is stored (the box says so on joining) and comes with what was said. */
    settle(s: number): Unsaid[] {
        this.acked = Math.max(this.acked, s);
        const done = this.waiting.filter((one) => one.s <= s);
        this.waiting = this.waiting.filter((one) => one.s > s);
        this.nextSeq = Math.max(this.nextSeq, s + 1);
        return done;
    }

    drop(s: number): Unsaid | undefined {
        const message = this.waiting.find((one) => one.s === s);
        this.waiting = this.waiting.filter((one) => one.s !== s);
        return message;
    }

    /** A new client id counts from 1 again. */
    renew(): Unsaid[] {
        this.acked = 0;
        this.waiting = this.waiting.map((one, index) => ({ s: index + 1, text: one.text }));
        this.nextSeq = this.waiting.length + 1;
        return this.waiting;
    }
}
