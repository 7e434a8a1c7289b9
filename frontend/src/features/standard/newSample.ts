// A new limit sample: the side that the verdict of its image suggests, and the judged images it is compared with. Pure.
import type { Dataset, Image } from "@/api/types";
import { total } from "@/features/datasets/counts";

export type Side = "accepted" | "rejected";
/** The use of an image in the label book. */
export type Way = Side | "example";

/** Return the side that fits the verdict; null when the person must choose. */
export function sideOf({ verdict }: Pick<Image, "verdict">): Side | null {
  if (verdict === "OK") return "accepted";
  return verdict === "NG" ? "rejected" : null;
}

/** Return true when the way says the opposite of the verdict. */
export function contradicts(image: Pick<Image, "verdict">, way: Way | null): boolean {
  const fitting = sideOf(image);
  return fitting !== null && (way === "accepted" || way === "rejected") && way !== fitting;
}

/** The most decisions that one re-adjudication lists, as in `kenpin_training/pipeline/border.py`. */
const MOST_LISTED = 500;

/** Return the number of judged images in the project, and how many of them can be listed at most. */
export function compared(datasets: readonly Dataset[], project_id: string): { judged: number; listed: number } {
  const judged = datasets
    .filter((one) => one.project_id === project_id)
    .map((one) => total(one))
    .map(({ OK, NG, HOLD }) => OK + NG + HOLD);
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  return { judged: sum(judged), listed: sum(judged.map((one) => Math.min(one, MOST_LISTED))) };
}
