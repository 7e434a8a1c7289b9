// Tells which agreement tasks a person has to answer. Pure.
import type { AgreementTask } from "@/api/types";

export const isForMe = (task: AgreementTask, me: string): boolean => task.people.includes(me) || task.open_to !== null;

/** Return true when the task is open, is for the person, and still has images to answer. */
export function hasOpenImages(task: AgreementTask, me: string): boolean {
  const done = task.progress.find(({ person }) => person === me)?.done ?? 0;
  return !task.closed && isForMe(task, me) && done < task.images;
}
