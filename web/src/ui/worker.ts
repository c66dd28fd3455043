// worker.ts - the service worker, where the browser lets us have one
//
// Without the school's certificate installed a browser refuses it: then the page simply needs the
// network. A new version takes over only while no lesson is open anywhere.
let state: "checking" | "ready" | "none" = "checking";
const watchers = new Set<() => void>();

export const workerState = (): typeof state => state;

export function watchWorker(act: () => void): () => void {
    watchers.add(act);
    return () => watchers.delete(act);
}

function settle(to: typeof state): void {
    state = to;
    for (const act of watchers) act();
}

export function registerWorker(): void {
    if (!("serviceWorker" in navigator)) return settle("none");
    const had = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.register("/sw.js").then(
        (registration) => {
            settle("ready");
            offerUpdate(registration);
        },
        () => settle("none"),
    );
    navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (had && !location.pathname.startsWith("/lesson/")) location.reload();
    });
}

/** The waiting worker itself checks that no lesson page is open. */
function offerUpdate(registration: ServiceWorkerRegistration): void {
    const offer = (): void => registration.waiting?.postMessage("take over");
    offer();
    registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => worker.state === "installed" && offer());
    });
}
