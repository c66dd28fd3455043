// viewport.ts - which part of the board the canvas shows, and how large
//
// Board coordinates are quarter units: at scale 1 one CSS pixel is four of them.
export const quarter = 4;
const least = 0.1;
const most = 8;

export interface Box {
    x0: number;
    y0: number;
    x1: number;
    y1: number;
}

export class Viewport {
    /** board coordinate of the canvas' corner */
    x = 0;
    y = 0;
    scale = 1;
    width = 0;
    height = 0;

    /** CSS pixels of one board unit */
    get zoom(): number {
        return this.scale / quarter;
    }

    toBoard(px: number, py: number): [number, number] {
        return [Math.round(this.x + px / this.zoom), Math.round(this.y + py / this.zoom)];
    }

    toScreen(x: number, y: number): [number, number] {
        return [(x - this.x) * this.zoom, (y - this.y) * this.zoom];
    }

    get box(): Box {
        return {
            x0: this.x,
            y0: this.y,
            x1: this.x + this.width / this.zoom,
            y1: this.y + this.height / this.zoom,
        };
    }

    pan(dx: number, dy: number): void {
        this.x -= dx / this.zoom;
        this.y -= dy / this.zoom;
    }

    /** Keeps the board's point under (px, py) where it is. */
    scaleAt(px: number, py: number, factor: number): void {
        const [x, y] = [this.x + px / this.zoom, this.y + py / this.zoom];
        this.scale = Math.min(most, Math.max(least, this.scale * factor));
        this.x = x - px / this.zoom;
        this.y = y - py / this.zoom;
    }

    fit(box: Box | undefined): void {
        if (!box) {
            this.x = this.y = 0;
            this.scale = 1;
            return;
        }
        const margin = 20 * quarter;
        const [w, h] = [box.x1 - box.x0 + 2 * margin, box.y1 - box.y0 + 2 * margin];
        const wanted = Math.min((this.width * quarter) / w, (this.height * quarter) / h);
        this.scale = Math.min(1, Math.max(least, wanted));
        this.x = (box.x0 + box.x1) / 2 - this.width / this.zoom / 2;
        this.y = (box.y0 + box.y1) / 2 - this.height / this.zoom / 2;
    }
}

export const touches = (a: Box, b: Box): boolean =>
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;

export function around(a: Box | undefined, b: Box): Box {
    if (!a) return { ...b };
    return {
        x0: Math.min(a.x0, b.x0),
        y0: Math.min(a.y0, b.y0),
        x1: Math.max(a.x1, b.x1),
        y1: Math.max(a.y1, b.y1),
    };
}
