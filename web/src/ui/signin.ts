// signin.ts - who is learning today: the form, and beside it which box this is
import type { App } from "../app.js";
import { language, languages, speak, t } from "../i18n/i18n.js";
import { Problem, api, unreachable } from "../net/api.js";
import type { Person } from "../store/person.js";
import { button, make, setText } from "./dom.js";
import { boxPanel } from "./box.js";

function greeting(): string {
    const hour = new Date().getHours();
    if (hour < 5) return t("greet.night");
    if (hour < 11) return t("greet.morning");
    return hour < 17 ? t("greet.day") : t("greet.evening");
}

/** What went wrong, in words for the person at the keyboard. */
function reason(why: unknown): string {
    if (unreachable(why) || !(why instanceof Problem)) return t("signin.away");
    if (why.code === "credentials" || why.status === 401) return t("signin.wrong");
    if (why.status === 429) return t("signin.slow", { n: Math.max(1, why.wait) });
    if (why.status === 503) return t("signin.busy");
    return t("signin.failed", { detail: why.detail || why.code });
}

export function screen(app: App): () => void {
    document.title = t("title.signin");
    app.root.className = "signin";
    const box = boxPanel();
    const login = make("input", {
        id: "login",
        name: "login",
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: "false",
        maxlength: 64,
        required: true,
    });
    const password = make("input", {
        id: "password",
        name: "password",
        type: "password",
        autocomplete: "current-password",
        maxlength: 200,
        required: true,
        "aria-describedby": "hint",
    });
    const alert = make("p", { class: "alert", role: "alert" });
    const go = make("button", { class: "btn p", type: "submit" }, t("signin.go"));
    const form = make(
        "form",
        { novalidate: true },
        make("div", {}, make("label", { for: "login" }, t("signin.login")), login),
        make("div", {}, make("label", { for: "password" }, t("signin.password")), password),
        alert,
        make(
            "div",
            { class: "row" },
            go,
            make("span", { class: "s", id: "hint" }, t("signin.hint")),
        ),
    );

    let busy = false;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (busy) return;
        if (login.value.trim() === "" || password.value === "") {
            setText(alert, t("signin.empty"));
            (login.value.trim() === "" ? login : password).focus();
            return;
        }
        busy = true;
        setText(go, t("signin.going"));
        setText(alert, "");
        api<{ user: Person }>("POST", "auth/login", {
            login: login.value.trim(),
            password: password.value,
        })
            .then(({ user }) => app.signedIn(user))
            .catch((why: unknown) => {
                setText(alert, reason(why));
                if (why instanceof Problem && why.status === 401) password.select();
            })
            .finally(() => {
                busy = false;
                setText(go, t("signin.go"));
            });
    });

    app.root.append(
        make(
            "main",
            { class: "l sq" },
            box.school,
            make("h1", {}, greeting(), make("br"), t("greet.who")),
            form,
            languageSwitch(app),
        ),
        box.panel,
    );
    if (app.notice) setText(alert, app.notice);
    app.notice = "";
    return box.stop;
}

function languageSwitch(app: App): HTMLElement {
    const nav = make("nav", { class: "lang", "aria-label": t("lang.choose") });
    for (const { id, name } of languages) {
        const chosen = id === language();
        nav.append(
            button("lnk", name, () => void speak(id).then(app.again), {
                lang: id,
                "aria-current": chosen ? "true" : undefined,
            }),
        );
    }
    return nav;
}
