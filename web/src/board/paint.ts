// paint.ts - one element on a canvas whose transform is already the board's
import type { Element } from "../model/element.js";
import { arrowHead, corners, lineHeight, outline, textFont } from "./geometry.js";
import type { Palette } from "./palette.js";

export function paint(ctx: CanvasRenderingContext2D, element: Element, palette: Palette): void {
    const colour = palette[element.colour] ?? palette[0] ?? "#000";
    const at = outline(element);
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = element.width;
    ctx.lineCap = ctx.lineJoin = "round";
    switch (element.kind) {
        case "s":
            stroke(ctx, at);
            break;
        case "t":
            words(ctx, element, at);
            break;
        case "l":
        case "a":
            line(ctx, at, element.kind === "a" ? arrowHead(element.width) : 0);
            break;
        case "r":
        case "o":
            frame(ctx, element.kind, at);
            break;
    }
}

/** Quadratic curves through the middles of neighbours: smooth, and never far from the points. */
export function stroke(ctx: CanvasRenderingContext2D, at: Float64Array): void {
    const last = at.length - 2;
    ctx.beginPath();
    ctx.moveTo(at[0] ?? 0, at[1] ?? 0);
    if (last === 0) ctx.lineTo(at[0] ?? 0, at[1] ?? 0); // a dot: the round cap draws it
    for (let i = 2; i < last; i += 2) {
        const [x, y] = [at[i] ?? 0, at[i + 1] ?? 0];
        ctx.quadraticCurveTo(x, y, (x + (at[i + 2] ?? 0)) / 2, (y + (at[i + 3] ?? 0)) / 2);
    }
    if (last > 0) ctx.lineTo(at[last] ?? 0, at[last + 1] ?? 0);
    ctx.stroke();
}

function words(ctx: CanvasRenderingContext2D, element: Element, at: Float64Array): void {
    ctx.font = textFont(element.width);
    ctx.textBaseline = "top";
    const gap = element.width * lineHeight;
    element.text
        .split("\n")
        .forEach((text, row) => ctx.fillText(text, at[0] ?? 0, (at[1] ?? 0) + row * gap));
}

function line(ctx: CanvasRenderingContext2D, at: Float64Array, head: number): void {
    const [ax, ay, bx, by] = [at[0] ?? 0, at[1] ?? 0, at[2] ?? at[0] ?? 0, at[3] ?? at[1] ?? 0];
    ctx.beginPath();
    ctx.moveTo(ax, ay);
    ctx.lineTo(bx, by);
    if (head > 0) {
        const angle = Math.atan2(by - ay, bx - ax);
        for (const turn of [-0.5, 0.5]) {
            ctx.moveTo(bx, by);
            ctx.lineTo(bx - head * Math.cos(angle + turn), by - head * Math.sin(angle + turn));
        }
    }
    ctx.stroke();
}

function frame(ctx: CanvasRenderingContext2D, kind: "r" | "o", at: Float64Array): void {
    const box = corners(at);
    const [w, h] = [box.x1 - box.x0, box.y1 - box.y0];
    ctx.beginPath();
    if (kind === "r") ctx.rect(box.x0, box.y0, w, h);
    else ctx.ellipse(box.x0 + w / 2, box.y0 + h / 2, w / 2, h / 2, 0, 0, 2 * Math.PI);
    ctx.stroke();
}
