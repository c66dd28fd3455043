// dom.ts - elements without a framework, and without inline style or script
type Attribute = string | number | boolean | undefined;
type Child = Node | string | undefined | false;

export function make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Record<string, Attribute> = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    setAttributes(element, attributes);
    for (const child of children) if (child !== undefined && child !== false) element.append(child);
    return element;
}

export function setAttributes(element: Element, attributes: Record<string, Attribute>): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === false) element.removeAttribute(name);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
}

/** Only when it differs, so that observers and screen readers hear real changes. */
export function setText(element: Element, text: string): void {
    if (element.textContent !== text) element.textContent = text;
}

export function button(
    className: string,
    label: string | Node,
    act: (event: MouseEvent) => void,
    attributes: Record<string, Attribute> = {},
): HTMLButtonElement {
    const element = make("button", { type: "button", class: className, ...attributes }, label);
    element.addEventListener("click", act);
    return element;
}

const svg = "http://www.w3.org/2000/svg";
const icons = {
    tick: [16, "M3 8.5 6.5 12 13 4.5"],
    clock: [16, "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5"],
    cut: [16, "M3 13 13 3M2 8a6 6 0 0 1 9-5.2M14 8a6 6 0 0 1-9 5.2"],
    back: [20, "M12 4 6 10l6 6"],
    send: [20, "M3 10h13m-5-6 6 6-6 6"],
    people: [
        20,
        "M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1.5 17a5.5 5.5 0 0 1 11 0M13 3.4a3 3 0 0 1 0 5.2M15 12.2a5.5 5.5 0 0 1 3.500 4.800",
    ],
    select: [24, "m6 4 12 7-5 1.5L10 18z"],
    pen: [24, "m5 19 1-4L16 5l3 3L9 18z"],
    eraser: [24, "M9 19h11M5 14l8-9 6 5-8 9H9z"],
    shape: [24, "M4 19 11 6l7 13z"],
    text: [24, "M6 6h12M12 6v13"],
    undo: [24, "M9 6 5 10l4 4M5 10h9a5 5 0 0 1 0 10h-2"],
    l: [24, "M5 19 19 5"],
    a: [24, "M5 19 19 5M11 5h8v8"],
    r: [24, "M4 6h16v12H4z"],
    o: [24, "M12 6c5 0 8 3 8 6s-3 6-8 6-8-3-8-6 3-6 8-6z"],
    plus: [20, "M10 4v12M4 10h12"],
    minus: [20, "M4 10h12"],
    fit: [20, "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"],
} as const;
export type Icon = keyof typeof icons;

export function icon(name: Icon): SVGSVGElement {
    const [size, path] = icons[name];
    const picture = document.createElementNS(svg, "svg");
    setAttributes(picture, {
        width: size,
        height: size,
        viewBox: `0 0 ${size} ${size}`,
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 2,
        "aria-hidden": "true",
        focusable: "false",
    });
    const line = document.createElementNS(svg, "path");
    line.setAttribute("d", path);
    picture.append(line);
    return picture;
}

/** A question in the middle of the page; resolves to whether it was confirmed. */
export function ask(title: string, text: string, yes: string, no?: string): Promise<boolean> {
    return new Promise((resolve) => {
        const dialog = make("dialog", { class: "ask", "aria-labelledby": "ask-title" });
        dialog.append(
            make("h2", { id: "ask-title" }, title),
            make("p", {}, text),
            make(
                "div",
                { class: "row" },
                button("btn p", yes, () => dialog.close("yes")),
                no !== undefined && button("btn", no, () => dialog.close("")),
            ),
        );
        dialog.addEventListener("close", () => {
            dialog.remove();
            resolve(dialog.returnValue === "yes");
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
