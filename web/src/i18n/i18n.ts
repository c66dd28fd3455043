// i18n.ts - the words: one flat catalogue per language, loaded when it is spoken
//
// t("key", {n}) picks "key.one", "key.few"... by the language's own plural rules when the
// catalogue has them. Only the language in use travels to the device.
import type catalogue from "./uk.json";

type FullKey = keyof typeof catalogue;
type Stem<K extends string> = K extends `${infer S}.${"one" | "few" | "many" | "other"}` ? S : K;
export type Key = Stem<FullKey>;
export type Language = "uk" | "en";

const catalogues: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
    uk: () => import("./uk.json"),
    en: () => import("./en.json"),
};
export const languages: readonly { id: Language; name: string }[] = [
    { id: "uk", name: "Українська" },
    { id: "en", name: "English" },
];

const place = "m4sh.language";
let words: Record<string, string> = {};
let plural = new Intl.PluralRules("uk");
let current: Language = "uk";

const isLanguage = (id: string): id is Language => id in catalogues;

/** Chosen here before, else the browser's, else Ukrainian. */
function preferred(): Language {
    let chosen = "";
    try {
        chosen = localStorage.getItem(place) ?? "";
    } catch {
        // the browser's own wish will do
    }
    const wishes = [chosen, ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
    return wishes.find(isLanguage) ?? "uk";
}

export const language = (): Language => current;

/** Ukrainian school time is what the school hangs on the wall; other languages follow their own. */
export const locale = (): string => (current === "uk" ? "uk-UA" : "en-GB");

export async function speak(wish?: Language): Promise<void> {
    current = wish ?? preferred();
    if (wish)
        try {
            localStorage.setItem(place, wish);
        } catch {
            // asked again next time
        }
    words = (await catalogues[current]()).default;
    plural = new Intl.PluralRules(current);
    document.documentElement.lang = current;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
    const form = typeof values["n"] === "number" ? `${key}.${plural.select(values["n"])}` : key;
    const text = words[form] ?? words[key] ?? words[`${key}.other`] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
