// cursors.ts - where the others point: an arrow and a name each, over the canvas
import { make, setText } from "../ui/dom.js";
import type { Viewport } from "./viewport.js";

const hideAfter_ms = 20_000;
const arrow = "M0 0l16 6-7 3-3 8z";

interface Cursor {
    element: HTMLElement;
    x: number;
    y: number;
    at: number;
}

export class Cursors {
    private readonly all = new Map<number, Cursor>();

    constructor(
        private readonly place: HTMLElement,
        private readonly view: Viewport,
    ) {}

    point(user: number, name: string, teacher: boolean, x: number, y: number): void {
        let cursor = this.all.get(user);
        if (!cursor) {
            cursor = { element: build(teacher), x, y, at: 0 };
            this.all.set(user, cursor);
            this.place.append(cursor.element);
        }
        const label = cursor.element.querySelector("span");
        if (label) setText(label, name);
        Object.assign(cursor, { x, y, at: performance.now() });
        this.set(cursor);
    }

    /** The view moved, or somebody left. */
    refresh(here: (user: number) => boolean): void {
        const now = performance.now();
        for (const [user, cursor] of this.all) {
            if (here(user) && now - cursor.at < hideAfter_ms) {
                this.set(cursor);
                continue;
            }
            cursor.element.remove();
            this.all.delete(user);
        }
    }

    private set(cursor: Cursor): void {
        const [x, y] = this.view.toScreen(cursor.x, cursor.y);
        cursor.element.style.transform = `translate(${x}px, ${y}px)`;
    }
}

function build(teacher: boolean): HTMLElement {
    const element = make("div", {
        class: teacher ? "cursor tch" : "cursor",
        "aria-hidden": "true",
    });
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("width", "16");
    picture.setAttribute("height", "17");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", arrow);
    path.setAttribute("fill", "currentColor");
    picture.append(path);
    element.append(picture, make("span"));
    return element;
}
