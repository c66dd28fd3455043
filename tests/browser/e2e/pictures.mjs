// pictures.mjs CONSOLE.html - plays a lesson for the README's pictures and takes them
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { launch, person } from "./browser.mjs";
import { chat, drag, heard, openLesson, saved, signIn, tool } from "./play.mjs";

const { M4SH_TEACHER, M4SH_PUPILS, M4SH_LESSON, M4SH_OUT } = process.env;

/** A pen stroke through points relative to the board. */
async function draw(page, points) {
    const place = await page.locator("main.board").boundingBox();
    await page.mouse.move(place.x + points[0][0], place.y + points[0][1]);
    await page.mouse.down();
    for (const [x, y] of points.slice(1)) await page.mouse.move(place.x + x, place.y + y, { steps: 3 });
    await page.mouse.up();
}

const colour = (page, n) => page.locator(".tools .dot").nth(n).click();

async function write(page, x, y, text) {
    await tool(page, "text");
    const place = await page.locator("main.board").boundingBox();
    await page.mouse.click(place.x + x, place.y + y);
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
}

const browser = await launch();
const people = [];
for (const one of [M4SH_TEACHER, ...M4SH_PUPILS.split(",")]) {
    const page = await (await person(browser)).newPage();
    await signIn(page, one.split(":"));
    await openLesson(page, M4SH_LESSON);
    people.push(page);
}
const [teacher, andrii, lesia] = people;
await tool(teacher, "shape", 1);
await drag(teacher, [60, 420], [480, 420]);
await drag(teacher, [180, 620], [180, 90]);
await tool(teacher, "pen");
await draw(teacher, [[90, 600], [150, 480], [210, 360], [270, 240], [320, 140]]);
await write(teacher, 340, 150, "y = 2x + 1");
await chat(teacher, "Хто намалює параболу поруч?");
await tool(andrii, "pen");
await colour(andrii, 2);
await draw(andrii, Array.from({ length: 41 }, (_, i) => [560 + i * 6, 430 - 280 * (1 - ((i - 20) / 20) ** 2)]));
await chat(andrii, "Ось, гілками вниз");
await tool(lesia, "shape", 2);
await colour(lesia, 1);
await drag(lesia, [620, 120], [740, 180]);
await chat(lesia, "А вершина тут, у рамці");
await heard(teacher, "А вершина тут");
for (const page of people) await saved(page);
await teacher.mouse.move(300, 700);
await lesia.mouse.move(760, 330);
await andrii.mouse.move(720, 420);
await teacher.waitForTimeout(600);
await teacher.screenshot({ path: `${M4SH_OUT}/lesson.png` });
process.stdin.resume(); // the console's page is written when it ends
await once(process.stdin, "end");
const screen = await browser.newPage();
await screen.goto(pathToFileURL(process.argv[2]).href);
await screen.locator("pre").screenshot({ path: `${M4SH_OUT}/console.png` });
await browser.close();
