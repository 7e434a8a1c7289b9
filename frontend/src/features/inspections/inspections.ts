// Which images of an inspection are listed, and their table as CSV. Pure.
import type { ModelInspection, Prediction } from "@/api/types";

export const SHOWN = ["all", "ng", "grey", "ok", "unfamiliar"] as const;
export type Shown = (typeof SHOWN)[number];

/** Distance to what was learnt from which on an image is like nothing of it. */
const UNFAMILIAR = 1;

/** Two thresholds: from `threshold` on an image is NG, and from `grey_from` up to it people look. */
type Thresholds = Pick<ModelInspection, "threshold" | "grey_from">;

function verdictOf(score: number, { threshold, grey_from }: Thresholds): "ng" | "grey" | "ok" {
  if (score >= threshold) return "ng";
  return score >= (grey_from ?? threshold) ? "grey" : "ok";
}

export function chosen(scores: readonly Prediction[], shown: Shown, by: Thresholds): Prediction[] {
  switch (shown) {
    case "all":
      return [...scores];
    case "unfamiliar":
      return scores.filter(({ unfamiliar }) => (unfamiliar ?? 0) >= UNFAMILIAR);
    default:
      return scores.filter(({ score }) => verdictOf(score, by) === shown);
  }
}

/** Return a row for each image; the mark at its start tells spreadsheets that it is UTF-8. */
export function csvOf(scores: readonly Prediction[], by: Thresholds): string {
  const rows = scores.map((one) => [
    one.image_id,
    verdictOf(one.score, by).toUpperCase(),
    one.score,
    one.unfamiliar ?? "",
    one.truth ?? "",
  ]);
  const lines = [["image", "verdict", "score", "unfamiliar", "truth"], ...rows].map((row) => row.join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}
