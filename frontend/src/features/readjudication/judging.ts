// The new judgement of an old decision: the new class replaces the class in question, and shapes stay. Pure.
import type { Defect, Image, Verdict } from "@/api/types";
import type { Judgement } from "@/features/outbox/pendingCommand";
import { REASONS } from "@/ui/reasons";

export interface Decision {
  verdict: Verdict;
  class_id: string | null;
}

/** Given a class, shapes of the class in question move to it. Without one, retired classes are left out. */
export function redefined(
  image: Image,
  moved: string,
  class_id: string | null,
  retired: ReadonlySet<string>,
): Defect[] {
  const others = image.defects.filter((defect) => defect.class_id !== moved && !retired.has(defect.class_id));
  const own = image.defects.filter((defect) => defect.class_id === moved);
  if (class_id === null)
    return retired.has(moved) ? others : image.defects.filter((defect) => !retired.has(defect.class_id));
  const renamed = own.map((defect) => ({ ...defect, class_id }));
  const known = others.some((defect) => defect.class_id === class_id);
  if (renamed.length) return [...others, ...renamed];
  return known ? others : [...others, { class_id, box: null, polygon: null, mask: null }];
}

/** Return true when an NG judgement names only retired classes, so that the person must choose one. */
export function needsClass(
  image: Image,
  verdict: Verdict,
  class_id: string | null,
  retired: ReadonlySet<string>,
): boolean {
  if (verdict !== "NG" || class_id !== null || !image.defects.length) return false;
  return image.defects.every((defect) => retired.has(defect.class_id));
}

export function rejudged(
  image: Image,
  { verdict, class_id }: Decision,
  moved: string,
  retired: ReadonlySet<string>,
  seconds_spent: number,
): Judgement {
  const defects = verdict === "OK" ? [] : redefined(image, moved, class_id, retired);
  return {
    image_id: image.image_id,
    verdict,
    defects,
    revision: image.revision,
    reason: REASONS.readjudicated,
    seconds_spent,
    suggestion_id: null,
  };
}
