// link.ts - the one WebSocket of the page: opened, watched, opened again
//
// Tries again after 0.5 to 15 s with full jitter; at once when the browser says the network is
// back or the box asked for it (1013), within 3 s when the box restarts (1012). Silence for ten
// seconds after a ping means the connection is dead, whatever the system believes.
import type { FromBox, ToBox } from "../gen/messages.js";

export interface LinkEvents {
    opened(): void;
    message(message: FromBox): void;
    /** `known`: the connection had been open before it closed */
    closed(code: number, known: boolean): void;
}

const first_ms = 500;
const most_ms = 15_000;
const pingEvery_ms = 20_000;
const deadAfter_ms = 10_000;
const openWithin_ms = 10_000;
const calmAfter_ms = 5000; // a connection that lasts this long ends the back-off
const restart = 1012;
const tooSlow = 1013;

export class Link {
    private socket: WebSocket | undefined;
    private tries = 0;
    private retry: number | undefined;
    private beat: number | undefined;
    private calm: number | undefined;
    private ended = false;

    constructor(private readonly events: LinkEvents) {
        addEventListener("online", this.hurry);
        document.addEventListener("visibilitychange", this.hurry);
        this.open();
    }

    get connected(): boolean {
        return this.socket?.readyState === WebSocket.OPEN;
    }

    send(message: ToBox): boolean {
        if (!this.connected) return false;
        this.socket?.send(JSON.stringify(message));
        return true;
    }

    /** Bytes not yet handed to the network: volatile things are skipped while it is not 0. */
    get backlog(): number {
        return this.socket?.bufferedAmount ?? 0;
    }

    /** Drops the connection and opens a new one at once. */
    again(): void {
        this.lose(tooSlow);
    }

    end(): void {
        this.ended = true;
        removeEventListener("online", this.hurry);
        document.removeEventListener("visibilitychange", this.hurry);
        clearTimeout(this.retry);
        clearTimeout(this.beat);
        clearTimeout(this.calm);
        this.socket?.close(1000);
        this.socket = undefined;
    }

    private readonly hurry = (): void => {
        if (this.socket || this.ended || document.visibilityState === "hidden") return;
        this.tries = 0;
        this.open();
    };

    private open(): void {
        clearTimeout(this.retry);
        const socket = new WebSocket(
            `${location.protocol === "http:" ? "ws" : "wss"}://${location.host}/ws/`,
        );
        this.socket = socket;
        let known = false;
        this.beat = setTimeout(() => this.lose(1006), openWithin_ms);
        socket.onopen = () => {
            known = true;
            this.heard();
            this.calm = setTimeout(() => (this.tries = 0), calmAfter_ms);
            this.events.opened();
        };
        socket.onmessage = (event: MessageEvent<unknown>) => {
            this.heard();
            if (typeof event.data === "string")
                this.events.message(JSON.parse(event.data) as FromBox);
        };
        socket.onclose = (event) => {
            if (socket === this.socket) this.gone(event.code, known);
        };
    }

    /** Gives the present connection up without waiting for its closing handshake. */
    private lose(code: number): void {
        const socket = this.socket;
        if (!socket) return;
        const known = socket.readyState === WebSocket.OPEN;
        socket.onclose = socket.onmessage = socket.onopen = null;
        socket.close();
        this.gone(code, known);
    }

    private gone(code: number, known: boolean): void {
        clearTimeout(this.beat);
        clearTimeout(this.calm);
        this.socket = undefined;
        if (this.ended) return;
        this.retry = setTimeout(() => this.open(), this.pause(code));
        this.events.closed(code, known);
    }

    private pause(code: number): number {
        if (code === tooSlow && this.tries === 0) {
            this.tries = 1;
            return 0;
        }
        if (code === restart) return Math.random() * 3000;
        return Math.random() * Math.min(most_ms, first_ms * 2 ** this.tries++);
    }

    private heard(): void {
        clearTimeout(this.beat);
        this.beat = setTimeout(() => {
            this.send({ t: "ping", at: Math.round(performance.now()) });
            this.beat = setTimeout(() => this.lose(1006), deadAfter_ms);
        }, pingEvery_ms);
    }
}
