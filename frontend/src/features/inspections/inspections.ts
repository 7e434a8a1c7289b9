// Which images of an inspection are listed, and their table as CSV. Pure.
import type { Prediction } from "@/api/types";

export const SHOWN = ["all", "ng", "ok", "unfamiliar"] as const;
export type Shown = (typeof SHOWN)[number];

/** Distance to what was learnt from which on an image is like nothing of it. */
const UNFAMILIAR = 1;

const isNg = ({ score }: Pick<Prediction, "score">, threshold: number) => score >= threshold;

export function chosen(scores: readonly Prediction[], shown: Shown, threshold: number): Prediction[] {
  switch (shown) {
    case "all":
      return [...scores];
    case "ng":
      return scores.filter((one) => isNg(one, threshold));
    case "ok":
      return scores.filter((one) => !isNg(one, threshold));
    case "unfamiliar":
      return scores.filter(({ unfamiliar }) => (unfamiliar ?? 0) >= UNFAMILIAR);
  }
}

/** Return a row for each image; the mark at its start tells spreadsheets that it is UTF-8. */
export function csvOf(scores: readonly Prediction[], threshold: number): string {
  const rows = scores.map((one) => [
    one.image_id,
    isNg(one, threshold) ? "NG" : "OK",
    one.score,
    one.unfamiliar ?? "",
    one.truth ?? "",
  ]);
  const lines = [["image", "verdict", "score", "unfamiliar", "truth"], ...rows].map((row) => row.join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}
