// person.ts - who is signed in on this device, and how much of theirs still waits
//
// The name of the last person stands in localStorage so that a page opened without a network
// finds its database; it goes when they sign out. The session itself is a cookie we cannot read.
import { type NoteRow, done, openDatabase, rowOf, transact } from "./database.js";

export interface Person {
    id: number;
    login: string;
    name: string;
    role: "admin" | "teacher" | "student";
}

const place = "m4sh.person";

export function rememberPerson(person: Person): void {
    try {
        localStorage.setItem(place, JSON.stringify(person));
    } catch {
        // without storage the page works as long as there is a network
    }
}

export function recallPerson(): Person | undefined {
    try {
        const person = JSON.parse(localStorage.getItem(place) ?? "null") as Person | null;
        return person && Number.isInteger(person.id) ? person : undefined;
    } catch {
        return undefined;
    }
}

export function forgetPerson(): void {
    try {
        localStorage.removeItem(place);
    } catch {
        // nothing was kept
    }
}

/** Operations and messages of this person that the box does not have yet. */
export async function countUnsent(user: number): Promise<number> {
    try {
        const db = await openDatabase(user);
        const tx = db.transaction(["out", "chat"]);
        const counts = await Promise.all([
            done(tx.objectStore("out").count()),
            done(tx.objectStore("chat").count()),
        ]);
        db.close();
        return counts[0] + counts[1];
    } catch {
        return 0;
    }
}

/** Small things worth having without a network, such as the last list of lessons. */
export async function saveNote(user: number, name: string, value: unknown): Promise<void> {
    try {
        const db = await openDatabase(user);
        await transact(db, ["note"], "relaxed", (store) => store("note").put({ name, value }));
        db.close();
    } catch {
        // a convenience, not a promise
    }
}

export async function recallNote(user: number, name: string): Promise<unknown> {
    try {
        const db = await openDatabase(user);
        const row = await rowOf<NoteRow>(db, "note", name);
        db.close();
        return row?.value;
    } catch {
        return undefined;
    }
}
