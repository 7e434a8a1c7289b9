// The judgements that override somebody: the server asks for a reason, as domain/dataset/annotations.py says. Pure.
import type { Image } from "@/api/types";
import type { Judgement } from "./pendingCommand";

/** Return true when an accepted judgement stands, or another person's. One that was returned, and another's hold, wait
 * for a decision. */
export function isProtected({ annotation, verdict }: Image, me: string): boolean {
  if (!annotation) return false;
  if (annotation.review) return annotation.review === "accepted";
  return annotation.by !== me && verdict !== "HOLD";
}

/** Return true when the judgement replaces one that must not be overridden without a reason. */
export function needsReason(image: Image, { reason, label_review }: Judgement, me: string): boolean {
  return !reason.trim() && !label_review && isProtected(image, me);
}
