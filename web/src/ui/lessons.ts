// lessons.ts - my lessons: today's on the ruled page, the coming days below
//
// The last list is kept on the device, so that a lesson can be opened without a network.
import type { App } from "../app.js";
import { locale, t } from "../i18n/i18n.js";
import { Problem, api } from "../net/api.js";
import { countUnsent, recallNote, saveNote } from "../store/person.js";
import type { Person } from "../store/person.js";
import { schoolName } from "./box.js";
import { ask, button, icon, make, setText } from "./dom.js";
import { type Lesson, endLesson, mayLead, startLesson, timeLeft } from "./lesson.js";
import { workerState } from "./worker.js";

const refresh_ms = 30_000;
const days = 7;

async function fetchLessons(): Promise<Lesson[]> {
    const from = new Date();
    from.setHours(0, 0, 0, 0);
    const to = new Date(from);
    to.setDate(to.getDate() + days);
    const range = `from=${encodeURIComponent(from.toISOString())}&to=${encodeURIComponent(to.toISOString())}`;
    const [planned, live] = await Promise.all([
        api<{ items: Lesson[] }>("GET", `lessons/?limit=200&${range}`),
        api<{ items: Lesson[] }>("GET", "lessons/?limit=200&status=live"),
    ]);
    const all = new Map([...planned.items, ...live.items].map((one) => [one.id, one]));
    return [...all.values()].sort(
        (one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at),
    );
}

const dayOf = (date: Date): string => {
    const text = new Intl.DateTimeFormat(locale(), {
        weekday: "long",
        day: "numeric",
        month: "long",
    }).format(date);
    return text.charAt(0).toUpperCase() + text.slice(1);
};
const clock = (at: string): string =>
    new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(new Date(at));

export function screen(app: App): () => void {
    const person = app.person;
    if (!person) return () => undefined;
    document.title = t("title.lessons");
    app.root.className = "lessons";
    const head = header(app, person);
    const list = make("div", { class: "days" }, make("p", { class: "s" }, t("lessons.loading")));
    const alert = make("p", { class: "alert", role: "alert" });
    const main = make(
        "main",
        {},
        make("p", { class: "s" }, dayOf(new Date())),
        make("h1", {}, "\u00a0"),
        alert,
        list,
    );
    const device = make("p", { class: "s" });
    app.root.append(
        head.element,
        make(
            "div",
            { class: "g" },
            main,
            make(
                "aside",
                {},
                make("section", { class: "q" }, make("h3", {}, t("device.title")), device),
            ),
        ),
    );

    let gone = false;
    const fill = (lessons: Lesson[]): void => {
        const today = lessons.filter((one) => one.status === "live" || isToday(one));
        const heading =
            today.length === 0 ? t("lessons.none") : t("lessons.today", { n: today.length });
        main.querySelector("h1")?.replaceChildren(heading);
        list.replaceChildren(...pageOf(lessons, today, (one) => row(person, one, act)));
    };
    const load = async (): Promise<void> => {
        const unsent = await countUnsent(person.id);
        try {
            const lessons = await fetchLessons();
            if (gone) return;
            setText(alert, "");
            fill(lessons);
            head.net(unsent, true);
            void saveNote(person.id, "lessons", lessons);
        } catch (why) {
            if (gone) return;
            if (why instanceof Problem && why.status === 401) return app.expired();
            setText(alert, t("lessons.failed"));
            head.net(unsent, false);
            fill(((await recallNote(person.id, "lessons")) as Lesson[] | undefined) ?? []);
        }
        const saved = unsent === 0 ? t("device.saved") : t("net.waiting", { n: unsent });
        setText(
            device,
            `${saved} ${t(workerState() === "ready" ? "device.ready" : "device.online")}`,
        );
    };
    const act = (work: Promise<unknown>): void => {
        work.then(load).catch((why: unknown) => {
            setText(
                alert,
                why instanceof Problem
                    ? t("lessons.notdone", { detail: why.detail })
                    : t("signin.away"),
            );
        });
    };
    void load();
    const timer = setInterval(() => void load(), refresh_ms);
    const online = (): void => void load();
    addEventListener("online", online);
    return () => {
        gone = true;
        clearInterval(timer);
        removeEventListener("online", online);
    };
}

const isToday = (lesson: Lesson): boolean =>
    new Date(lesson.starts_at).toDateString() === new Date().toDateString();

/** Today's rows, then one heading and its rows per coming day. */
function pageOf(
    lessons: Lesson[],
    today: Lesson[],
    draw: (lesson: Lesson) => HTMLElement,
): HTMLElement[] {
    const parts: HTMLElement[] = [make("ol", {}, ...today.map(draw))];
    const byDay = new Map<string, Lesson[]>();
    for (const one of lessons) {
        if (today.includes(one)) continue;
        const day = dayOf(new Date(one.starts_at));
        byDay.set(day, [...(byDay.get(day) ?? []), one]);
    }
    for (const [day, rows] of byDay)
        parts.push(make("h3", {}, day), make("ol", {}, ...rows.map(draw)));
    return parts;
}

function row(person: Person, lesson: Lesson, act: (work: Promise<unknown>) => void): HTMLElement {
    const live = lesson.status === "live";
    const past = lesson.status === "completed" || lesson.status === "cancelled";
    const note =
        lesson.status === "cancelled" ? t("lessons.cancelled") : past ? t("lessons.past") : "";
    const about = [
        lesson.topic,
        lesson.teacher,
        lesson.classroom,
        live && lesson.here > 0 && t("lessons.here", { n: lesson.here }),
    ];
    const actions = make("div", { class: "acts" });
    if (live) actions.append(link(lesson, "btn sun", t("lessons.join")));
    else if (lesson.status === "completed")
        actions.append(link(lesson, "btn x", t("lessons.look")));
    if (mayLead(person, lesson)) {
        if (lesson.status === "scheduled")
            actions.append(
                button("btn", t("lessons.start"), () => act(startLesson(lesson)), {
                    "aria-describedby": `l${lesson.id}`,
                }),
            );
        if (live)
            actions.append(
                button("btn on", t("lessons.end"), () => act(endLesson(lesson.id)), {
                    "aria-describedby": `l${lesson.id}`,
                }),
            );
    } else if (lesson.status === "scheduled")
        actions.append(make("span", { class: "s" }, t("lessons.notyet")));
    return make(
        "li",
        {
            class: live ? "now" : past ? "done" : "",
            "data-lesson": lesson.id,
            "data-status": lesson.status,
        },
        make(
            "time",
            { datetime: lesson.starts_at },
            clock(lesson.starts_at),
            make("span", {}, live ? timeLeft(lesson) : note),
        ),
        make(
            "div",
            { class: "it" },
            make(
                "div",
                {},
                make("h2", { id: `l${lesson.id}` }, lesson.title),
                make("p", { class: "s" }, about.filter(Boolean).join(" · ")),
            ),
            actions,
        ),
    );
}

function link(lesson: Lesson, className: string, text: string): HTMLElement {
    return make(
        "a",
        {
            class: className,
            href: `/lesson/${lesson.id}`,
            "data-go": true,
            "aria-describedby": `l${lesson.id}`,
        },
        text,
    );
}

function header(
    app: App,
    person: Person,
): { element: HTMLElement; net(unsent: number, online: boolean): void } {
    const school = make("b", {}, "\u00a0");
    void schoolName().then((name) => setText(school, name));
    const word = make("span");
    const net = make("span", { class: "net", role: "status" }, word);
    const out = button("btn x", t("nav.out"), () => void signOut(app, person));
    const element = make(
        "header",
        { class: "bar" },
        school,
        make(
            "nav",
            { "aria-label": t("nav.label") },
            make(
                "a",
                { href: "/lessons", "data-go": true, "aria-current": "page" },
                t("nav.lessons"),
            ),
        ),
        net,
        make("span", { class: "me" }, person.name),
        out,
    );
    return {
        element,
        net(unsent, online) {
            const good = unsent === 0 && online;
            net.classList.toggle("good", good);
            const mark = icon(good ? "tick" : unsent === 0 ? "cut" : "clock");
            if (net.firstChild instanceof SVGElement) net.firstChild.replaceWith(mark);
            else net.prepend(mark);
            setText(
                word,
                unsent > 0
                    ? t("net.waiting", { n: unsent })
                    : online
                      ? t("net.saved")
                      : t("net.away"),
            );
        },
    };
}

async function signOut(app: App, person: Person): Promise<void> {
    const unsent = await countUnsent(person.id);
    if (
        unsent > 0 &&
        !(await ask(t("out.title"), t("out.text", { n: unsent }), t("out.go"), t("cancel")))
    )
        return;
    try {
        await app.signOut();
    } catch {
        await ask(t("nav.out"), t("out.away"), t("close"));
    }
}
