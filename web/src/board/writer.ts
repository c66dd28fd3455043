// writer.ts - a text field on the board, where its words will stand
import { t } from "../i18n/i18n.js";
import { make } from "../ui/dom.js";
import { textSize } from "./tools.js";
import type { Viewport } from "./viewport.js";

/** Enter keeps the words, Shift+Enter starts a line, Escape throws them away. */
export function writeAt(
    place: HTMLElement,
    view: Viewport,
    at: readonly [number, number],
    colour: number,
    limit: number,
    keep: (text: string) => void,
): void {
    const field = make("textarea", {
        class: `writer c${colour}`,
        rows: 1,
        maxlength: limit,
        "aria-label": t("board.text"),
    });
    const [x, y] = view.toScreen(at[0], at[1]);
    field.style.left = `${Math.max(0, Math.min(x, view.width - 120))}px`;
    field.style.top = `${Math.max(0, Math.min(y, view.height - 48))}px`;
    field.style.fontSize = `${Math.max(16, textSize * view.zoom)}px`;
    let finished = false;
    const finish = (wanted: boolean): void => {
        if (finished) return;
        finished = true;
        const text = field.value.trimEnd();
        field.remove();
        if (wanted && text.trim() !== "") keep(text);
        place.focus({ preventScroll: true });
    };
    const grow = (): void => {
        field.rows = field.value.split("\n").length;
    };
    field.addEventListener("input", grow);
    field.addEventListener("blur", () => finish(true));
    field.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Escape") finish(false);
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            finish(true);
        }
    });
    place.append(field);
    field.focus();
}
