// talk.ts - the lesson's chat on the wire
//
// A message is written to the outbox, then sent; the next one goes when this one is stored or
// refused, so that a refusal never leaves doubt about which message it means.
import type { ToBox, WsCack, WsChat, WsChats, WsErr, WsWelcome } from "../gen/messages.js";
import { Chat, type Said } from "../model/chat.js";
import { api } from "../net/api.js";
import type { Outbox } from "../store/outbox.js";
import type { Person } from "../store/person.js";

const retry_ms = 2000;
const passing = new Set(["busy", "database", "slow_down"]);

export interface TalkWay {
    send(message: ToBox): boolean;
    changed(): void;
    unsaid(text: string): void;
    storageFailed(): void;
}

export class Talk {
    readonly model = new Chat();
    /** there are older messages at the box */
    older = false;
    private joined = false;
    private flying = 0;
    private written = 0;
    private retry: number | undefined;

    constructor(
        private readonly lesson: number,
        private readonly me: Person,
        private readonly outbox: Outbox,
        private readonly way: TalkWay,
    ) {}

    async load(): Promise<void> {
        this.model.restore(await this.outbox.chat(), this.outbox.row.chatSeq);
        this.written = this.model.nextSeq - 1;
    }

    say(text: string): void {
        const client = this.outbox.row.client;
        const message = this.model.say(text);
        this.way.changed();
        this.outbox
            .putChat(message, this.model.nextSeq)
            .catch(() => this.way.storageFailed())
            .finally(() => {
                if (client !== this.outbox.row.client) return;
                this.written = Math.max(this.written, message.s);
                this.way.changed();
                this.pump();
            });
    }

    get unwritten(): number {
        return this.model.waiting.filter((one) => one.s > this.written).length;
    }

    /** False when the box has forgotten messages it once stored: a new client id is needed. */
    meet(welcome: WsWelcome): boolean {
        if (welcome.cs < this.model.acked) return false;
        for (const one of this.model.settle(welcome.cs)) void this.outbox.dropChat(one.s);
        return true;
    }

    start(): void {
        this.joined = true;
        this.flying = 0;
        this.pump();
    }

    lost(): void {
        this.joined = false;
        this.flying = 0;
        clearTimeout(this.retry);
    }

    heard(message: WsChat): void {
        const { id, u, n, at, text } = message;
        this.model.hear([{ id, u, n, at, text }]);
        this.way.changed();
    }

    async history(message: WsChats): Promise<void> {
        const cursor = this.model.cursor;
        this.model.hear(message.m);
        if (cursor === 0) this.older = message.more;
        this.way.changed();
        if (message.more && cursor > 0) await this.fillHole(cursor, message.m[0]?.id ?? 0);
    }

    async loadOlder(): Promise<void> {
        const first = this.model.said[0]?.id;
        if (first === undefined) return;
        const page = await this.page(first);
        this.model.hear(page);
        this.older = page.length > 0;
        this.way.changed();
    }

    acked(message: WsCack): void {
        this.model.stored(message.s, message.id, message.at, this.me.id, this.me.name);
        void this.outbox.dropChat(message.s);
        this.flying = 0;
        this.way.changed();
        this.pump();
    }

    refused(message: WsErr): void {
        const s = this.flying;
        this.flying = 0;
        if (passing.has(message.code)) {
            this.retry = setTimeout(() => this.pump(), retry_ms);
            return;
        }
        const one = this.model.drop(s);
        if (!one) return;
        void this.outbox.dropChat(s);
        this.way.unsaid(one.text);
        this.way.changed();
        this.pump();
    }

    renewed(): readonly { s: number; text: string }[] {
        const waiting = this.model.renew();
        this.written = this.model.nextSeq - 1;
        return waiting;
    }

    private async fillHole(from: number, before: number): Promise<void> {
        let upTo = before;
        while (upTo > from + 1) {
            const page = await this.page(upTo);
            this.model.hear(page);
            const first = page.at(-1)?.id ?? 0;
            if (first === 0 || first >= upTo) break;
            upTo = first;
        }
        this.way.changed();
    }

    /** Newest first, as the box answers. */
    private async page(before: number): Promise<Said[]> {
        type Row = { id: number; user_id: number; name: string; text: string; at: string };
        const answer = await api<{ items: Row[] }>(
            "GET",
            `lessons/${this.lesson}/chat/?before=${before}&limit=100`,
        );
        return answer.items.map(({ id, user_id, name, text, at }) => ({
            id,
            u: user_id,
            n: name,
            text,
            at,
        }));
    }

    private pump(): void {
        const next = this.model.waiting[0];
        if (!this.joined || this.flying !== 0 || !next || next.s > this.written) return;
        if (this.way.send({ t: "chat", r: this.lesson, s: next.s, text: next.text }))
            this.flying = next.s;
    }
}
