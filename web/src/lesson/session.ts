// session.ts - one lesson on this page: joins, follows, and joins again
//
//   opened -> join -> welcome -> per board: [snapshot by HTTP] -> hello -> ops, ack, nack
//
// Knows no DOM. The screen listens through `on`; everything it may show is a property here.
import type {
    FromBox,
    WsCurOut,
    WsErr,
    WsLiveOut,
    WsNack,
    WsWelcome,
    WsWho,
} from "../gen/messages.js";
import type { Snapshot } from "../model/board.js";
import { Problem, api } from "../net/api.js";
import { Link } from "../net/link.js";
import { Outbox, newClientId } from "../store/outbox.js";
import type { Person } from "../store/person.js";
import { Channel } from "./channel.js";
import { Talk } from "./talk.js";

export interface SessionEvents {
    /** board, chat or state changed: draw again when convenient */
    changed(): void;
    who(): void;
    live(message: WsLiveOut): void;
    cursor(message: WsCurOut): void;
    /** some own changes were not taken and are gone from the board */
    refused(count: number, why: WsNack["why"]): void;
    unsaid(text: string): void;
    signIn(): void;
    /** this lesson is not for this person, or is not there */
    shut(code: string): void;
}

export type Present = WsWelcome["u"][number];

const snapshotRetry_ms = 3000;

export class Session {
    readonly talk: Talk;
    readonly channels = new Map<number, Channel>();
    readonly here = new Map<number, Present>();
    title: string;
    status: WsWelcome["status"] | undefined;
    role: WsWelcome["role"];
    limits: WsWelcome["lim"] = { chat: 2000, text: 2000, points: 2000, elements: 20000, ops: 200 };
    joined = false;
    /** false when changes live in this tab only */
    durable: boolean;
    private link: Link | undefined;
    private turn = 0;
    private asked = 0;

    private constructor(
        readonly lesson: number,
        readonly me: Person,
        private readonly outbox: Outbox,
        private readonly on: SessionEvents,
    ) {
        this.title = outbox.row.title;
        this.role = me.role;
        this.durable = outbox.durable;
        this.talk = new Talk(lesson, me, outbox, {
            send: (message) => this.joined && (this.link?.send(message) ?? false),
            changed: () => this.on.changed(),
            unsaid: (text) => this.on.unsaid(text),
            storageFailed: () => this.storageFailed(),
        });
    }

    /** Shows what the device has, then connects. */
    static async open(lesson: number, me: Person, on: SessionEvents): Promise<Session> {
        const outbox = await Outbox.open(me.id, lesson);
        const session = new Session(lesson, me, outbox, on);
        await session.talk.load();
        for (const board of outbox.row.boards) await session.channel(board);
        session.link = new Link({
            opened: () => session.join(),
            message: (message) => session.message(message),
            closed: (code, known) => session.closed(code, known),
        });
        addEventListener("pagehide", session.save);
        return session;
    }

    /** Whether this person may draw and talk now; without a network, what was so last. */
    get open(): boolean {
        return (
            this.status === "live" ||
            this.status === undefined ||
            (this.status === "scheduled" && this.role !== "student")
        );
    }

    /** Pupils change what they made themselves. */
    mayChange(element: string): boolean {
        const maker = this.board?.model.maker(element);
        return this.role !== "student" || maker === undefined || maker === this.me.id;
    }

    /** The board this page looks at: the first of the lesson. */
    get board(): Channel | undefined {
        return this.channels.values().next().value;
    }

    /** Own changes and messages the box does not have yet. */
    get unsaved(): number {
        let count = this.talk.model.waiting.length;
        for (const channel of this.channels.values()) count += channel.model.unsaved;
        return count;
    }

    /** Those of them that are not on this device's disk either. */
    get unwritten(): number {
        let count = this.talk.unwritten;
        for (const channel of this.channels.values()) count += channel.unwritten;
        return count;
    }

    /** Volatile: goes only when the connection is idle. */
    whisper(message: Parameters<Link["send"]>[0]): void {
        if (this.joined && this.link?.backlog === 0) this.link.send(message);
    }

    close(): void {
        removeEventListener("pagehide", this.save);
        this.turn++;
        this.link?.send({ t: "leave", r: this.lesson });
        this.link?.end();
        this.talk.lost();
        for (const channel of this.channels.values()) channel.close();
        this.outbox.close();
    }

    private readonly save = (): void => {
        for (const channel of this.channels.values()) channel.save();
    };

    private join(): void {
        this.turn++;
        this.link?.send({
            t: "join",
            r: this.lesson,
            c: this.outbox.row.client,
            cv: this.talk.model.cursor,
        });
    }

    private message(message: FromBox): void {
        switch (message.t) {
            case "welcome":
                void this.welcome(message);
                break;
            case "ops":
                this.channels.get(message.b)?.ops(message);
                break;
            case "ack":
                this.channels.get(message.b)?.ack(message);
                break;
            case "nack":
                this.channels.get(message.b)?.nack(message);
                break;
            case "chat":
                this.talk.heard(message);
                break;
            case "chats":
                this.talk.history(message).catch(() => undefined); // the next join asks again
                break;
            case "cack":
                this.talk.acked(message);
                break;
            case "who":
                this.who(message);
                break;
            case "live":
                this.on.live(message);
                break;
            case "cur":
                this.on.cursor(message);
                break;
            case "lesson":
                if (message.r === this.lesson) this.status = message.status;
                this.on.changed();
                break;
            case "err":
                this.err(message);
                break;
            case "pong":
                break;
        }
    }

    private async welcome(message: WsWelcome): Promise<void> {
        const turn = this.turn;
        if (message.me !== this.me.id) return this.on.signIn(); // somebody else signed in meanwhile
        this.title = this.outbox.row.title = message.title;
        this.status = message.status;
        this.role = message.role;
        this.limits = message.lim;
        this.outbox.row.boards = message.boards.map((one) => one.b);
        void this.outbox.saveLesson();
        this.here.clear();
        for (const one of message.u) this.here.set(one.u, one);
        this.on.who();
        if (!this.talk.meet(message)) return this.renew();
        const met: [Channel, boolean][] = [];
        for (const told of message.boards) {
            const channel = await this.channel(told.b);
            if (turn !== this.turn) return;
            const meeting = channel.meet(told);
            if (meeting === "renew") return this.renew();
            met.push([channel, meeting === "snapshot"]);
        }
        this.joined = true;
        this.talk.start();
        this.on.changed();
        await Promise.all(met.map(([channel, snapshot]) => this.greet(channel, snapshot, turn)));
    }

    private async greet(channel: Channel, snapshot: boolean, turn: number): Promise<void> {
        try {
            if (snapshot) {
                const answer = await api<Snapshot>("GET", `boards/${channel.id}/snapshot/`);
                if (turn !== this.turn) return;
                channel.take(answer);
            }
            channel.greet();
            this.on.changed();
        } catch (why) {
            if (turn !== this.turn) return;
            if (why instanceof Problem && why.status === 401) this.on.signIn();
            else setTimeout(() => turn === this.turn && this.link?.again(), snapshotRetry_ms);
        }
    }

    private async channel(board: number): Promise<Channel> {
        const known = this.channels.get(board);
        if (known) return known;
        const channel = new Channel(board, this.me.id, this.outbox, {
            hello: ({ id, model }) => {
                this.link?.send({
                    t: "hello",
                    b: id,
                    e: model.epoch,
                    v: model.version,
                    n: model.offer,
                });
            },
            send: (ops) => this.joined && (this.link?.send(ops) ?? false),
            changed: () => this.on.changed(),
            refused: (ops, why) => this.on.refused(ops.length, why),
            rejoin: () => this.link?.again(),
            storageFailed: () => this.storageFailed(),
        });
        await channel.load();
        this.channels.set(board, channel);
        return channel;
    }

    /** The box came back from a backup: the same changes are offered again under a new name. */
    private async renew(): Promise<void> {
        this.joined = false;
        const client = newClientId();
        const offered = new Map(
            [...this.channels].map(([id, channel]) => [id, channel.renewed(client)]),
        );
        await this.outbox
            .renew(client, offered, this.talk.renewed())
            .catch(() => this.storageFailed());
        this.link?.again();
        this.on.changed();
    }

    private who(message: WsWho): void {
        if (message.r !== this.lesson) return;
        for (const { u, n, role, here } of message.u)
            if (here) this.here.set(u, { u, n, role });
            else this.here.delete(u);
        this.on.who();
    }

    private err(message: WsErr): void {
        if (message.of === "chat") this.talk.refused(message);
        else if (message.code === "sign_in") this.on.signIn();
        else if (message.of === "join" && ["denied", "not_found"].includes(message.code))
            this.on.shut(message.code);
        else if (message.of === "hello" && message.code === "client") void this.renew();
        else if (["join", "hello"].includes(message.of)) this.link?.again();
    }

    private closed(code: number, known: boolean): void {
        this.turn++;
        this.joined = false;
        this.talk.lost();
        for (const channel of this.channels.values()) channel.lost();
        this.on.changed();
        if (code === 1008 || !known) void this.checkSession();
    }

    /** A refused handshake looks like no network to a page; the API knows which it was. */
    private async checkSession(): Promise<void> {
        if (performance.now() - this.asked < 3000) return;
        this.asked = performance.now();
        try {
            await api("GET", "users/me/");
        } catch (why) {
            if (why instanceof Problem && why.status === 401) this.on.signIn();
        }
    }

    private storageFailed(): void {
        this.durable = false;
        this.on.changed();
    }
}
