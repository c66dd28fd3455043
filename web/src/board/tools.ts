// tools.ts - what the pointer does: pen, eraser, shapes, text, select and move
//
// A tool turns pointer positions (board coordinates) into changes. Nothing here knows canvas or
// socket: the board view draws drafts, the channel keeps changes.
import type { Element } from "../model/element.js";
import type { Fields } from "../model/register.js";
import { hits } from "./geometry.js";
import { quarter } from "./viewport.js";

export type ToolName = "select" | "pen" | "eraser" | "shape" | "text";
export type ShapeKind = "l" | "a" | "r" | "o";
export type Changes = (readonly [string, Fields])[];

/** What tools may ask of the board around them. */
export interface Bench {
    readonly zoom: number;
    readonly colour: number;
    readonly shape: ShapeKind;
    newId(): string;
    topKey(): string;
    at(x: number, y: number, test: (element: Element) => boolean): Element | undefined;
    change(changes: Changes): void;
    ink(id: string, colour: number, width: number, points: readonly number[]): void;
    draft(element: Element | undefined): void;
    select(element: Element | undefined): void;
    write(x: number, y: number): void;
}

export interface Tool {
    down(x: number, y: number): void;
    move(points: readonly (readonly [number, number])[]): void;
    up(): void;
    cancel(): void;
}

export const penWidth = 3 * quarter;
export const textSize = 24 * quarter;
const maxPoints = 1000;
const closest = 1.2;

class Pen implements Tool {
    private id = "";
    private last: [number, number] = [0, 0];
    private points: number[] = [];

    constructor(private readonly bench: Bench) {}

    down(x: number, y: number): void {
        this.id = this.bench.newId();
        this.points = [x, y];
        this.last = [x, y];
        this.bench.ink(this.id, this.bench.colour, penWidth, [x, y]);
    }

    move(points: readonly (readonly [number, number])[]): void {
        if (this.id === "") return;
        const fresh: number[] = [];
        const least = closest / this.bench.zoom;
        for (const [x, y] of points) {
            const [dx, dy] = [x - this.last[0], y - this.last[1]];
            if (Math.hypot(dx, dy) < least) continue;
            this.points.push(dx, dy);
            this.last = [x, y];
            fresh.push(x, y);
        }
        if (fresh.length > 0) this.bench.ink(this.id, this.bench.colour, penWidth, fresh);
        if (this.points.length >= 2 * maxPoints) {
            const [x, y] = this.last;
            this.up();
            this.down(x, y); // a very long stroke goes on as the next element
        }
    }

    up(): void {
        if (this.id === "") return;
        const { colour } = this.bench;
        this.bench.change([
            [this.id, { k: "s", p: this.points, c: colour, w: penWidth, z: this.bench.topKey() }],
        ]);
        this.id = "";
    }

    cancel(): void {
        this.up(); // ink is never thrown away: undo is there for that
    }
}

class Eraser implements Tool {
    private readonly met = new Set<string>();

    constructor(private readonly bench: Bench) {}

    down(x: number, y: number): void {
        this.met.clear();
        this.move([[x, y]]);
    }

    move(points: readonly (readonly [number, number])[]): void {
        for (const [x, y] of points) {
            const found = this.bench.at(
                x,
                y,
                (one) => !this.met.has(one.id) && hits(one, x, y, this.bench.zoom),
            );
            if (!found) continue;
            this.met.add(found.id);
            this.bench.change([[found.id, { d: true }]]);
        }
    }

    up(): void {
        this.met.clear();
    }

    cancel(): void {
        this.up();
    }
}

class Shape implements Tool {
    private from: [number, number] | undefined;
    private element: Element | undefined;

    constructor(private readonly bench: Bench) {}

    down(x: number, y: number): void {
        this.from = [x, y];
    }

    move(points: readonly (readonly [number, number])[]): void {
        const to = points.at(-1);
        if (!this.from || !to) return;
        const [x, y] = this.from;
        this.element = {
            id: this.element?.id ?? this.bench.newId(),
            kind: this.bench.shape,
            points: [x, y, to[0] - x, to[1] - y],
            colour: this.bench.colour,
            width: penWidth,
            z: "",
            text: "",
            moved: [0, 0],
        };
        this.bench.draft(this.element);
    }

    up(): void {
        const made = this.element;
        this.cancel();
        if (!made || Math.hypot(made.points[2] ?? 0, made.points[3] ?? 0) < 4 / this.bench.zoom)
            return;
        const fields: Fields = {
            k: made.kind,
            p: [...made.points],
            c: made.colour,
            w: made.width,
            z: this.bench.topKey(),
        };
        this.bench.change([[made.id, fields]]);
    }

    cancel(): void {
        this.from = this.element = undefined;
        this.bench.draft(undefined);
    }
}

class Text implements Tool {
    constructor(private readonly bench: Bench) {}

    private at: [number, number] | undefined;

    down(x: number, y: number): void {
        this.at = [x, y];
    }

    move(): void {
        // a text stands where the pointer went down
    }

    up(): void {
        if (this.at) this.bench.write(...this.at);
        this.at = undefined;
    }

    cancel(): void {
        this.at = undefined;
    }
}

class Select implements Tool {
    private from: [number, number] | undefined;
    private held: Element | undefined;
    private moved: Element | undefined;

    constructor(private readonly bench: Bench) {}

    down(x: number, y: number): void {
        this.held = this.bench.at(x, y, (one) => hits(one, x, y, this.bench.zoom));
        this.from = [x, y];
        this.bench.select(this.held);
    }

    move(points: readonly (readonly [number, number])[]): void {
        const to = points.at(-1);
        if (!this.from || !this.held || !to) return;
        const [dx, dy] = [to[0] - this.from[0], to[1] - this.from[1]];
        if (!this.moved && Math.hypot(dx, dy) < 4 / this.bench.zoom) return;
        this.moved = { ...this.held, moved: [this.held.moved[0] + dx, this.held.moved[1] + dy] };
        this.bench.draft(this.moved);
    }

    up(): void {
        const moved = this.moved;
        this.cancel();
        if (moved) this.bench.change([[moved.id, { m: [...moved.moved] }]]);
    }

    cancel(): void {
        this.from = this.held = this.moved = undefined;
        this.bench.draft(undefined);
    }
}

export function makeTools(bench: Bench): Record<ToolName, Tool> {
    return {
        select: new Select(bench),
        pen: new Pen(bench),
        eraser: new Eraser(bench),
        shape: new Shape(bench),
        text: new Text(bench),
    };
}
