// grid.ts - which elements are near: a uniform grid of 256-unit cells over their boxes
//
// An element leaves its old cells when it moves or goes. One that would cover very many cells is
// kept in a list of its own, so that a line across the whole board costs no more than a dot.
import { quarter, touches, type Box } from "./viewport.js";

const cell = 256 * quarter;
const manyCells = 400;

export class Grid {
    private readonly boxes = new Map<string, Box>();
    private readonly cells = new Map<string, Set<string>>();
    private readonly wide = new Set<string>();

    box(id: string): Box | undefined {
        return this.boxes.get(id);
    }

    /** The box around everything. */
    get extent(): Box | undefined {
        if (this.boxes.size === 0) return undefined;
        const all: Box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
        for (const box of this.boxes.values()) {
            all.x0 = Math.min(all.x0, box.x0);
            all.y0 = Math.min(all.y0, box.y0);
            all.x1 = Math.max(all.x1, box.x1);
            all.y1 = Math.max(all.y1, box.y1);
        }
        return all;
    }

    put(id: string, box: Box): void {
        this.remove(id);
        this.boxes.set(id, box);
        if (count(box) > manyCells) this.wide.add(id);
        else
            for (const key of keys(box)) {
                const ids = this.cells.get(key);
                if (ids) ids.add(id);
                else this.cells.set(key, new Set([id]));
            }
    }

    remove(id: string): void {
        const box = this.boxes.get(id);
        if (!box) return;
        this.boxes.delete(id);
        if (this.wide.delete(id)) return;
        for (const key of keys(box)) {
            const ids = this.cells.get(key);
            ids?.delete(id);
            if (ids?.size === 0) this.cells.delete(key);
        }
    }

    /** Ids whose box touches the given one, in no order. */
    near(box: Box): Set<string> {
        const found = new Set<string>();
        const look = (id: string): void => {
            const its = this.boxes.get(id);
            if (its && touches(its, box)) found.add(id);
        };
        for (const id of this.wide) look(id);
        if (count(box) > this.cells.size) for (const id of this.boxes.keys()) look(id);
        else for (const key of keys(box)) for (const id of this.cells.get(key) ?? []) look(id);
        return found;
    }
}

const at = (value: number): number => Math.floor(value / cell);
const count = (box: Box): number => (at(box.x1) - at(box.x0) + 1) * (at(box.y1) - at(box.y0) + 1);

function* keys(box: Box): Generator<string> {
    for (let x = at(box.x0); x <= at(box.x1); x++)
        for (let y = at(box.y0); y <= at(box.y1); y++) yield `${x} ${y}`;
}
