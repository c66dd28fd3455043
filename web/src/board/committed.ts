// committed.ts - the lower layer: everything that is an element, drawn once
//
// A new element on top is painted alone; a changed or erased one redraws its rectangle, in
// stacking order, through the grid; a moved view redraws all that is visible. Long work is cut
// into slices of a few milliseconds, so that the pen never waits.
import { type Element, elementBelow } from "../model/element.js";
import { boxOf } from "./geometry.js";
import { Grid } from "./grid.js";
import { paint } from "./paint.js";
import type { Palette } from "./palette.js";
import type { Surface } from "./surface.js";
import { type Box, type Viewport, touches } from "./viewport.js";

const slice_ms = 7;
const manyChanges = 500;
const manyRects = 12;

export class Committed {
    readonly grid = new Grid();
    private queue: string[] = [];
    private queued = new Set<string>();
    private rects: Box[] = [];
    private stale = true;
    private top = "";

    constructor(
        private readonly surface: Surface,
        private readonly view: Viewport,
        private elements: ReadonlyMap<string, Element>,
        public palette: Palette,
    ) {}

    /** Another board, or the same one from the beginning. */
    reset(elements: ReadonlyMap<string, Element>): void {
        for (const id of this.grid.near({
            x0: -Infinity,
            y0: -Infinity,
            x1: Infinity,
            y1: Infinity,
        }))
            this.grid.remove(id);
        this.elements = elements;
        this.top = "";
        this.invalidate();
        this.change(new Set(elements.keys()));
    }

    /** Everything visible has to be drawn again. */
    invalidate(): void {
        this.stale = true;
    }

    get busy(): boolean {
        return this.stale || this.rects.length > 0 || this.queue.length > 0;
    }

    /** Is this element on the canvas, or not coming? */
    painted(id: string): boolean {
        return !this.stale && !this.queued.has(id);
    }

    change(ids: ReadonlySet<string>): void {
        if (ids.size > manyChanges) this.stale = true;
        for (const id of ids) this.changeOne(id);
        if (this.rects.length > manyRects) this.stale = true;
    }

    /** One slice of work; call again next frame while `busy`. */
    draw(): void {
        const until = performance.now() + slice_ms;
        if (this.stale) this.restart();
        const ctx = this.surface.use(this.view);
        for (let rect = this.rects.pop(); rect; rect = this.rects.pop()) this.redraw(ctx, rect);
        while (this.queue.length > 0) {
            const id = this.queue.shift() ?? "";
            this.queued.delete(id);
            const element = this.elements.get(id);
            if (element) paint(ctx, element, this.palette);
            if (performance.now() > until) break;
        }
    }

    /** The topmost element under a point. */
    at(x: number, y: number, test: (element: Element) => boolean): Element | undefined {
        const reach = 10 / this.view.zoom;
        const near = this.sorted(
            this.grid.near({ x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach }),
        );
        return near.reverse().find(test);
    }

    private changeOne(id: string): void {
        const before = this.grid.box(id);
        const element = this.elements.get(id);
        if (element) this.grid.put(id, boxOf(element));
        else this.grid.remove(id);
        if (this.stale) return;
        const after = this.grid.box(id);
        if (!before && element && element.z >= this.top) {
            this.top = element.z;
            this.enqueue(id);
            return;
        }
        if (before) this.rects.push(before);
        if (after) this.rects.push(after);
    }

    private restart(): void {
        this.stale = false;
        this.rects = [];
        this.queue = [];
        this.queued.clear();
        this.surface.clear();
        for (const element of this.sorted(this.grid.near(this.view.box))) this.enqueue(element.id);
        for (const element of this.elements.values())
            if (element.z > this.top) this.top = element.z;
    }

    private enqueue(id: string): void {
        if (this.queued.has(id)) return;
        this.queued.add(id);
        this.queue.push(id);
    }

    private sorted(ids: Iterable<string>): Element[] {
        const found: Element[] = [];
        for (const id of ids) {
            const element = this.elements.get(id);
            if (element) found.push(element);
        }
        return found.sort(elementBelow);
    }

    private redraw(ctx: CanvasRenderingContext2D, dirty: Box): void {
        if (!touches(dirty, this.view.box)) return;
        const rect = this.surface.snap(dirty, this.view);
        ctx.save();
        ctx.beginPath();
        ctx.rect(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0);
        ctx.clip();
        ctx.clearRect(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0);
        for (const element of this.sorted(this.grid.near(rect))) paint(ctx, element, this.palette);
        ctx.restore();
    }
}
