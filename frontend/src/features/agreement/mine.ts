// Which agreement tasks are a person's to answer. Pure.
import type { AgreementTask } from "@/api/types";

export const isForMe = (task: AgreementTask, me: string): boolean => task.people.includes(me) || task.open_to !== null;

/** Open, theirs to answer, and not answered to the end. */
export function isLeft(task: AgreementTask, me: string): boolean {
  const done = task.progress.find(({ person }) => person === me)?.done ?? 0;
  return !task.closed && isForMe(task, me) && done < task.images;
}
