// drawing.mjs - a lesson worth a picture: axes, a line, a table of values, a pupil's answer
import { chat, drag, tool } from "./play.mjs";

/** drawn for a tall board, moved up to suit a low one */
const up = 240;

const ink = async (page, index) => {
    await page.locator(".rail .more").click();
    await page.locator(".colours button").nth(index).click();
};

async function write(page, x, y, text) {
    await tool(page, "text");
    const place = await page.locator("main.board").boundingBox();
    await page.mouse.click(place.x + x, place.y + y - up);
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
}

const line = (page, kind, [ax, ay], [bx, by]) =>
    tool(page, "shape", kind).then(() => drag(page, [ax, ay - up], [bx, by - up]));

async function curve(page, points) {
    await tool(page, "pen");
    const place = await page.locator("main.board").boundingBox();
    const [first, ...rest] = points;
    await page.mouse.move(place.x + first[0], place.y + first[1] - up);
    await page.mouse.down();
    for (const [x, y] of rest) await page.mouse.move(place.x + x, place.y + y - up, { steps: 4 });
    await page.mouse.up();
}

/** The teacher's half. */
export async function lecture(page) {
    await ink(page, 0);
    await line(page, 1, [80, 500], [420, 500]);
    await line(page, 1, [180, 640], [180, 380]);
    await write(page, 425, 482, "x");
    await write(page, 192, 376, "y");
    await line(page, 0, [480, 440], [760, 440]);
    await line(page, 0, [545, 390], [545, 490]);
    await write(page, 500, 402, "x");
    await write(page, 500, 450, "y");
    await write(page, 575, 402, "−1");
    await write(page, 645, 402, "0");
    await write(page, 705, 402, "1");
    await write(page, 575, 450, "−1");
    await write(page, 645, 450, "1");
    await ink(page, 1);
    await line(page, 0, [120, 640], [240, 400]);
    await write(page, 250, 408, "y = 2x + 1");
    await ink(page, 2);
    await write(page, 705, 450, "3");
    await curve(page, [
        [696, 484],
        [706, 488],
        [718, 488],
        [728, 483],
    ]);
    await tool(page, "pen");
    await ink(page, 1);
}

/** The pupil's: "2x + 1 = 3" by hand, and the pointer left beside it. */
export async function answer(page) {
    await ink(page, 3);
    await curve(page, [
        [492, 560],
        [500, 548],
        [512, 552],
        [508, 572],
        [490, 592],
        [516, 590],
    ]);
    await curve(page, [
        [530, 562],
        [552, 592],
    ]);
    await curve(page, [
        [554, 562],
        [540, 578],
        [528, 594],
    ]);
    await curve(page, [
        [572, 576],
        [592, 576],
    ]);
    await curve(page, [
        [582, 566],
        [582, 587],
    ]);
    await curve(page, [
        [612, 556],
        [604, 562],
    ]);
    await curve(page, [
        [612, 556],
        [612, 592],
    ]);
    await curve(page, [
        [632, 571],
        [654, 571],
    ]);
    await curve(page, [
        [632, 582],
        [654, 582],
    ]);
    await curve(page, [
        [674, 556],
        [696, 555],
        [682, 570],
        [698, 578],
        [692, 592],
        [672, 592],
    ]);
    await chat(page, "Бо 2 · 1 + 1 = 3");
    await wiggle(page);
}

/** The pointer beside the answer. */
export async function wiggle(page) {
    const place = await page.locator("main.board").boundingBox();
    await page.mouse.move(place.x + 710, place.y + 596 - up);
    await page.mouse.move(place.x + 716, place.y + 600 - up);
    await page.waitForTimeout(200);
}
