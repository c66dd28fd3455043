// lesson.ts - a lesson as the API tells it, and what follows from the clock
import { locale, t } from "../i18n/i18n.js";
import { api } from "../net/api.js";
import type { Person } from "../store/person.js";
import { ask } from "./dom.js";

export interface Lesson {
    id: number;
    classroom: string;
    teacher_id: number;
    teacher: string;
    title: string;
    topic: string;
    starts_at: string;
    ends_at: string;
    status: "scheduled" | "live" | "completed" | "cancelled";
    here: number;
}

export const mayLead = (person: Person, lesson: Lesson): boolean =>
    person.role === "admin" || (person.role === "teacher" && lesson.teacher_id === person.id);

const hour_ms = 60 * 60_000;
const isEarly = (lesson: Pick<Lesson, "starts_at">): boolean =>
    Date.parse(lesson.starts_at) - Date.now() > hour_ms;

/** How long a live lesson still lasts; nothing sensible when it began long before its time. */
export function timeLeft(lesson: Lesson): string {
    const n = Math.ceil((Date.parse(lesson.ends_at) - Date.now()) / 60_000);
    if (isEarly(lesson)) return t("lessons.early");
    if (n <= 0) return t("lessons.over");
    if (n < 120) return t("lessons.left", { n });
    return t("lessons.left.long", { h: Math.floor(n / 60), m: n % 60 });
}

/** Asks first when its time is more than an hour away: what has started does not go back. */
export async function startLesson(lesson: Pick<Lesson, "id" | "starts_at">): Promise<boolean> {
    const sure = !isEarly(lesson) || (await askEarly(new Date(lesson.starts_at)));
    if (sure) await api("POST", `lessons/${lesson.id}/start`);
    return sure;
}

function askEarly(planned: Date): Promise<boolean> {
    const when = new Intl.DateTimeFormat(locale(), {
        weekday: "long",
        day: "numeric",
        month: "long",
        hour: "numeric",
        minute: "2-digit",
    }).format(planned);
    return ask(
        t("lessons.start.title"),
        t("lessons.start.text", { when }),
        t("lessons.start"),
        t("cancel"),
    );
}

/** Asks first; false when the teacher thought better of it. */
export async function endLesson(id: number): Promise<boolean> {
    const sure = await ask(
        t("lessons.end.title"),
        t("lessons.end.text"),
        t("lessons.end"),
        t("cancel"),
    );
    if (sure) await api("POST", `lessons/${id}/complete`);
    return sure;
}
