// tap.ts - a sentence that holds or not, as `prove` reads it
declare const process: { exitCode: number };
let count = 0;

export function ok(holds: boolean, sentence: string, why = ""): void {
    count++;
    console.log(`${holds ? "ok" : "not ok"} ${count} - ${sentence}`);
    if (holds) return;
    process.exitCode = 1;
    if (why) console.log(why.replace(/^/gm, "# "));
}

export function same(got: unknown, wanted: unknown, sentence: string): void {
    const [one, other] = [JSON.stringify(got), JSON.stringify(wanted)];
    ok(one === other, sentence, `got    ${one}\nwanted ${other}`);
}

export function say(text: string): void {
    console.log(`# ${text}`);
}

export function plan(): void {
    console.log(`1..${count}`);
}
