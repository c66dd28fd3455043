// database.ts - IndexedDB, one database per person on this device
//
// Another person's sign-in opens another database, so nobody sees what somebody else drew or
// said. Transactions that hold what a person made are strict: done means on the disk.
import type { Pending } from "../model/element.js";
import type { Unsaid } from "../model/chat.js";
import type { Snapshot } from "../model/board.js";

export interface OutRow extends Pending {
    board: number;
    lesson: number;
}
export interface ChatRow extends Unsaid {
    lesson: number;
}
export interface LessonRow {
    lesson: number;
    /** 24 hex digits: this browser profile and person, in this lesson */
    client: string;
    chatSeq: number;
    title: string;
    boards: number[];
}
export interface BoardRow {
    board: number;
    nextSeq: number;
    lamport: number;
}
export interface SnapRow extends Snapshot {
    board: number;
}
export interface NoteRow {
    name: string;
    value: unknown;
}

export type StoreName = "out" | "chat" | "lesson" | "board" | "snap" | "note";
const keys: Record<StoreName, string | string[]> = {
    out: ["board", "s"],
    chat: ["lesson", "s"],
    lesson: "lesson",
    board: "board",
    snap: "board",
    note: "name",
};

export function done<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("storage"));
    });
}

export function openDatabase(user: number): Promise<IDBDatabase> {
    const request = indexedDB.open(`m4sh-${user}`, 1);
    request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(keys))
            request.result.createObjectStore(name, { keyPath });
    };
    return done(request).then((db) => {
        db.onversionchange = () => db.close(); // a newer page wants to change the layout
        return db;
    });
}

/** Runs `work` in one transaction; resolves when it is committed. */
export function transact(
    db: IDBDatabase,
    names: StoreName[],
    durability: IDBTransactionDurability,
    work: (store: (name: StoreName) => IDBObjectStore) => void,
): Promise<void> {
    return new Promise((resolve, reject) => {
        const tx = db.transaction(names, "readwrite", { durability });
        tx.oncomplete = () => resolve();
        tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("storage"));
        work((name) => tx.objectStore(name));
    });
}

/** All rows of a store whose key begins with `first`. */
export function rowsOf<T>(db: IDBDatabase, name: StoreName, first: number): Promise<T[]> {
    const range = IDBKeyRange.bound([first], [first, []]);
    return done(db.transaction(name).objectStore(name).getAll(range)) as Promise<T[]>;
}

export function rowOf<T>(
    db: IDBDatabase,
    name: StoreName,
    key: IDBValidKey,
): Promise<T | undefined> {
    return done(db.transaction(name).objectStore(name).get(key)) as Promise<T | undefined>;
}
