// tap.mjs - sentences that hold or not, as `prove` reads them
let count = 0;

export function ok(holds, sentence, why = "") {
    console.log(`${holds ? "ok" : "not ok"} ${++count} - ${sentence}`);
    if (holds) return;
    process.exitCode = 1;
    if (why) console.log(String(why).replace(/^/gm, "# "));
}

export function same(got, wanted, sentence) {
    const [one, other] = [JSON.stringify(got), JSON.stringify(wanted)];
    ok(one === other, sentence, `got    ${one}\nwanted ${other}`);
}

export const say = (text) => console.log(String(text).replace(/^/gm, "# "));
export const plan = () => console.log(`1..${count}`);
