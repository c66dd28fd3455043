// element.ts - what a board element looks like once its registers are merged
import {
    type Fields,
    type Register,
    type Registers,
    fieldNames,
    registerWins,
} from "./register.js";

export interface Element {
    readonly id: string;
    readonly kind: NonNullable<Fields["k"]>;
    /** x, y, then pairs of differences, in quarter units */
    readonly points: readonly number[];
    readonly colour: number;
    readonly width: number;
    readonly z: string;
    readonly text: string;
    readonly moved: readonly [number, number];
}

/** An operation this page made that the box has not confirmed. */
export interface Pending {
    readonly s: number;
    readonly l: number;
    readonly e: string;
    readonly f: Fields;
}

export function mergeFields(
    into: Registers,
    fields: Fields,
    lamport: number,
    client: string,
): void {
    const target = into as Record<string, Register | undefined>;
    for (const name of fieldNames) {
        const value = fields[name];
        if (value === undefined) continue;
        const register: Register = [value, lamport, client];
        if (registerWins(register, target[name])) target[name] = register;
    }
}

/** Undefined while the element is erased or not all of it has arrived. */
export function elementOf(id: string, registers: Registers): Element | undefined {
    const value = <F extends keyof Fields>(name: F) =>
        registers[name]?.[0] as Fields[F] | undefined;
    const kind = value("k");
    const points = value("p");
    if (value("d") || !kind || !points || points.length < 2) return undefined;
    const moved = value("m") ?? [0, 0];
    return {
        id,
        kind,
        points,
        colour: value("c") ?? 0,
        width: value("w") ?? 8,
        z: value("z") ?? "",
        text: value("x") ?? "",
        moved: [moved[0] ?? 0, moved[1] ?? 0],
    };
}

/** Nothing to draw anew: what a confirmation of one's own change usually is. */
export function elementSame(one: Element | undefined, other: Element | undefined): boolean {
    if (!one || !other) return one === other;
    return (
        one.points === other.points &&
        one.moved[0] === other.moved[0] &&
        one.moved[1] === other.moved[1] &&
        one.colour === other.colour &&
        one.width === other.width &&
        one.z === other.z &&
        one.text === other.text &&
        one.kind === other.kind
    );
}

/** Stacking order; ids decide between equal keys, so that every page draws alike. */
export function elementBelow(one: Element, other: Element): number {
    if (one.z !== other.z) return one.z < other.z ? -1 : 1;
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
