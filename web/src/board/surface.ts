// surface.ts - a canvas the size of its place, at the screen's density (at most 2)
import type { Box, Viewport } from "./viewport.js";

export class Surface {
    readonly ctx: CanvasRenderingContext2D;
    private density = 1;

    constructor(readonly canvas: HTMLCanvasElement) {
        const ctx = canvas.getContext("2d");
        if (!ctx) throw new Error("this browser has no canvas");
        this.ctx = ctx;
    }

    resize(width: number, height: number): void {
        this.density = Math.min(2, devicePixelRatio || 1);
        this.canvas.width = Math.round(width * this.density);
        this.canvas.height = Math.round(height * this.density);
    }

    clear(): void {
        this.ctx.setTransform(1, 0, 0, 1, 0, 0);
        this.ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    }

    /** The box grown to whole pixels of the screen: clearing half a pixel leaves a seam. */
    snap(box: Box, view: Viewport): Box {
        const zoom = view.zoom * this.density;
        const low = (value: number, from: number): number =>
            Math.floor((value - from) * zoom - 1) / zoom + from;
        const high = (value: number, from: number): number =>
            Math.ceil((value - from) * zoom + 1) / zoom + from;
        return {
            x0: low(box.x0, view.x),
            y0: low(box.y0, view.y),
            x1: high(box.x1, view.x),
            y1: high(box.y1, view.y),
        };
    }

    /** From here on, draw in board coordinates. */
    use(view: Viewport): CanvasRenderingContext2D {
        const zoom = view.zoom * this.density;
        this.ctx.setTransform(zoom, 0, 0, zoom, -view.x * zoom, -view.y * zoom);
        return this.ctx;
    }
}
