// rules.ts - what the page's model of a board and of a chat promises, a sentence each
import { Board, type Confirmed } from "../../../web/src/model/board.js";
import { Chat } from "../../../web/src/model/chat.js";
import type { Fields } from "../../../web/src/model/register.js";
import { Sender } from "../../../web/src/model/sender.js";
import { Undo } from "../../../web/src/model/undo.js";
import { ok, plan, same } from "./tap.js";

const me = "a".repeat(24);
const other = "b".repeat(24);
const epoch = "0123456789abcdef";
const dot: Fields = { k: "s", p: [1, 2], c: 1, w: 8, z: "1" };

function board(): Board {
    const one = new Board(me);
    one.welcome(epoch, 0, 0);
    return one;
}
const from = (c: string, v: number, l: number, e: string, f: Fields): Confirmed => ({
    v,
    c,
    s: v,
    l,
    u: 9,
    e,
    f,
});

{
    const one = board();
    one.change("x", dot);
    same(
        [one.elements.size, one.unsaved],
        [1, 1],
        "a change shows at once and is not called saved",
    );
    same([...one.takeChanges()], ["x"], "and is to be drawn");
    same(one.acknowledge(1, 1, 1), "ok", "an ack that continues the version counts");
    same([...one.takeChanges()], [], "and draws nothing anew");
    same(
        [one.version, one.unsaved, one.pending.length, one.elements.size],
        [1, 0, 0, 1],
        "and confirms just that change",
    );
}
{
    const one = board();
    one.change("x", dot);
    same(one.acknowledge(1, 3, 1), "gap", "an ack for a later version does not advance the page");
    same(
        [one.version, one.elements.size, one.unsaved],
        [0, 1, 0],
        "the change stays on the board and is called saved",
    );
    one.apply([
        from(other, 1, 1, "y", dot),
        from(other, 2, 2, "z", dot),
        { ...from(me, 3, 1, "x", dot), s: 1 },
    ]);
    same(
        [one.version, one.elements.size, one.pending.length],
        [3, 3, 0],
        "the stream then brings it once",
    );
}
{
    const one = board();
    same(
        one.apply([from(other, 2, 1, "x", dot)]),
        "gap",
        "an operation after a hole is not applied",
    );
    same([one.version, one.elements.size], [0, 0], "and leaves the board as it was");
    one.apply([from(other, 1, 1, "y", dot), from(other, 2, 2, "x", dot)]);
    const digest = one.digest;
    one.apply([from(other, 1, 1, "y", dot), from(other, 2, 2, "x", dot)]);
    same([one.version, one.digest], [2, digest], "operations that come twice change nothing");
}
{
    const one = board();
    one.apply([from(other, 1, 5, "x", { ...dot, c: 2 })]);
    one.change("x", { c: 3 });
    one.change("x", { c: 4, m: [8, 8] });
    one.refuse(2);
    same(
        [one.elements.get("x")?.colour, one.elements.get("x")?.moved],
        [3, [0, 0]],
        "a refused change goes, an earlier one stays",
    );
    one.refuse(1);
    same(one.elements.get("x")?.colour, 2, "with the last refused the box's value is back");
}
{
    const one = board();
    for (const id of ["x", "y", "z"]) one.change(id, dot);
    one.refuse(2);
    same(one.acknowledge(3, 1, 2), "gap", "an ack over a refused operation is not guessed at");
    one.apply([
        { ...from(me, 1, 1, "x", dot), s: 1 },
        { ...from(me, 2, 3, "z", dot), s: 3 },
    ]);
    same(
        [...one.elements.keys(), one.version, one.unsaved],
        ["x", "z", 2, 0],
        "the stream says which they were",
    );
    one.change("x", { c: 7 });
    one.change("x", { c: 8 });
    one.refuse(5);
    same(one.offer, 4, "hello offers the first that waits");
    one.acknowledge(4, 3, 1);
    same(
        [one.offer, one.welcome(epoch, 3, 4)],
        [6, "hello"],
        "and a refused last one is not offered again",
    );
}
{
    const [one, two] = [board(), board()];
    const a = from(other, 1, 7, "x", { ...dot, c: 1 });
    const b = from("c".repeat(24), 2, 7, "x", { ...dot, c: 2 });
    one.apply([a, b]);
    two.apply([
        { ...b, v: 1 },
        { ...a, v: 2 },
    ]);
    same(one.elements.get("x")?.colour, 2, "of equal lamports the greater client id wins");
    same(one.digest, two.digest, "in whatever order they came");
}
{
    const one = board();
    const undo = new Undo(one);
    undo.step([["x", dot]]);
    undo.step([["x", { c: 5 }]]);
    one.acknowledge(2, 1, 2);
    one.apply([from(other, 3, 9, "x", { c: 6 })]);
    undo.back();
    same(
        one.elements.has("x"),
        false,
        "undo passes over what somebody else changed, and takes back one's own before it",
    );
    same(undo.empty, true, "and nothing is left to take back");
}
{
    const one = board();
    const undo = new Undo(one);
    undo.step([["x", dot]]);
    undo.step([["x", { m: [4, 4] }]]);
    undo.step([["x", { m: [9, 9] }]]);
    undo.back();
    same(one.elements.get("x")?.moved, [4, 4], "undo puts the value before back");
    undo.back();
    same(
        one.elements.get("x")?.moved,
        [0, 0],
        "and the one before that, although it was written anew",
    );
    undo.step([["x", { d: true }]]);
    same(one.elements.has("x"), false, "an erased element is gone");
    undo.back();
    same(one.elements.has("x"), true, "and undo brings it back");
}
{
    const one = board();
    one.change("x", dot);
    one.change("y", dot);
    one.acknowledge(1, 1, 1);
    same(one.welcome("f".repeat(16), 0, 0), "renew", "another epoch asks for a new name");
    const offered = one.renew(other);
    same(
        offered.map((op) => [op.s, op.e]),
        [[1, "y"]],
        "under which only what was not acknowledged is offered, from 1",
    );
    same([one.version, one.epoch, one.stored], [0, "", 0], "and nothing of the old epoch is kept");
}
{
    const one = board();
    one.change("x", dot);
    one.acknowledge(1, 1, 1);
    same(
        one.welcome(epoch, 1, 0),
        "renew",
        "a box that forgot what it acknowledged is not sent a hole",
    );
    same(
        board().welcome(epoch, 5000, 0),
        "snapshot",
        "an empty page takes the snapshot of a board with a past",
    );
}
{
    const one = board();
    one.change("x", dot);
    one.change("y", dot);
    one.welcome(epoch, 2, 2);
    one.apply([{ ...from(me, 1, 1, "x", dot), s: 1 }, from(other, 2, 3, "q", dot)]);
    same(
        one.settle().map((op) => op.e),
        ["y"],
        "a refusal that was lost on the way is told after joining again",
    );
}
{
    const one = board();
    const sender = new Sender(one);
    for (let i = 0; i < 450; i++) one.change(`e${i}`, dot);
    same(sender.next(1), undefined, "nothing is sent before it is written to the outbox");
    sender.written = 450;
    const sizes: number[] = [];
    for (let frame = sender.next(1); frame; frame = sender.next(1)) {
        sizes.push(frame.o.length);
        ok(JSON.stringify(frame).length < 60 * 1024, "a frame stays below 60 KiB");
    }
    same(
        sizes.reduce((sum, n) => sum + n, 0),
        450,
        "everything goes out once",
    );
    ok(Math.max(...sizes) <= 200, "at most 200 operations a frame");
    same(sender.rewind(1), "resend", "what the box misses is sent again");
    same(sender.next(1)?.o[0]?.s, 1, "from there");
}
{
    const one = board();
    const sender = new Sender(one);
    const long: Fields = { ...dot, p: Array.from({ length: 4000 }, () => -999_999) };
    for (let i = 0; i < 5; i++) one.change(`e${i}`, long);
    sender.written = 5;
    let frames = 0;
    for (let frame = sender.next(1); frame; frame = sender.next(1)) {
        frames++;
        ok(JSON.stringify(frame).length < 60 * 1024, "the longest strokes stay below 60 KiB too");
    }
    same(frames, 5, "one to a frame");
}
{
    const chat = new Chat();
    chat.say("one");
    chat.say("two");
    chat.hear([
        { id: 4, u: 1, n: "A", at: "", text: "x" },
        { id: 4, u: 1, n: "A", at: "", text: "x" },
    ]);
    chat.stored(1, 5, "", 2, "B");
    chat.hear([{ id: 5, u: 2, n: "B", at: "", text: "one" }]);
    same(
        chat.said.map((one) => one.id),
        [4, 5],
        "a message is heard once, however often it comes",
    );
    same(
        chat.settle(2).map((one) => one.text),
        ["two"],
        "what the box has on joining waits no longer",
    );
    same(chat.nextSeq, 3, "and counting goes on after it");
}
plan();
