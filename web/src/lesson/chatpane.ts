// chatpane.ts - the chat beside the board: what was said, what waits, and the line to write in
import { t } from "../i18n/i18n.js";
import { button, icon, make } from "../ui/dom.js";
import type { Session } from "./session.js";

/** Rows on the page; older ones are a button away. */
const rows = 200;

export interface ChatPane {
    log: HTMLElement;
    form: HTMLElement;
    show(session: Session, open: boolean): void;
}

export function chatPane(session: Session): ChatPane {
    const list = make("ul", { class: "log" });
    const older = button(
        "btn x",
        t("chat.older"),
        () => void session.talk.loadOlder().catch(() => undefined),
    );
    const log = make(
        "div",
        { class: "scroll", role: "log", "aria-label": t("chat.label"), tabindex: 0 },
        list,
        older,
    );
    const input = make("input", {
        name: "say",
        autocomplete: "off",
        "aria-label": t("chat.input"),
        placeholder: t("chat.hint"),
        maxlength: session.limits.chat,
        enterkeyhint: "send",
    });
    const send = make(
        "button",
        { class: "btn", type: "submit", "aria-label": t("chat.send") },
        icon("send"),
    );
    const form = make("form", { class: "say" }, input, send);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const text = input.value.trim();
        if (text === "" || input.disabled) return;
        input.value = "";
        session.talk.say(text);
    });
    const drawn = new Map<string, HTMLElement>();
    return {
        log,
        form,
        show(now, open) {
            input.disabled = send.disabled = !open;
            older.hidden = !now.talk.older;
            fill(now, list, drawn);
        },
    };
}

/** Keeps rows that stand, so that a screen reader hears only what is new. */
function fill(session: Session, list: HTMLElement, drawn: Map<string, HTMLElement>): void {
    const { said, waiting } = session.talk.model;
    const wanted: HTMLElement[] = [];
    const keep = (key: string, build: () => HTMLElement): void => {
        let row = drawn.get(key);
        if (!row) drawn.set(key, (row = build()));
        wanted.push(row);
    };
    if (said.length + waiting.length === 0)
        keep("empty", () => make("li", { class: "s" }, t("chat.empty")));
    for (const one of said.slice(-rows)) {
        const mine = one.u === session.me.id;
        const teacher = session.here.get(one.u)?.role ?? (mine ? session.me.role : "student");
        keep(`${one.id} ${teacher}`, () =>
            make(
                "li",
                { class: teacher === "student" ? "" : "tch", "data-id": one.id },
                make("b", {}, mine ? t("chat.you") : one.n),
                make("br"),
                make("span", { dir: "auto" }, one.text),
            ),
        );
    }
    for (const one of waiting) {
        const why = session.joined ? t("chat.sending") : t("chat.waiting");
        keep(`w${one.s} ${session.joined}`, () =>
            make(
                "li",
                { class: "wait" },
                make("b", {}, t("chat.you")),
                ` · ${why}`,
                make("br"),
                make("span", { dir: "auto" }, one.text),
            ),
        );
    }
    const still = new Set(wanted);
    for (const [key, row] of drawn)
        if (!still.has(row)) {
            row.remove();
            drawn.delete(key);
        }
    wanted.forEach((row, index) => {
        if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
}
