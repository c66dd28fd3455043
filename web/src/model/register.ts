// register.ts - one value of one board element, and which of two writers wins
//
// A register is [value, lamport, client], as in the snapshot the box sends. The greater lamport
// wins, then the greater client id. Merging is commutative and idempotent, so the order in which
// changes arrive never matters.
import type { BoardOperationFields } from "../gen/messages.js";

export type Fields = BoardOperationFields;
export type Field = keyof Fields;
export type Register = readonly [value: Fields[Field], lamport: number, client: string];
export type Registers = { [F in Field]?: Register };

export const fieldNames: readonly Field[] = ["k", "p", "c", "w", "z", "x", "m", "d"];

/** Is `one` later than `other`? Equal registers are the same write. */
export function registerWins(one: Register, other: Register | undefined): boolean {
    if (!other) return true;
    if (one[1] !== other[1]) return one[1] > other[1];
    return one[2] > other[2];
}

/** Same write (lamport and client name it; the value follows from them). */
export function registerSame(one: Register | undefined, other: Register | undefined): boolean {
    return one?.[1] === other?.[1] && one?.[2] === other?.[2];
}

/** A number that differs when any register differs, additive over registers. */
export function registerDigest(element: string, field: Field, register: Register): number {
    let hash = 0x811c9dc5;
    const text = `${element} ${field} ${register[1]} ${register[2]}`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash >>> 0;
}
