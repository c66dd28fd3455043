// netstate.ts - the line that says where the changes are, and is always true
//
//   saved     the box has acknowledged everything
//   writing   some changes are not on this device's disk yet
//   device    written here, on their way to the box
//   waiting   written here, and there is no connection
//   tab       the browser keeps nothing for us: they live in this tab
import { t } from "../i18n/i18n.js";
import { icon, make, setText } from "../ui/dom.js";
import type { Session } from "./session.js";

const speakAfter_ms = 1500;

export type State = "saved" | "away" | "joining" | "writing" | "device" | "waiting" | "tab";

export function stateOf(session: Session): State {
    const count = session.unsaved;
    if (count === 0)
        return session.joined ? "saved" : session.status === undefined ? "joining" : "away";
    if (!session.durable) return "tab";
    if (session.unwritten > 0) return "writing";
    return session.joined ? "device" : "waiting";
}

export interface NetState {
    element: HTMLElement;
    spoken: HTMLElement;
    show(session: Session): void;
}

export function netState(): NetState {
    const word = make("span");
    const element = make("span", { class: "net" }, word);
    const spoken = make("p", { class: "vh", role: "status" });
    let drawn = "";
    let told = true;
    let timer: number | undefined;
    return {
        element,
        spoken,
        show(session) {
            const state = stateOf(session);
            const text = t(`net.${state}`, { n: session.unsaved });
            setText(word, text);
            if (state === drawn) return;
            drawn = state;
            element.dataset["state"] = state;
            element.classList.toggle("good", state === "saved");
            const mark = icon(state === "saved" ? "tick" : state === "away" ? "cut" : "clock");
            if (element.firstChild instanceof SVGElement) element.firstChild.replaceWith(mark);
            else element.prepend(mark);
            clearTimeout(timer);
            timer = setTimeout(() => {
                const fine = state === "saved" || state === "device" || state === "writing";
                if (fine === told) return;
                told = fine;
                const bad = state === "joining" ? "net.joining" : "net.said.away";
                setText(spoken, t(fine ? "net.said.back" : bad));
            }, speakAfter_ms);
        },
    };
}
