// api.ts - the box's HTTP API: JSON out, JSON or a named problem back
export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        readonly detail: string,
        /** seconds the box asks us to wait; 0 when it does not */
        readonly wait: number,
    ) {
        super(`${status} ${code}: ${detail}`);
    }
}

/** The box did not answer at all. */
export const unreachable = (why: unknown): boolean => !(why instanceof Problem);

const patience_ms = 15_000;

export async function api<T>(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
): Promise<T> {
    const request: RequestInit = {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(patience_ms),
        headers: { Accept: "application/json" },
    };
    if (body !== undefined) {
        request.body = JSON.stringify(body);
        request.headers = { Accept: "application/json", "Content-Type": "application/json" };
    }
    const answer = await fetch(`/api/v1/${path}`, request);
    if (!answer.ok) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function problemOf(answer: Response): Promise<Problem> {
    const told = (await answer.json().catch(() => ({}))) as { code?: unknown; detail?: unknown };
    return new Problem(
        answer.status,
        typeof told.code === "string" ? told.code : "",
        typeof told.detail === "string" ? told.detail : "",
        Number.parseInt(answer.headers.get("Retry-After") ?? "0", 10) || 0,
    );
}
