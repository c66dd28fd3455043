// box.ts - which box this is: school, address, the words to compare, and how we are connected
import { t } from "../i18n/i18n.js";
import { api } from "../net/api.js";
import { icon, make, setText } from "./dom.js";
import { watchWorker, workerState } from "./worker.js";

export interface BoxInfo {
    school: string;
    name: string;
    address: string;
    fingerprint: string;
    words: string | string[];
}

const retry_ms = 5000;
let known: BoxInfo | undefined;

const place = "m4sh.school";

/** The school's name for the header; what was heard last, while the box is silent. */
export async function schoolName(): Promise<string> {
    known ??= await api<BoxInfo>("GET", "box").catch(() => undefined);
    try {
        if (known) localStorage.setItem(place, known.school);
        return known?.school || localStorage.getItem(place) || t("school.unknown");
    } catch {
        return known?.school || t("school.unknown");
    }
}

/** Three words, however they come. */
const wordsOf = (words: string | string[]): string =>
    (Array.isArray(words) ? words : words.split(/[\s·,-]+/)).filter(Boolean).join(" · ");

/** The fingerprint may end a line between two pairs, never within one. */
function pairs(fingerprint: string): (string | HTMLElement)[] {
    return fingerprint.split(":").flatMap((pair, i) => (i === 0 ? [pair] : [":", make("wbr"), pair]));
}

export function boxPanel(): { school: HTMLElement; panel: HTMLElement; stop(): void } {
    const school = make("p", { class: "s school" }, known?.school || "\u00a0");
    const address = make("dd", { class: "fp" }, known?.address || location.host);
    const words = make("dd", { class: "fp" }, known ? wordsOf(known.words) : "…");
    const fingerprint = make("dd", { class: "mono" }, ...pairs(known?.fingerprint ?? "…"));
    const link = make("span");
    const net = make("dd", { class: "net" }, icon("tick"), link);
    let answered = known !== undefined;
    let timer: number | undefined;

    const show = (): void => {
        const trust = workerState();
        net.classList.toggle("off", !answered || trust === "none");
        if (!answered) setText(link, timer === undefined ? t("box.checking") : t("box.away"));
        else
            setText(
                link,
                t(
                    trust === "ready"
                        ? "box.trusted"
                        : trust === "none"
                          ? "box.untrusted"
                          : "box.checking",
                ),
            );
    };
    const ask = (): void => {
        api<BoxInfo>("GET", "box").then(
            (info) => {
                known = info;
                answered = true;
                setText(school, info.school || t("school.unknown"));
                setText(address, info.address || location.host);
                setText(words, wordsOf(info.words));
                fingerprint.replaceChildren(...pairs(info.fingerprint));
                show();
            },
            () => {
                answered = false;
                timer = setTimeout(ask, retry_ms);
                show();
            },
        );
    };
    const unwatch = watchWorker(show);
    show();
    ask();

    const panel = make(
        "aside",
        { class: "r" },
        make("h2", {}, t("box.title")),
        make("p", {}, t("box.about")),
        make(
            "dl",
            {},
            make("div", {}, make("dt", {}, t("box.address")), address),
            make("div", {}, make("dt", {}, t("box.words")), words),
            make("div", {}, make("dt", {}, t("box.fingerprint")), fingerprint),
            make("div", {}, make("dt", {}, t("box.link")), net),
        ),
    );
    const stop = (): void => {
        clearTimeout(timer);
        unwatch();
    };
    return { school, panel, stop };
}
