// live.ts - the upper layer: ink that is being drawn, here and by others
//
// Each new piece is added to what stands there; only when a stroke ends is the layer cleared and
// the rest drawn again. A stroke stays until its element is painted below, so it never blinks.
import type { Element } from "../model/element.js";
import { boxOf } from "./geometry.js";
import { paint } from "./paint.js";
import type { Palette } from "./palette.js";
import type { Surface } from "./surface.js";
import type { Viewport } from "./viewport.js";

interface Ink {
    readonly author: number;
    readonly colour: number;
    readonly width: number;
    /** absolute x, y, ... */
    readonly at: number[];
    drawn: number;
    heard: number;
}

/** Ink of others that neither grows nor becomes an element is dropped after this long. */
const forget_ms = 8000;

export class Live {
    private readonly inks = new Map<string, Ink>();
    private draft: Element | undefined;
    private selection: Element | undefined;
    private stale = false;
    private fresh = false;

    constructor(
        private readonly surface: Surface,
        private readonly view: Viewport,
        public palette: Palette,
    ) {}

    get busy(): boolean {
        return this.stale || this.fresh;
    }

    invalidate(): void {
        this.stale = true;
    }

    /** Adds absolute points to a stroke, beginning it when it is new. */
    add(id: string, author: number, colour: number, width: number, at: readonly number[]): void {
        let ink = this.inks.get(id);
        if (!ink) this.inks.set(id, (ink = { author, colour, width, at: [], drawn: 0, heard: 0 }));
        ink.at.push(...at);
        ink.heard = performance.now();
        this.fresh = true;
    }

    end(id: string): void {
        if (this.inks.delete(id)) this.stale = true;
    }

    /** Ends what `over` says is over, and what has been silent too long. */
    sweep(over: (id: string, author: number) => boolean, me: number): void {
        const now = performance.now();
        for (const [id, ink] of this.inks) {
            const silent = ink.author !== me && now - ink.heard > forget_ms;
            if (silent || over(id, ink.author)) this.end(id);
        }
    }

    get ids(): Iterable<string> {
        return this.inks.keys();
    }

    /** A shape being pulled out, or an element being moved. */
    setDraft(element: Element | undefined): void {
        if (this.draft || element) this.stale = true;
        this.draft = element;
    }

    setSelection(element: Element | undefined): void {
        if (this.selection !== element) this.stale = true;
        this.selection = element;
    }

    draw(): void {
        if (this.stale) {
            this.surface.clear();
            for (const ink of this.inks.values()) ink.drawn = 0;
        }
        const ctx = this.surface.use(this.view);
        ctx.lineCap = ctx.lineJoin = "round";
        for (const ink of this.inks.values()) this.extend(ctx, ink);
        if (this.stale && this.draft) paint(ctx, this.draft, this.palette);
        if (this.stale && this.selection) this.mark(ctx, this.draft ?? this.selection);
        this.stale = this.fresh = false;
    }

    /** The part not drawn yet: from the middle before the last point to the newest middle. */
    private extend(ctx: CanvasRenderingContext2D, ink: Ink): void {
        const { at } = ink;
        if (at.length === ink.drawn) return;
        const get = (i: number): number => at[i] ?? 0;
        ctx.strokeStyle = this.palette[ink.colour] ?? "#000";
        ctx.lineWidth = ink.width;
        ctx.beginPath();
        const from = Math.max(0, ink.drawn - 2);
        if (from === 0) {
            ctx.moveTo(get(0), get(1));
            ctx.lineTo(get(0), get(1));
        } else ctx.moveTo((get(from - 2) + get(from)) / 2, (get(from - 1) + get(from + 1)) / 2);
        for (let i = Math.max(2, from); i < at.length - 2; i += 2)
            ctx.quadraticCurveTo(
                get(i),
                get(i + 1),
                (get(i) + get(i + 2)) / 2,
                (get(i + 1) + get(i + 3)) / 2,
            );
        if (at.length >= 4) ctx.lineTo(get(at.length - 2), get(at.length - 1));
        ctx.stroke();
        ink.drawn = at.length;
    }

    private mark(ctx: CanvasRenderingContext2D, element: Element): void {
        const box = boxOf(element);
        ctx.save();
        ctx.strokeStyle = this.palette[1] ?? "#000";
        ctx.lineWidth = 1.5 / this.view.zoom;
        ctx.setLineDash([6 / this.view.zoom, 4 / this.view.zoom]);
        ctx.strokeRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
        ctx.restore();
    }
}
