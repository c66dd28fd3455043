// lead.ts - one tab per lesson on this device draws and sends
//
// Two tabs would share the outbox and count the same sequence numbers twice. A Web Lock names the
// one that may; a second tab can take it over, and the first is told.
export interface Lead {
    release(): void;
}

/** Undefined when another tab has the lesson. `lost` is called when a tab takes it from us. */
export async function takeLead(
    name: string,
    steal: boolean,
    lost: () => void,
): Promise<Lead | undefined> {
    if (!navigator.locks) return { release: () => undefined };
    return new Promise((resolve) => {
        let ours = false;
        const options: LockOptions = steal ? { steal: true } : { ifAvailable: true };
        navigator.locks
            .request(name, options, (lock) => {
                if (!lock) return resolve(undefined);
                ours = true;
                return new Promise<void>((release) => resolve({ release }));
            })
            .catch(() => (ours ? lost() : resolve(undefined)));
    });
}
