// What a cell of drift says. Pure.
import type { DriftOfDay } from "@/api/types";

/** Conditions that drift is compared by. */
export const COMPARED_BY = ["line", "station", "camera", "product", "light", "lot"] as const;
export type ComparedBy = (typeof COMPARED_BY)[number];

/** A figure of one day and value, whose images are shown. */
export interface DriftFigure {
  by: ComparedBy;
  day: string;
  value: string | null;
  kind: "images" | "unfamiliar" | "judged_ng" | "labelled_ng";
}

export type DriftState = "few" | "drifted" | "none" | "unknown";

/** Return what a cell says: too few images to say anything, drifted, or not; unknown where nothing was measured. */
export function stateOf(day: Pick<DriftOfDay, "gap" | "is_small" | "has_drifted">): DriftState {
  if (day.gap == null) return "unknown";
  if (day.is_small) return "few";
  return day.has_drifted ? "drifted" : "none";
}
