// people.ts - who is here: tiles with initials, and the whole list in a sheet
import { t } from "../i18n/i18n.js";
import { button, icon, make, setText } from "../ui/dom.js";
import type { Present } from "./session.js";

const tilesBeside = 3;

export const initials = (name: string): string =>
    name
        .split(/[\s.]+/)
        .filter(Boolean)
        .slice(0, 2)
        .map((word) => word.charAt(0).toLocaleUpperCase())
        .join("");

const byRole = (one: Present, other: Present): number =>
    Number(one.role === "student") - Number(other.role === "student") ||
    one.n.localeCompare(other.n);

export interface People {
    tiles: HTMLElement;
    opener: HTMLElement;
    show(here: Iterable<Present>): void;
    /** what the teacher may do, for narrow bars: stands in the sheet */
    offer(label: string, act: () => void): void;
}

type Offer = { label: string; act: () => void };

export function people(): People {
    let all: Present[] = [];
    let offered: Offer | undefined;
    const tiles = make("section", { class: "vid", "aria-label": t("people.label") });
    const count = make("span");
    const open = (): void => sheet(all, offered);
    const opener = button("btn x who", icon("people"), open);
    opener.append(count);
    return {
        tiles,
        opener,
        offer(label, act) {
            offered = label ? { label, act } : undefined;
        },
        show(here) {
            all = [...here].sort(byRole);
            setText(count, String(all.length));
            opener.setAttribute("aria-label", t("people.all", { n: all.length }));
            const [first, ...rest] = all;
            tiles.replaceChildren();
            tiles.hidden = !first;
            if (!first) return;
            tiles.append(tile(first, true));
            const fits = rest.length <= tilesBeside + 1;
            for (const one of rest.slice(0, fits ? tilesBeside + 1 : tilesBeside))
                tiles.append(tile(one, false));
            if (!fits)
                tiles.append(
                    button("tile", `+${rest.length - tilesBeside}`, open, {
                        "aria-label": t("people.all", { n: all.length }),
                    }),
                );
        },
    };
}

const fullName = (one: Present): string =>
    one.role === "student" ? one.n : t("people.teacher", { name: one.n });

function tile(one: Present, large: boolean): HTMLElement {
    return make(
        "div",
        { class: large ? "tile large" : "tile", title: fullName(one) },
        make("b", { "aria-hidden": "true" }, initials(one.n)),
        make("span", { class: large ? "" : "vh" }, fullName(one)),
    );
}

function sheet(all: readonly Present[], offer: Offer | undefined): void {
    const dialog = make(
        "dialog",
        { class: "sheet", "aria-labelledby": "sheet-title" },
        make("h2", { id: "sheet-title" }, t("people.all", { n: all.length })),
        make(
            "ul",
            {},
            ...all.map((one) =>
                make("li", { class: one.role === "student" ? "" : "tch" }, fullName(one)),
            ),
        ),
    );
    const row = make("div", { class: "row" });
    if (offer)
        row.append(
            button("btn p", offer.label, () => {
                dialog.close();
                offer.act();
            }),
        );
    row.append(button("btn", t("close"), () => dialog.close()));
    dialog.append(row);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}
