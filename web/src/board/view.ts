// view.ts - the board on the page: two canvases, the grid behind, cursors above, tools at hand
import type { WsCurOut, WsLiveOut } from "../gen/messages.js";
import { t } from "../i18n/i18n.js";
import type { Session } from "../lesson/session.js";
import { Whisper } from "../lesson/whisper.js";
import type { Element as Drawn } from "../model/element.js";
import { button, icon, make, setAttributes } from "../ui/dom.js";
import { Committed } from "./committed.js";
import { Cursors } from "./cursors.js";
import { absolute } from "./geometry.js";
import { Live } from "./live.js";
import { readPalette, watchTheme } from "./palette.js";
import { Pointer } from "./pointer.js";
import { Surface } from "./surface.js";
import {
    type Bench,
    type Changes,
    type ShapeKind,
    type Tool,
    type ToolName,
    makeTools,
    textSize,
} from "./tools.js";
import { Viewport } from "./viewport.js";
import { writeAt } from "./writer.js";

const cell = 20;
const nothing: ReadonlyMap<string, Drawn> = new Map();
const step = 20;

/** 80 random bits: nobody ever makes the same element. */
function newElementId(): string {
    return [...crypto.getRandomValues(new Uint8Array(16))]
        .map((byte) => (byte % 36).toString(36))
        .join("");
}

export class BoardView implements Bench {
    readonly element = make("main", {
        class: "board sq",
        tabindex: 0,
        "aria-label": t("board.label"),
        "data-elements": 0,
    });
    tool: ToolName = "pen";
    shape: ShapeKind = "l";
    colour = 1;
    /** nobody draws when the lesson is not live */
    open = false;
    private readonly view = new Viewport();
    private readonly lower = new Surface(
        make("canvas", { role: "img", "aria-label": t("board.label") }),
    );
    private readonly upper = new Surface(make("canvas", { "aria-hidden": "true" }));
    private readonly committed = new Committed(this.lower, this.view, nothing, readPalette());
    private readonly live = new Live(this.upper, this.view, readPalette());
    private readonly cursors = new Cursors(this.element, this.view);
    private readonly whisper: Whisper;
    private readonly tools: Record<ToolName, Tool> = makeTools(this);
    private readonly watcher = new ResizeObserver(() => this.resize());
    private readonly unwatchTheme: () => void;
    private shown: unknown;
    private picked: string | undefined;
    private frame = 0;
    private gone = false;

    constructor(
        private readonly session: Session,
        private readonly full: () => void,
    ) {
        this.whisper = new Whisper(
            () => session.board?.id,
            (message) => session.whisper(message),
        );
        this.element.append(this.lower.canvas, this.upper.canvas, this.zoomButtons());
        new Pointer(this.element, this.view, {
            tool: () => (this.open && session.board ? this.tools[this.tool] : undefined),
            viewMoved: () => this.moved(),
            hover: (x, y) => this.open && this.whisper.point(x, y),
        });
        this.element.addEventListener("keydown", (event) => this.key(event));
        this.unwatchTheme = watchTheme(() => this.recolour());
        this.watcher.observe(this.element);
        void document.fonts?.load("24px Literata", "Аa").then(() => this.recolour());
    }

    close(): void {
        this.gone = true;
        this.whisper.stop();
        this.watcher.disconnect();
        this.unwatchTheme();
    }

    /** The model may have changed: draw on the next frame. */
    refresh(): void {
        if (this.frame || this.gone) return;
        this.frame = requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    heard(message: WsLiveOut): void {
        if (message.b !== this.session.board?.id) return;
        this.live.add(message.e, message.u, message.c, message.w, [...absolute(message.p)]);
        this.refresh();
    }

    pointed(message: WsCurOut): void {
        const who = this.session.here.get(message.u);
        if (!who || message.b !== this.session.board?.id) return;
        this.cursors.point(message.u, who.n, who.role !== "student", message.x, message.y);
    }

    peopleChanged(): void {
        this.cursors.refresh((user) => this.session.here.has(user));
    }

    undo(): void {
        if (this.open) this.session.board?.takeBack();
    }

    // --- Bench: what tools ask for -----------------------------------------------------------
    get zoom(): number {
        return this.view.zoom;
    }
    newId(): string {
        return newElementId();
    }
    topKey(): string {
        return this.session.board?.model.topKey() ?? "";
    }
    at(x: number, y: number, test: (element: Drawn) => boolean): Drawn | undefined {
        return this.committed.at(x, y, (one) => this.session.mayChange(one.id) && test(one));
    }
    change(changes: Changes): void {
        const model = this.session.board?.model;
        const grows = changes.some(([id]) => model && !model.elements.has(id));
        if (model && grows && model.elements.size >= this.session.limits.elements) {
            for (const [id] of changes) this.live.end(id);
            this.full();
        } else this.session.board?.change(changes);
        this.refresh();
    }
    ink(id: string, colour: number, width: number, points: readonly number[]): void {
        this.live.add(id, this.session.me.id, colour, width, points);
        this.whisper.draw(id, colour, width, points);
        this.refresh();
    }
    draft(element: Drawn | undefined): void {
        this.live.setDraft(element);
        this.refresh();
    }
    select(element: Drawn | undefined): void {
        this.picked = element?.id;
        this.refresh();
    }
    write(x: number, y: number): void {
        const { colour } = this;
        writeAt(this.element, this.view, [x, y], colour, this.session.limits.text, (text) => {
            this.change([
                [
                    newElementId(),
                    { k: "t", p: [x, y], c: colour, w: textSize, z: this.topKey(), x: text },
                ],
            ]);
        });
    }

    // --- drawing -------------------------------------------------------------------------------
    private draw(): void {
        const model = this.session.board?.model;
        if (model && model !== this.shown) {
            this.shown = model;
            model.takeChanges();
            this.committed.reset(model.elements);
        }
        if (model) this.committed.change(model.takeChanges());
        this.committed.draw();
        const here = this.session.here;
        this.live.sweep(
            (id, author) =>
                (model?.elements.has(id) && this.committed.painted(id)) ||
                (author !== this.session.me.id && !here.has(author)),
            this.session.me.id,
        );
        this.live.setSelection(
            this.picked === undefined ? undefined : model?.elements.get(this.picked),
        );
        this.live.draw();
        this.tell();
        if (this.committed.busy || this.live.busy) this.refresh();
    }

    /** What the page knows, for people who cannot see it and for tests. */
    private tell(): void {
        const model = this.session.board?.model;
        if (!model) return;
        setAttributes(this.element, {
            "data-elements": model.elements.size,
            "data-version": model.version,
            "data-unsaved": model.unsaved,
            "data-acked": model.stored,
            "data-digest": model.digest,
        });
        setAttributes(this.lower.canvas, {
            "aria-label": t("board.about", { n: model.elements.size }),
        });
    }

    private resize(): void {
        const { clientWidth, clientHeight } = this.element;
        this.view.width = clientWidth;
        this.view.height = clientHeight;
        this.lower.resize(clientWidth, clientHeight);
        this.upper.resize(clientWidth, clientHeight);
        this.moved();
        this.committed.draw(); // a resized canvas is empty: not a frame without ink
    }

    private moved(): void {
        const size = cell * this.view.scale * (this.view.scale < 0.5 ? 4 : 1);
        const [x, y] = this.view.toScreen(0, 0);
        this.element.style.backgroundSize = `${size}px ${size}px`;
        this.element.style.backgroundPosition = `${x}px ${y}px`;
        this.committed.invalidate();
        this.live.invalidate();
        this.peopleChanged();
        this.refresh();
    }

    private recolour(): void {
        if (this.gone) return;
        this.committed.palette = this.live.palette = readPalette();
        this.moved();
    }

    private zoomButtons(): HTMLElement {
        const scale = (factor: number) => () => {
            this.view.scaleAt(this.view.width / 2, this.view.height / 2, factor);
            this.moved();
        };
        const fit = (): void => {
            this.view.fit(this.committed.grid.extent);
            this.moved();
        };
        return make(
            "div",
            { class: "zoom" },
            button("tool", icon("minus"), scale(0.8), { "aria-label": t("zoom.out") }),
            button("tool", icon("fit"), fit, { "aria-label": t("zoom.fit") }),
            button("tool", icon("plus"), scale(1.25), { "aria-label": t("zoom.in") }),
        );
    }

    private key(event: KeyboardEvent): void {
        if (event.target !== this.element) return;
        if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") {
            event.preventDefault();
            return this.undo();
        }
        const model = this.session.board?.model;
        const picked = this.picked === undefined ? undefined : model?.elements.get(this.picked);
        if (!picked || !this.open) return;
        const far = event.shiftKey ? 10 * step : step;
        const by: Record<string, [number, number]> = {
            ArrowLeft: [-far, 0],
            ArrowRight: [far, 0],
            ArrowUp: [0, -far],
            ArrowDown: [0, far],
        };
        const shift = by[event.key];
        if (event.key === "Escape") this.select(undefined);
        else if (event.key === "Delete" || event.key === "Backspace")
            this.change([[picked.id, { d: true }]]);
        else if (shift)
            this.change([
                [picked.id, { m: [picked.moved[0] + shift[0], picked.moved[1] + shift[1]] }],
            ]);
        else return;
        event.preventDefault();
    }
}
