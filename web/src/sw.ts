// sw.ts - the shell of the page, kept on the device so that it opens without a network
//
// The build bakes in the list of files and a name made of their content. Never touches /api or
// /ws: what the box says is never served from here.
export {};
declare const self: ServiceWorkerGlobalScope;
declare const SHELL_FILES: readonly string[];
declare const SHELL_NAME: string;

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(SHELL_NAME).then((cache) => cache.addAll([...SHELL_FILES])));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(dropOthers());
});

self.addEventListener("message", (event) => {
    if (event.data === "take over") event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(shell("/", request));
    else if (SHELL_FILES.includes(url.pathname)) event.respondWith(shell(url.pathname, request));
});

function isPage(path: string): boolean {
    return path === "/" || path === "/lessons" || path.startsWith("/lesson/");
}

async function shell(path: string, request: Request): Promise<Response> {
    const cache = await caches.open(SHELL_NAME);
    return (await cache.match(path)) ?? fetch(request);
}

async function dropOthers(): Promise<void> {
    for (const name of await caches.keys()) if (name !== SHELL_NAME) await caches.delete(name);
    await self.clients.claim();
}

async function takeOver(): Promise<void> {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (pages.some((page) => new URL(page.url).pathname.startsWith("/lesson/"))) return;
    await self.skipWaiting();
}
