// play.mjs - what a person does on a page, and what the page says about itself
const board = "main.board";

export async function signIn(page, [login, password]) {
    await page.goto("/");
    await page.fill("#login", login);
    await page.fill("#password", password);
    await page.click("form button[type=submit]");
    await page.waitForURL("**/lessons");
    await page.waitForSelector(".lessons h1");
}

export async function openLesson(page, id) {
    await page.goto(`/lesson/${id}`);
    await saved(page);
}

/** Everything this page made is acknowledged. */
export async function saved(page, timeout = 30_000) {
    await page.waitForSelector(".net[data-state=saved]", { timeout });
    await page.waitForFunction((at) => document.querySelector(at)?.dataset.unsaved === "0", board, {
        timeout,
    });
}

export function look(page) {
    return page.$eval(board, ({ dataset }) => ({
        elements: Number(dataset.elements),
        version: Number(dataset.version),
        digest: dataset.digest,
    }));
}

/** Until the board has `version`; what it looks like then. */
export async function reach(page, version, timeout = 30_000) {
    await page.waitForFunction(
        ([at, wanted]) => Number(document.querySelector(at)?.dataset.version) >= wanted,
        [board, version],
        { timeout },
    );
    await page.waitForTimeout(150); // more would come now, were anything doubled
    return look(page);
}

/** One pen stroke in row `n` of the board; resolves when the pen is up. */
export async function stroke(page, n, slow = 0) {
    const place = await page.locator(board).boundingBox();
    const x = place.x + 30 + (n % 6) * ((place.width - 90) / 6);
    const y = place.y + 30 + Math.floor(n / 6) * 45;
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 8; i++) {
        await page.mouse.move(x + i * 4, y + Math.sin(i) * 12);
        if (slow) await page.waitForTimeout(slow);
    }
    await page.mouse.up();
}

export async function tool(page, name, index = 0) {
    await page
        .locator(".tools > button")
        .nth(["select", "pen", "eraser", "shape", "text"].indexOf(name))
        .click();
    if (name === "shape") await page.locator(".shapes button").nth(index).click();
}

export async function drag(page, from, to) {
    const place = await page.locator(board).boundingBox();
    await page.mouse.move(place.x + from[0], place.y + from[1]);
    await page.mouse.down();
    await page.mouse.move(place.x + (from[0] + to[0]) / 2, place.y + (from[1] + to[1]) / 2);
    await page.mouse.move(place.x + to[0], place.y + to[1]);
    await page.mouse.up();
}

export async function chat(page, text) {
    await page.fill(".say input", text);
    await page.press(".say input", "Enter");
}

export const heard = (page, text) => page.waitForSelector(`.log li:not(.wait):has-text("${text}")`);

export const timesHeard = (page, text) => page.locator(`.log li:has-text("${text}")`).count();
