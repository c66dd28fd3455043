// pointer.ts - pointers, wheel and keys on the board, turned into tool strokes and view moves
//
// One pointer draws. Two fingers move and scale the view, and end what one finger had begun; so do
// the middle button, or any button while the space key is held.
import type { Tool } from "./tools.js";
import type { Viewport } from "./viewport.js";

export interface Hands {
    tool(): Tool | undefined;
    viewMoved(): void;
    hover(x: number, y: number): void;
}

type Spot = { x: number; y: number };

export class Pointer {
    private readonly fingers = new Map<number, Spot>();
    private drawing: number | undefined;
    private space = false;

    constructor(
        private readonly place: HTMLElement,
        private readonly view: Viewport,
        private readonly hands: Hands,
    ) {
        place.addEventListener("pointerdown", (event) => this.down(event));
        place.addEventListener("pointermove", (event) => this.move(event));
        place.addEventListener("pointerup", (event) => this.up(event, false));
        place.addEventListener("pointercancel", (event) => this.up(event, true));
        place.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
        place.addEventListener("keydown", (event) => event.key === " " && this.hold(event, true));
        place.addEventListener("keyup", (event) => event.key === " " && this.hold(event, false));
        place.addEventListener("blur", () => (this.space = false));
    }

    private spot(event: MouseEvent): Spot {
        const place = this.place.getBoundingClientRect();
        return { x: event.clientX - place.left, y: event.clientY - place.top };
    }

    private hold(event: KeyboardEvent, held: boolean): void {
        if (event.target !== this.place) return;
        event.preventDefault();
        this.space = held;
    }

    private down(event: PointerEvent): void {
        if (event.target instanceof Element && event.target.closest("button, textarea")) return;
        this.place.setPointerCapture(event.pointerId);
        const spot = this.spot(event);
        this.fingers.set(event.pointerId, spot);
        if (this.fingers.size > 1) {
            this.hands.tool()?.cancel();
            this.drawing = undefined;
            return;
        }
        if (this.space || event.button === 1 || !this.hands.tool()) return;
        if (event.button !== 0 && event.button !== 5) return;
        this.drawing = event.pointerId;
        this.hands.tool()?.down(...this.view.toBoard(spot.x, spot.y));
    }

    private move(event: PointerEvent): void {
        const spot = this.spot(event);
        this.hands.hover(...this.view.toBoard(spot.x, spot.y));
        const before = this.fingers.get(event.pointerId);
        if (!before) return;
        if (this.drawing === event.pointerId) {
            const events = event.getCoalescedEvents?.() ?? [];
            const spots = (events.length > 0 ? events : [event]).map((one) => this.spot(one));
            this.hands.tool()?.move(spots.map(({ x, y }) => this.view.toBoard(x, y)));
        } else this.drag(event.pointerId, before, spot);
        this.fingers.set(event.pointerId, spot);
    }

    /** One finger of several (or a held button) moves the view; the others are the anchor. */
    private drag(id: number, before: Spot, now: Spot): void {
        const other = [...this.fingers].find(([key]) => key !== id)?.[1];
        if (!other) this.view.pan(now.x - before.x, now.y - before.y);
        else {
            const was = Math.hypot(before.x - other.x, before.y - other.y);
            const is = Math.hypot(now.x - other.x, now.y - other.y);
            this.view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
            if (was > 10 && is > 10)
                this.view.scaleAt((now.x + other.x) / 2, (now.y + other.y) / 2, is / was);
        }
        this.hands.viewMoved();
    }

    private up(event: PointerEvent, cancelled: boolean): void {
        if (!this.fingers.delete(event.pointerId) || this.drawing !== event.pointerId) return;
        this.drawing = undefined;
        if (cancelled) this.hands.tool()?.cancel();
        else this.hands.tool()?.up();
    }

    private wheel(event: WheelEvent): void {
        event.preventDefault();
        const spot = this.spot(event);
        if (event.ctrlKey || event.metaKey)
            this.view.scaleAt(spot.x, spot.y, Math.exp(-event.deltaY / 300));
        else
            this.view.pan(
                event.shiftKey ? -event.deltaY : -event.deltaX,
                event.shiftKey ? 0 : -event.deltaY,
            );
        this.hands.viewMoved();
    }
}
