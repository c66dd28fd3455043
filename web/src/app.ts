// app.ts - the door: language, who is here, and which screen the address means
//
//   /            sign in          ui/signin.ts
//   /lessons     my lessons       ui/lessons.ts
//   /lesson/ID   live lesson      lesson/screen.ts, loaded when it is opened
import { api } from "./net/api.js";
import { speak, t } from "./i18n/i18n.js";
import { type Person, forgetPerson, recallPerson, rememberPerson } from "./store/person.js";
import { make } from "./ui/dom.js";
import { registerWorker } from "./ui/worker.js";

export interface App {
    readonly root: HTMLElement;
    person: Person | undefined;
    /** shown once on the sign-in screen */
    notice: string;
    go(path: string, replace?: boolean): void;
    /** the same address again, after the language changed */
    again(): void;
    signedIn(person: Person): void;
    /** the box no longer knows us: sign in again, what waits stays on the device */
    expired(): void;
    signOut(): Promise<void>;
}

/** A screen fills the root and returns what is to be done when it goes. */
export type Screen = (app: App, parameter: string) => () => void;

const routes: readonly [RegExp, () => Promise<{ screen: Screen }>, open: boolean][] = [
    [/^\/$/, () => import("./ui/signin.js"), true],
    [/^\/lessons\/?$/, () => import("./ui/lessons.js"), false],
    [/^\/lesson\/(\d{1,15})\/?$/, () => import("./lesson/screen.js"), false],
];

let leave: () => void = () => undefined;
let turn = 0;
let wanted = "";

const app: App = {
    root: make("div", { id: "root" }),
    person: recallPerson(),
    notice: "",
    go(path, replace = false) {
        if (replace) history.replaceState(null, "", path);
        else history.pushState(null, "", path);
        void show();
    },
    again: () => void show(),
    signedIn(person) {
        rememberPerson(person);
        app.person = person;
        app.go(wanted || "/lessons", true);
        wanted = "";
    },
    expired() {
        wanted = location.pathname === "/" ? "" : location.pathname;
        app.notice = app.person ? t("signin.ended") : "";
        forgetPerson();
        app.person = undefined;
        app.go("/", true);
    },
    async signOut() {
        await api("POST", "auth/logout");
        forgetPerson();
        app.person = undefined;
        app.go("/", true);
    },
};

async function show(): Promise<void> {
    const mine = ++turn;
    const path = location.pathname;
    const found = routes.find(([pattern]) => pattern.test(path));
    if (!found) return app.go(app.person ? "/lessons" : "/", true);
    const [pattern, load, open] = found;
    if (!open && !app.person) await recognise();
    if (!open && !app.person) {
        wanted = path;
        return app.go("/", true);
    }
    if (open && app.person && !wanted) return app.go("/lessons", true);
    const { screen } = await load();
    if (mine !== turn) return;
    leave();
    app.root.replaceChildren();
    app.root.className = "";
    leave = screen(app, pattern.exec(path)?.[1] ?? "");
    scrollTo(0, 0);
}

/** A session may live on although this page forgot whose it is. */
async function recognise(): Promise<void> {
    try {
        const person = await api<Person>("GET", "users/me/");
        rememberPerson(person);
        app.person = person;
    } catch {
        app.person = undefined;
    }
}

addEventListener("popstate", () => void show());
document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-go]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
    event.preventDefault();
    app.go(link.pathname);
});

await speak();
document.body.append(app.root);
await show();
registerWorker();
