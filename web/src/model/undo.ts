// undo.ts - taking back one's own steps, and nobody else's
//
// A step remembers what each register held before and which write made it. Undoing issues new
// operations that put the old values back; a register somebody else has written since is left
// alone. When an undone value was itself an earlier own step, that step follows the new write.
import type { Board } from "./board.js";
import type { Pending } from "./element.js";
import { type Field, type Fields, type Register, fieldNames } from "./register.js";

const depth = 200;

interface Write {
    readonly element: string;
    readonly field: Field;
    readonly before: Register | undefined;
    /** lamport of our write, moved on when an undo restores it */
    lamport: number;
}

export class Undo {
    private steps: Write[][] = [];

    constructor(private readonly board: Board) {}

    get empty(): boolean {
        return this.steps.length === 0;
    }

    clear(): void {
        this.steps = [];
    }

    /** Makes changes that belong together, so that one undo takes all of them back. */
    step(changes: readonly (readonly [element: string, fields: Fields])[]): Pending[] {
        const writes: Write[] = [];
        const ops = changes.map(([element, fields]) => {
            const before = fieldNames
                .filter((field) => fields[field] !== undefined)
                .map((field) => ({ element, field, before: this.board.register(element, field) }));
            const op = this.board.change(element, fields);
            for (const one of before) writes.push({ ...one, lamport: op.l });
            return op;
        });
        this.steps.push(writes);
        if (this.steps.length > depth) this.steps.shift();
        return ops;
    }

    /** Operations that take the last step back; steps with nothing left of ours are passed over. */
    back(): Pending[] {
        for (;;) {
            const step = this.steps.pop();
            if (!step) return [];
            const ops = this.takeBack(step);
            if (ops.length > 0) return ops;
        }
    }

    private takeBack(step: readonly Write[]): Pending[] {
        const restored = new Map<string, Fields>();
        const mine = step.filter((write) => this.isMine(write));
        for (const write of mine) {
            const fields = restored.get(write.element) ?? {};
            restored.set(write.element, { ...fields, ...valueBefore(write) });
        }
        const ops: Pending[] = [];
        for (const [element, fields] of restored) {
            if (Object.keys(fields).length === 0) continue;
            const op = this.board.change(element, fields);
            ops.push(op);
            for (const write of mine) if (write.element === element) this.follow(write, op.l);
        }
        return ops;
    }

    private isMine(write: Write): boolean {
        const now = this.board.register(write.element, write.field);
        return now?.[1] === write.lamport && now[2] === this.board.client;
    }

    /** The earlier own step whose value is back now stands under the new lamport. */
    private follow(undone: Write, lamport: number): void {
        if (undone.before?.[2] !== this.board.client) return;
        for (const step of this.steps)
            for (const write of step)
                if (
                    write.element === undone.element &&
                    write.field === undone.field &&
                    write.lamport === undone.before[1]
                )
                    write.lamport = lamport;
    }
}

/** What to write so that the register is as before; creation is taken back by erasing. */
function valueBefore(write: Write): Fields {
    if (write.before) return { [write.field]: write.before[0] };
    switch (write.field) {
        case "k":
            return { d: true };
        case "m":
            return { m: [0, 0] };
        case "d":
            return { d: false };
        default:
            return {};
    }
}
