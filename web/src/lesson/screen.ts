// screen.ts - the live lesson: bar, tool rail, board, people and chat
//
// Opens the session once this tab leads the lesson on this device, and wires its events to the
// parts. Everything drawn again goes through one animation frame.
import type { App, Screen } from "../app.js";
import { BoardView } from "../board/view.js";
import { t } from "../i18n/i18n.js";
import { Problem, api } from "../net/api.js";
import { type Person, recallNote } from "../store/person.js";
import { button, icon, make, setText } from "../ui/dom.js";
import { type Lesson, endLesson, mayLead, startLesson, timeLeft } from "../ui/lesson.js";
import { chatPane } from "./chatpane.js";
import { type Lead, takeLead } from "./lead.js";
import { netState } from "./netstate.js";
import { people } from "./people.js";
import { Session } from "./session.js";
import { toolbar } from "./toolbar.js";

const tick_ms = 15_000;
const noticeStays_ms = 8000;

export const screen: Screen = (app, parameter) => {
    const { person } = app;
    const id = Number(parameter);
    let close = (): void => undefined;
    let gone = false;
    let lead: Lead | undefined;
    const open = async (steal: boolean): Promise<void> => {
        if (!person) return;
        const lost = (): void => {
            close();
            if (!gone) elsewhere(app, () => void open(true));
        };
        lead = await takeLead(`m4sh-${person.id}-${id}`, steal, lost);
        if (gone) return lead?.release();
        if (!lead) return elsewhere(app, () => void open(true));
        close = await lesson(app, person, id);
        if (gone) close();
    };
    document.title = t("title.lesson");
    app.root.className = "plain";
    app.root.append(
        make("main", {}, make("p", { class: "s", role: "status" }, t("lesson.opening"))),
    );
    void open(false);
    return () => {
        gone = true;
        close();
        lead?.release();
    };
};

function elsewhere(app: App, take: () => void): void {
    message(
        app,
        t("lesson.elsewhere"),
        t("lesson.elsewhere.why"),
        button("btn p", t("lesson.takeover"), take),
    );
}

function message(app: App, title: string, text: string, ...more: HTMLElement[]): void {
    app.root.className = "plain";
    app.root.replaceChildren(
        make(
            "main",
            {},
            make("h1", {}, title),
            make("p", {}, text),
            make(
                "div",
                { class: "row" },
                ...more,
                make("a", { class: "btn", href: "/lessons", "data-go": true }, t("nav.back")),
            ),
        ),
    );
}

async function lesson(app: App, person: Person, id: number): Promise<() => void> {
    const parts = new Set<() => void>();
    let about: Lesson | undefined;
    let frame = 0;
    const close = (): void => {
        for (const part of parts) part();
        parts.clear();
    };
    const leaveFor = (act: () => void) => () => {
        close();
        act();
    };
    const events = {
        changed: () => refresh(),
        who: () => {
            crowd?.show(session.here.values());
            view?.peopleChanged();
            refresh();
        },
        live: (one: Parameters<BoardView["heard"]>[0]) => view?.heard(one),
        cursor: (one: Parameters<BoardView["pointed"]>[0]) => view?.pointed(one),
        refused: (count: number, why: string) =>
            say(why === "full" ? t("board.full") : t("board.refused", { n: count })),
        unsaid: (text: string) => say(t("chat.unsaid", { text })),
        signIn: leaveFor(() => app.expired()),
        shut: leaveFor(() => message(app, t("title.lesson"), t("lesson.shut"))),
    };
    let view: BoardView | undefined;
    let crowd: ReturnType<typeof people> | undefined;
    const session = await Session.open(id, person, events);
    parts.add(() => session.close());
    view = new BoardView(session, () => say(t("board.full")));
    parts.add(() => view?.close());
    crowd = people();
    const tools = toolbar(view);
    const chat = chatPane(session);
    const net = netState();
    const title = make("h1", {}, session.title || t("title.lesson"));
    const left = make("span", { class: "s num left" });
    const lead = make("span", { class: "lead" });
    const notice = make("p", { class: "notice", role: "alert" });
    const state = make("p", { class: "notice", role: "status" });
    let hide: number | undefined;

    function say(text: string): void {
        setText(notice, text);
        clearTimeout(hide);
        hide = setTimeout(() => setText(notice, ""), noticeStays_ms);
    }

    function refresh(): void {
        if (frame) return;
        frame = requestAnimationFrame(() => {
            frame = 0;
            const open = session.open && session.board !== undefined;
            if (view) view.open = open;
            tools.setOpen(open);
            chat.show(session, session.open);
            net.show(session);
            setText(title, session.title || about?.title || t("title.lesson"));
            setText(
                state,
                session.open || !session.status
                    ? ""
                    : t(`lesson.status.${session.status}` as "lesson.status.completed"),
            );
            leadButtons();
            tick();
            view?.refresh();
        });
    }

    /** Only whose lesson it is sees these. */
    function leadButtons(): void {
        const wanted = about && mayLead(person, about) ? (session.status ?? "") : "";
        if (lead.dataset["for"] === wanted) return;
        lead.dataset["for"] = wanted;
        lead.replaceChildren();
        const act = (work: () => Promise<unknown>) => () => {
            work().catch((why: unknown) =>
                say(
                    why instanceof Problem
                        ? t("lessons.notdone", { detail: why.detail })
                        : t("signin.away"),
                ),
            );
        };
        const offer = (className: string, label: string, work: () => Promise<unknown>): void => {
            lead.append(button(className, label, act(work)));
            crowd?.offer(label, act(work));
        };
        crowd?.offer("", () => undefined);
        if (wanted === "scheduled")
            offer("btn sun", t("lessons.start"), () => startLesson(about ?? { id, starts_at: "" }));
        if (wanted === "live") offer("btn", t("lessons.end"), () => endLesson(id));
    }

    function tick(): void {
        if (!about || session.status !== "live") return setText(left, "");
        setText(left, timeLeft(about));
    }

    async function learn(): Promise<void> {
        try {
            about = await api<Lesson>("GET", `lessons/${id}/`);
        } catch {
            const kept = ((await recallNote(person.id, "lessons")) ?? []) as Lesson[];
            about = kept.find((one) => one.id === id);
        }
        document.title = about ? `${about.title} · ${t("title.lesson")}` : t("title.lesson");
        tick();
        refresh();
    }

    app.root.className = "live";
    app.root.replaceChildren(
        make(
            "header",
            { class: "bar" },
            make(
                "a",
                { class: "back", href: "/lessons", "data-go": true, "aria-label": t("nav.back") },
                icon("back"),
            ),
            title,
            net.element,
            left,
            crowd.opener,
            lead,
        ),
        tools.element,
        view.element,
        make(
            "aside",
            { class: "side", "aria-label": t("chat.label") },
            crowd.tiles,
            chat.log,
            chat.form,
        ),
        net.spoken,
        make("div", { class: "notices" }, state, notice),
    );
    const timer = setInterval(tick, tick_ms);
    parts.add(() => {
        clearInterval(timer);
        clearTimeout(hide);
        cancelAnimationFrame(frame);
    });
    crowd.show(session.here.values());
    void navigator.storage?.persist?.().catch(() => false);
    void learn();
    refresh();
    return close;
}
