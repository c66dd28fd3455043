// geometry.ts - where elements are: outlines, boxes, and whether a point touches one
import type { Element } from "../model/element.js";
import { quarter, type Box } from "./viewport.js";

export const lineHeight = 1.25;
const tolerance = 6;

/** Absolute coordinates from "x, y, then differences", moved. */
export function absolute(points: readonly number[], dx = 0, dy = 0): Float64Array {
    const out = new Float64Array(points.length - (points.length % 2));
    let [x, y] = [dx, dy];
    for (let i = 0; i + 1 < points.length; i += 2) {
        out[i] = x += points[i] ?? 0;
        out[i + 1] = y += points[i + 1] ?? 0;
    }
    return out;
}

export const outline = (element: Element): Float64Array =>
    absolute(element.points, element.moved[0], element.moved[1]);

let ruler: CanvasRenderingContext2D | null | undefined;

/** Width of the longest line, in board units. */
function textWidth(element: Element): number {
    ruler ??= document.createElement("canvas").getContext("2d");
    if (!ruler) return element.text.length * element.width * 0.6;
    ruler.font = textFont(element.width);
    return Math.max(...element.text.split("\n").map((line) => ruler?.measureText(line).width ?? 0));
}

export const textFont = (size: number): string =>
    `${size}px Literata, "Noto Serif", Georgia, serif`;

export function boxOf(element: Element): Box {
    const at = outline(element);
    const box: Box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
    for (let i = 0; i < at.length; i += 2) {
        const [x, y] = [at[i] ?? 0, at[i + 1] ?? 0];
        box.x0 = Math.min(box.x0, x);
        box.y0 = Math.min(box.y0, y);
        box.x1 = Math.max(box.x1, x);
        box.y1 = Math.max(box.y1, y);
    }
    if (element.kind === "t") {
        box.x1 += textWidth(element);
        box.y1 += element.text.split("\n").length * element.width * lineHeight;
        return box;
    }
    const margin =
        element.width / 2 + (element.kind === "a" ? arrowHead(element.width) : 0) + quarter;
    return { x0: box.x0 - margin, y0: box.y0 - margin, x1: box.x1 + margin, y1: box.y1 + margin };
}

export const arrowHead = (width: number): number => 8 * quarter + width * 1.5;

/** Corners of a shape drawn from one point to another. */
export function corners(at: Float64Array): Box {
    const [ax, ay, bx, by] = [at[0] ?? 0, at[1] ?? 0, at[2] ?? at[0] ?? 0, at[3] ?? at[1] ?? 0];
    return {
        x0: Math.min(ax, bx),
        y0: Math.min(ay, by),
        x1: Math.max(ax, bx),
        y1: Math.max(ay, by),
    };
}

/** Does a pointer at (x, y) touch what is drawn? `zoom` is CSS pixels per board unit. */
export function hits(element: Element, x: number, y: number, zoom: number): boolean {
    const reach = element.width / 2 + tolerance / zoom;
    const at = outline(element);
    if (element.kind === "t") {
        const box = boxOf(element);
        return x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
    }
    if (element.kind === "r" || element.kind === "o")
        return nearFrame(element.kind, corners(at), x, y, reach);
    if (at.length === 2) return Math.hypot(x - (at[0] ?? 0), y - (at[1] ?? 0)) <= reach;
    for (let i = 2; i < at.length; i += 2)
        if (nearSegment(x, y, at[i - 2] ?? 0, at[i - 1] ?? 0, at[i] ?? 0, at[i + 1] ?? 0) <= reach)
            return true;
    return false;
}

function nearFrame(kind: "r" | "o", box: Box, x: number, y: number, reach: number): boolean {
    const [rx, ry] = [(box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2];
    const [dx, dy] = [Math.abs(x - box.x0 - rx), Math.abs(y - box.y0 - ry)];
    if (kind === "r") {
        const inside = dx <= rx + reach && dy <= ry + reach;
        return inside && (dx >= rx - reach || dy >= ry - reach);
    }
    const outer = (dx / (rx + reach)) ** 2 + (dy / (ry + reach)) ** 2 <= 1;
    if (rx <= reach || ry <= reach) return outer;
    return outer && (dx / (rx - reach)) ** 2 + (dy / (ry - reach)) ** 2 >= 1;
}

function nearSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const along =
        length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
    return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
