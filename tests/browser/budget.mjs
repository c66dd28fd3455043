// budget.mjs - weighs the built client and reads its word lists; TAP on stdout
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const build = process.argv[2];
let count = 0;
function ok(holds, sentence) {
    console.log(`${holds ? "ok" : "not ok"} ${++count} - ${sentence}`);
    if (!holds) process.exitCode = 1;
}

const views = JSON.parse(readFileSync(join(build, "web-budget.json"), "utf8"));
const weigh = (names) =>
    names.reduce((sum, name) => sum + statSync(join(build, "web", `${name}.gz`)).size, 0);
const [first, lesson] = [weigh(views.first), weigh(views.lesson)];
ok(first <= 25 * 1024, `first view is ${first} bytes gz, at most ${25 * 1024}`);
ok(lesson <= 60 * 1024, `whole live lesson is ${lesson} bytes gz, at most ${60 * 1024}`);

const { files } = JSON.parse(readFileSync(join(build, "web", "assets.json"), "utf8"));
const total = Object.values(files).reduce(
    (sum, one) => sum + statSync(join(build, "web", one.gzip ?? one.file)).size,
    0,
);
ok(total <= 300 * 1024, `everything kept on the device is ${total} bytes, at most ${300 * 1024}`);
ok(
    Object.values(files).every((one) => existsSync(join(build, "web", one.file))),
    "every listed file is there",
);

const page = readFileSync(join(build, "web", "index.html"), "utf8");
ok(
    !/<style|style=|\son\w+=|<script(?![^>]*src=)/i.test(page),
    "the page has no inline script or style",
);
const code = Object.values(files)
    .filter((one) => one.file.endsWith(".js"))
    .map((one) => readFileSync(join(build, "web", one.file), "utf8"))
    .join("\n");
ok(
    !/\beval\(|new Function\(|\.innerHTML|setAttribute\("style"/.test(code),
    "the code has no eval, no innerHTML, no style attribute",
);
ok(!/https?:\/\/(?!www\.w3\.org)/.test(code), "the code names no other server");

const words = (language) => JSON.parse(readFileSync(`web/src/i18n/${language}.json`, "utf8"));
const stems = (catalogue) =>
    [
        ...new Set(Object.keys(catalogue).map((key) => key.replace(/\.(one|few|many|other)$/, ""))),
    ].sort();
const [uk, en] = [words("uk"), words("en")];
ok(JSON.stringify(stems(uk)) === JSON.stringify(stems(en)), "both languages say the same things");
for (const [language, catalogue, forms] of [
    ["uk", uk, ["one", "few", "many", "other"]],
    ["en", en, ["one", "other"]],
]) {
    const plural = stems(catalogue).filter((stem) => `${stem}.other` in catalogue);
    const bad = plural.filter((stem) => !forms.every((form) => catalogue[`${stem}.${form}`]));
    ok(
        bad.length === 0,
        `every plural in ${language} has all its forms${bad.length ? ": " + bad.join(", ") : ""}`,
    );
}
const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
const differing = Object.keys(en).filter((key) => key in uk && holes(uk[key]) !== holes(en[key]));
ok(
    differing.length === 0,
    `translations keep their placeholders${differing.length ? ": " + differing.join(", ") : ""}`,
);

const tokens = readFileSync("web/src/css/tokens.css", "utf8");
const themes = tokens
    .split("@media")
    .map((part) =>
        Object.fromEntries(
            [...part.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((one) => [one[1], one[2]]),
        ),
    );
const light = themes[0];
const dark = { ...light, ...themes[1] };
function luminance(colour) {
    const [r, g, b] = [1, 3, 5].map((at) => {
        const part = parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}
const texts = [
    ["ink", "paper"],
    ["ink-2", "paper"],
    ["ink", "paper-2"],
    ["ink-2", "paper-2"],
    ["on", "slate"],
    ["on-2", "slate"],
    ["chalk", "board"],
    ["margin", "paper"],
    ["pen", "paper"],
    ["sun-ink", "sun"],
    ["ok", "paper"],
    ["wait", "paper"],
];
const shapes = [
    ["edge", "paper"],
    ["focus", "paper"],
    ...Array.from({ length: 8 }, (_, i) => [`c${i}`, "paper"]),
];
for (const [name, theme] of [
    ["light", light],
    ["dark", dark],
]) {
    const low = [...texts.map((pair) => [...pair, 4.5]), ...shapes.map((pair) => [...pair, 3])]
        .filter(([one, other, least]) => contrast(theme[one], theme[other]) < least)
        .map(
            ([one, other]) => `${one} on ${other} ${contrast(theme[one], theme[other]).toFixed(2)}`,
        );
    ok(
        low.length === 0,
        `contrast in the ${name} theme: text 4.5, controls and inks 3${low.length ? ": " + low.join(", ") : ""}`,
    );
}
console.log(`1..${count}`);
