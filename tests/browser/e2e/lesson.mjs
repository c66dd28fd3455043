// lesson.mjs - one teacher, one pupil, one lesson, through real pages; TAP on stdout
import { exec } from "node:child_process";
import { promisify } from "node:util";
import { complaints, launch, person } from "./browser.mjs";
import { answer, lecture, wiggle } from "./drawing.mjs";
import {
    chat,
    drag,
    heard,
    look,
    openLesson,
    reach,
    saved,
    signIn,
    stroke,
    timesHeard,
    tool,
} from "./play.mjs";
import { pictures } from "./screens.mjs";
import { ok, plan as finish, same, say } from "./tap.mjs";

const sh = promisify(exec);
const accounts = [process.env.M4SH_TEACHER, process.env.M4SH_PUPIL].map((one) => {
    const at = (one ?? ":").indexOf(":");
    return [one.slice(0, at), one.slice(at + 1)];
});

/** Marks what this run says, should the lesson have a past. */
const run = Date.now().toString(36).slice(-5);
const words = {
    ask: `Хто заповнить третій стовпчик? ${run}`,
    answer: `При x = 1 буде 3 ${run}`,
    gone: `Сервер зник, а я пишу ${run}`,
    away: `Пишу без мережі ${run}`,
};

const browser = await launch();
try {
    await play();
} catch (why) {
    ok(false, "the lesson plays to its end", why.stack);
    await tellState();
} finally {
    await browser.close();
    finish();
}

/** What every page says at the moment something failed. */
async function tellState() {
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const [n, page] of pages.entries()) {
        const told = await page.evaluate(() => ({
            at: location.pathname,
            net: document.querySelector(".net")?.textContent,
            board: { ...document.querySelector("main.board")?.dataset },
            waits: [...document.querySelectorAll(".log .wait")].map((one) => one.textContent),
            notice: [...document.querySelectorAll("[role=alert]")].map((one) => one.textContent),
        }));
        say(JSON.stringify(told));
        await page.screenshot({ path: `${process.env.M4SH_SCREENS}/failed-${n}.png` });
    }
    say(complaints.join("\n"));
}

async function play() {
    const [teachers, pupils] = [await person(browser), await person(browser)];
    const [teacher, pupil] = [await teachers.newPage(), await pupils.newPage()];
    await door(teacher);
    await signIn(teacher, accounts[0]);
    await signIn(pupil, accounts[1]);
    ok(true, "teacher and pupil sign in");
    const id = process.env.M4SH_LESSON ?? (await plan(teacher, pupil, `Алгебра ${run}`));
    if (!process.env.M4SH_LESSON) {
        const row = await begin(teacher, pupil, id);
        await pictures(teacher, "lessons", () => row.waitFor());
    }
    await Promise.all([openLesson(teacher, id), openLesson(pupil, id)]);
    await together(teacher, pupil);
    await killed(teacher, pupil);
    await away(pupil, teacher, pupils);
    await tabs(pupil, pupils, id);
    await portraits(teacher, pupil, id);
    await expiry(pupil);
    if (!process.env.M4SH_LESSON) await ending(teacher, pupil);
    same(complaints, [], "no page threw an error or broke the content security policy");
}

async function door(page) {
    await page.goto("/");
    await page.waitForSelector("#login");
    await pictures(page, "signin", () => page.waitForSelector("#login"));
    await page.fill("#login", "nobody-of-that-name");
    await page.fill("#password", "not a password");
    await page.click("form button[type=submit]");
    await page.waitForFunction(() => document.querySelector("[role=alert]")?.textContent !== "");
    const told = await page.textContent("[role=alert]");
    ok(/не підходять/.test(told), "a wrong password is told in people's words", told);
    const box = await page.textContent(".r dl");
    ok(box.includes("·"), "the words to compare stand beside the form", box);
    const trusted = await page
        .waitForSelector(".net:has-text('сертифікат школи встановлено')")
        .then(
            () => true,
            () => false,
        );
    ok(trusted, "the page knows that the school's certificate is installed");
}

/** A lesson of both, planned through the API; its id. */
async function plan(teacher, pupil, title) {
    const call = (page, method, path, body) =>
        page.evaluate(
            async ([how, where, what]) => {
                const options = { method: how, headers: { "Content-Type": "application/json" } };
                if (what) options.body = JSON.stringify(what);
                return (await fetch(`/api/v1/${where}`, options)).json();
            },
            [method, path, body],
        );
    const classroom = (await call(pupil, "GET", "classrooms/")).items[0].id;
    const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
    const lesson = await call(teacher, "POST", "lessons/", {
        classroom_id: classroom,
        title,
        topic: "y = kx + b",
        starts_at: at(-14),
        ends_at: at(31),
    });
    return lesson.id;
}

/** The teacher starts it on the page, and the pupil sees it. */
async function begin(teacher, pupil, id) {
    await teacher.goto("/lessons");
    const row = teacher.locator(`li[data-lesson="${id}"]`);
    await row.getByRole("button", { name: "Почати урок" }).click();
    await row.getByRole("link", { name: "Зайти на урок" }).waitFor();
    ok(true, "the teacher starts a lesson from the list");
    await pupil.goto("/lessons");
    await pupil.locator(`li[data-lesson="${id}"] a`).waitFor();
    ok(true, "the pupil sees it as the running one");
    return row;
}

async function together(teacher, pupil) {
    const from = await look(teacher);
    for (let n = 0; n < 3; n++) await stroke(teacher, n);
    for (let n = 3; n < 6; n++) await stroke(pupil, n);
    await tool(pupil, "shape", 2);
    await drag(pupil, [60, 200], [180, 260]);
    await tool(pupil, "text");
    const place = await pupil.locator("main.board").boundingBox();
    await pupil.mouse.click(place.x + 220, place.y + 220);
    await pupil.keyboard.type("y = 2x + 1");
    await pupil.keyboard.press("Enter");
    const [one, other] = [
        await reach(teacher, from.version + 8),
        await reach(pupil, from.version + 8),
    ];
    same(
        [one.version - from.version, one.elements - from.elements],
        [8, 8],
        "six strokes, a rectangle and a text are there once",
    );
    same(one, other, "and both pages hold the same board");

    await tool(pupil, "select");
    await drag(pupil, [120, 200], [140, 230]);
    await tool(pupil, "eraser");
    await pupil.mouse.click(place.x + 226, place.y + 230);
    const after = await reach(teacher, from.version + 10);
    same(after.elements - from.elements, 7, "a moved rectangle stays, an erased text goes");
    await pupil.locator(".tools > button").last().click();
    const back = await reach(teacher, from.version + 11);
    same(back.elements - from.elements, 8, "undo brings the text back, for both");
    same(await reach(pupil, from.version + 11), back, "and the boards are equal again");
    await drag(pupil, [30, 30], [60, 40]);
    await tool(pupil, "pen");
    await stroke(pupil, 6);
    const mine = await reach(teacher, from.version + 12);
    same(mine.elements - from.elements, 9, "a pupil's eraser leaves the teacher's strokes alone");

    await chat(teacher, words.ask);
    await chat(pupil, words.answer);
    await Promise.all([
        heard(teacher, words.answer),
        heard(pupil, words.ask),
        heard(pupil, words.answer),
    ]);
    ok(true, "both say something and hear each other");
    const names = await pupil.locator(".vid .tile").count();
    ok(names >= 2, "both stand in the list of people", `${names} tiles`);
}

async function killed(teacher, pupil) {
    if (!process.env.M4SH_KILL) return say("M4SH_KILL is not set: the box is not killed");
    await saved(teacher);
    await saved(pupil);
    const from = await look(teacher);
    const draw = async (page, first) => {
        for (let n = 0; n < 6; n++) await stroke(page, first + n, 15);
    };
    const kill = async () => {
        await teacher.waitForTimeout(350);
        await sh(process.env.M4SH_KILL);
        await chat(pupil, words.gone);
    };
    await Promise.all([draw(teacher, 18), draw(pupil, 24), kill()]);
    await Promise.all([saved(teacher, 60_000), saved(pupil, 60_000)]);
    const [one, other] = [
        await reach(teacher, from.version + 12),
        await reach(pupil, from.version + 12),
    ];
    same(
        [one.version - from.version, one.elements - from.elements],
        [12, 12],
        "killed while both drew: every stroke is there once",
    );
    same(one, other, "and both boards are equal");
    await heard(teacher, words.gone);
    await Promise.all([teacher.reload(), pupil.reload()]);
    await Promise.all([saved(teacher), saved(pupil)]);
    same(
        [await reach(teacher, one.version), await reach(pupil, one.version)],
        [one, one],
        "after a reload nothing is missing or doubled",
    );
    await heard(pupil, words.gone);
    same(await timesHeard(teacher, words.gone), 1, "what was said meanwhile is said once");
}

async function away(page, other, context) {
    const from = await look(page);
    const controlled = await page.evaluate(() => Boolean(navigator.serviceWorker?.controller));
    ok(controlled, "a service worker keeps the page on the device");
    await context.setOffline(true);
    await stroke(page, 30);
    await stroke(page, 31);
    await chat(page, words.away);
    await page.waitForSelector(".net[data-state=waiting]", { timeout: 60_000 });
    const told = await page.textContent(".net");
    ok(/3 зміни чекають мережі/.test(told), "without a network the page says what waits", told);
    await page.waitForSelector(`.log .wait:has-text('${words.away}')`);
    if (controlled) {
        await page.reload();
        await page.waitForFunction(
            (n) => Number(document.querySelector("main.board")?.dataset.elements) === n,
            from.elements + 2,
        );
        ok(true, "a reload without a network shows the board with what waits");
        await stroke(page, 32);
    } else await stroke(page, 32);
    await context.setOffline(false);
    await saved(page, 60_000);
    const [one, two] = [await reach(page, from.version + 3), await reach(other, from.version + 3)];
    same(
        [one.version - from.version, one.elements - from.elements],
        [3, 3],
        "back in the network everything arrives once",
    );
    same(one, two, "and the other page has it");
    await heard(other, words.away);
    same(await timesHeard(other, words.away), 1, "the message too");
}

async function tabs(page, context, id) {
    const second = await context.newPage();
    await second.goto(`/lesson/${id}`);
    const take = second.getByRole("button", { name: "Продовжити тут" });
    await take.waitFor();
    ok(true, "a second tab says that the lesson is open in another one");
    await take.click();
    await saved(second);
    await page.getByRole("button", { name: "Продовжити тут" }).waitFor();
    ok(true, "it can take over, and the first one steps back");
    const from = await look(second);
    await stroke(second, 33);
    same(
        (await reach(second, from.version + 1)).version - from.version,
        1,
        "and draws on with the same outbox",
    );
    await page.getByRole("button", { name: "Продовжити тут" }).click();
    await saved(page);
    await second.close();
}

/** The lesson of the pictures: its own board, when we may plan one. */
async function portraits(teacher, pupil, id) {
    if (!process.env.M4SH_LESSON) {
        id = await plan(teacher, pupil, "Алгебра. Лінійна функція");
        await begin(teacher, pupil, id);
    }
    await Promise.all([openLesson(teacher, id), openLesson(pupil, id)]);
    await chat(teacher, "Хто заповнить третій стовпчик?");
    await lecture(teacher);
    await answer(pupil);
    await saved(pupil);
    for (let n = 0; n < 20 && (await teacher.locator(".cursor span").count()) === 0; n++)
        await wiggle(pupil); // pointers may be dropped on the way: the next one shows
    await teacher.screenshot({ path: `${process.env.M4SH_SCREENS}/lesson.png` });
    const wanted = await look(pupil);
    same(await reach(teacher, wanted.version), wanted, "after all of it both boards are equal");
    await pictures(teacher, "lesson", () => saved(teacher));
}

/** Signed out elsewhere in the middle of a lesson. */
async function expiry(page) {
    const place = page.url();
    await page.evaluate(() => fetch("/api/v1/auth/logout", { method: "POST" }));
    await page.waitForSelector("#login", { timeout: 30_000 });
    ok(
        /Увійдіть ще раз/.test(await page.textContent("[role=alert]")),
        "a session that ends leads to the sign-in, with the reason",
    );
    await page.fill("#login", accounts[1][0]);
    await page.fill("#password", accounts[1][1]);
    await page.click("form button[type=submit]");
    await page.waitForURL(place);
    await saved(page);
    ok(true, "and after it back to the lesson");
}

async function ending(teacher, pupil) {
    await teacher.getByRole("button", { name: "Завершити урок" }).click();
    await teacher.locator("dialog").getByRole("button", { name: "Завершити урок" }).click();
    await pupil.waitForSelector(".notice:has-text('Урок завершено')");
    ok(
        await pupil.locator(".tools > button").first().isDisabled(),
        "an ended lesson can be looked at, not drawn on",
    );
    await pupil.goto("/lessons");
    await pupil.getByRole("button", { name: "Вийти" }).click();
    await pupil.waitForSelector("#login");
    await pupil.goto("/lessons");
    await pupil.waitForSelector("#login");
    ok(true, "after signing out the lessons are closed");
}
