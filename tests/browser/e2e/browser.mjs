// browser.mjs - Debian's Chromium with a home of its own, and pages that report what went wrong
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Complaints of all pages: blocked by CSP, thrown and not caught. */
export const complaints = [];

export function launch() {
    return chromium.launch({
        executablePath: "/usr/bin/chromium",
        env: { ...process.env, HOME: process.env.M4SH_BROWSER_HOME },
        args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

/** A person's own browser: nothing shared with the others. */
export async function person(browser, settings = {}) {
    const context = await browser.newContext({
        baseURL: process.env.M4SH_URL,
        locale: "uk-UA",
        viewport: { width: 1280, height: 800 },
        ...settings,
    });
    context.setDefaultTimeout(20_000);
    context.on("page", (page) => {
        page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.stack ?? error}`));
        page.on("console", (message) => {
            if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
        });
    });
    return context;
}

/** Violations of WCAG 2.2 A and AA, and of axe's best practice, in a line each. */
export async function violations(page) {
    await page.evaluate(axe);
    const found = await page.evaluate(
        (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }),
        wcag,
    );
    return found.violations.map(
        (one) =>
            `${one.impact} ${one.id}: ${one.nodes
                .map((node) => `${node.target} ${node.failureSummary ?? ""}`)
                .slice(0, 3)
                .join(" | ")}`,
    );
}

/** Controls smaller than 44 x 44 CSS pixels, in a line each. */
export function smallTargets(page) {
    return page.evaluate(() =>
        [...document.querySelectorAll("button, a, input, textarea, summary")].flatMap((one) => {
            const { width, height } = one.getBoundingClientRect();
            if (width === 0 || (width >= 43.5 && height >= 43.5)) return [];
            return [`${one.outerHTML.slice(0, 90)} ${width.toFixed(0)}x${height.toFixed(0)}`];
        }),
    );
}

export function scrollsSideways(page) {
    return page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
}
