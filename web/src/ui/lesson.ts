// lesson.ts - a lesson as the API tells it, and what follows from the clock
import { t } from "../i18n/i18n.js";
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

export function minutesLeft(lesson: Lesson): number {
    return Math.ceil((Date.parse(lesson.ends_at) - Date.now()) / 60_000);
}

export const startLesson = (id: number): Promise<Lesson> => api("POST", `lessons/${id}/start`);

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
