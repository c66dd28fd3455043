// screens.mjs - pictures of a screen in every size, theme and language, looked over on the way
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { scrollsSideways, smallTargets, violations } from "./browser.mjs";
import { ok } from "./tap.mjs";

const sizes = [
    [1280, 800],
    [800, 900],
    [360, 740],
];
const out = process.env.M4SH_SCREENS ?? "build/screens";

/** `settle` waits until the page stands again after a reload in another language. */
export async function pictures(page, name, settle) {
    mkdirSync(out, { recursive: true });
    const before = page.viewportSize();
    const was = await page.evaluate(() => localStorage.getItem("m4sh.language"));
    for (const language of ["uk", "en"]) {
        await page.evaluate((one) => localStorage.setItem("m4sh.language", one), language);
        await page.reload();
        await settle();
        const wrong = [];
        for (const scheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme: scheme });
            for (const [width, height] of sizes) {
                await page.setViewportSize({ width, height });
                await page.waitForTimeout(250);
                await page.screenshot({
                    path: join(out, `${name}-${width}-${scheme}-${language}.png`),
                });
            }
            wrong.push(...(await violations(page)).map((one) => `${scheme} 360: ${one}`));
            await page.setViewportSize({ width: 1280, height: 800 });
            wrong.push(...(await violations(page)).map((one) => `${scheme} 1280: ${one}`));
        }
        ok(
            wrong.length === 0,
            `${name} in ${language}: axe finds nothing, light and dark, wide and narrow`,
            wrong.join("\n"),
        );
        await page.setViewportSize({ width: 320, height: 640 });
        await page.waitForTimeout(150);
        ok(
            !(await scrollsSideways(page)),
            `${name} in ${language}: 320 px wide, nothing scrolls sideways`,
        );
        const small = await smallTargets(page);
        ok(
            small.length === 0,
            `${name} in ${language}: every target is 44 px at least`,
            small.join("\n"),
        );
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(before);
    await page.evaluate(
        (one) =>
            one
                ? localStorage.setItem("m4sh.language", one)
                : localStorage.removeItem("m4sh.language"),
        was,
    );
    await page.reload();
    await settle();
}
