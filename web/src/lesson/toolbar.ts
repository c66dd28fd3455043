// toolbar.ts - the rail: what is in hand, shapes and colours in small popovers, undo
import type { ShapeKind, ToolName } from "../board/tools.js";
import type { BoardView } from "../board/view.js";
import { type Key, t } from "../i18n/i18n.js";
import { type Icon, button, icon, make, setAttributes } from "../ui/dom.js";

const tools: readonly ToolName[] = ["select", "pen", "eraser", "shape", "text"];
const shapes: readonly ShapeKind[] = ["l", "a", "r", "o"];
const quick = [1, 2, 3];
const colours = [0, 1, 2, 3, 4, 5, 6, 7];

export interface Toolbar {
    element: HTMLElement;
    setOpen(open: boolean): void;
}

export function toolbar(view: BoardView): Toolbar {
    const buttons = new Map<string, HTMLButtonElement>();
    const element = make("div", {
        class: "tools",
        role: "toolbar",
        "aria-label": t("tools.label"),
    });
    const show = (): void => {
        for (const [name, one] of buttons) {
            const [kind, value] = name.split(".");
            const pressed =
                kind === "tool"
                    ? value === view.tool
                    : kind === "shape"
                      ? value === view.shape
                      : value === String(view.colour);
            setAttributes(one, { "aria-pressed": String(pressed) });
        }
        more.className = `tool more c${view.colour}`;
        element.dataset["tool"] = view.tool;
    };
    const add = (
        name: string,
        className: string,
        picture: Node,
        label: Key,
        act: () => void,
    ): HTMLButtonElement => {
        const one = button(
            `tool ${className}`,
            picture,
            () => {
                act();
                show();
            },
            { "aria-label": t(label), title: t(label) },
        );
        buttons.set(name, one);
        return one;
    };
    const dot = (): HTMLElement => make("i", { class: "dot" });
    const colour = (index: number, className: string): HTMLButtonElement =>
        add(
            `${className}.${index}`,
            `${className} c${index}`,
            dot(),
            `colour.${index}` as Key,
            () => {
                view.colour = index;
                colourBox.hidden = true;
            },
        );

    const shapeBox = popover("shapes", t("tool.shape"));
    for (const kind of shapes)
        shapeBox.append(
            add(`shape.${kind}`, "", icon(kind as Icon), `shape.${kind}`, () => {
                view.shape = kind;
                shapeBox.hidden = true;
            }),
        );
    const colourBox = popover("colours", t("tool.colours"));
    for (const index of colours) colourBox.append(colour(index, "all"));

    for (const name of tools)
        element.append(
            add(`tool.${name}`, "", icon(name), `tool.${name}`, () => {
                const again = view.tool === name;
                view.tool = name;
                if (name !== "select") view.select(undefined);
                colourBox.hidden = true;
                shapeBox.hidden = name !== "shape" || (again && !shapeBox.hidden);
            }),
        );
    const more = button(
        "tool more",
        dot(),
        () => {
            shapeBox.hidden = true;
            colourBox.hidden = !colourBox.hidden;
        },
        { "aria-label": t("tool.colours"), title: t("tool.colours") },
    );
    element.append(
        make("hr"),
        ...quick.map((index) => colour(index, "quick")),
        more,
        make("hr"),
        button("tool", icon("undo"), () => view.undo(), {
            "aria-label": t("tool.undo"),
            title: t("tool.undo"),
        }),
    );
    const rail = make(
        "section",
        { class: "rail", "aria-label": t("tools.label") },
        element,
        shapeBox,
        colourBox,
    );
    closeOutside(rail, [shapeBox, colourBox]);
    show();
    return {
        element: rail,
        setOpen(open) {
            for (const one of rail.querySelectorAll("button")) one.disabled = !open;
        },
    };
}

function popover(className: string, label: string): HTMLElement {
    const box = make("div", { class: `pop ${className}`, role: "group", "aria-label": label });
    box.hidden = true;
    return box;
}

function closeOutside(rail: HTMLElement, boxes: readonly HTMLElement[]): void {
    const close = (): void => boxes.forEach((box) => (box.hidden = true));
    rail.addEventListener("keydown", (event) => event.key === "Escape" && close());
    document.addEventListener("pointerdown", (event) => {
        if (event.target instanceof Node && !rail.contains(event.target)) close();
    });
}
