// The differences between two runs: recipes, measures and scores of the same image. Pure.
import type { Evaluation, Prediction, Run, RunComparison } from "@/api/types";

export interface Difference {
  name: string;
  left: unknown;
  right: unknown;
  same: boolean;
}

export function recipeDiff(left: Run, right: Run): Difference[] {
  const settings = (run: Run): Record<string, unknown> => ({
    ...run.recipe,
    seed: run.seed,
    parent_model: run.parent_model,
  });
  const [one, other] = [settings(left), settings(right)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .map((name) => ({ name, left: one[name], right: other[name], same: one[name] === other[name] }))
    .sort((a, b) => Number(a.same) - Number(b.same));
}

export const MEASURES = ["escape_rate", "overkill_rate", "auroc", "average_precision", "threshold"] as const;
export type Measure = (typeof MEASURES)[number];
const LESS_IS_BETTER = new Set<Measure>(["escape_rate", "overkill_rate"]);

export interface Delta {
  measure: Measure;
  left: number | null;
  right: number | null;
  delta: number | null;
  better: boolean | null;
}

export function deltas(left: Evaluation, right: Evaluation): Delta[] {
  return MEASURES.map((measure) => {
    const [one, other] = [left[measure] ?? null, right[measure] ?? null];
    const delta = one === null || other === null ? null : other - one;
    const judged = delta && measure !== "threshold";
    return {
      measure,
      left: one,
      right: other,
      delta,
      better: judged ? delta < 0 === LESS_IS_BETTER.has(measure) : null,
    };
  });
}

export interface Pair {
  image_id: string;
  thumbnail_url: string | null;
  truth: string | null;
  left: number;
  right: number;
  changed: boolean;
}

/** Return the images that both runs scored: changed verdicts first, then by the difference of the scores. */
export function pairs(left: readonly Prediction[], right: readonly Prediction[], thresholds: [number, number]): Pair[] {
  const others = new Map(right.map((one) => [one.image_id, one]));
  return left
    .flatMap(({ image_id, thumbnail_url, truth, score }) => {
      const other = others.get(image_id);
      if (!other) return [];
      const changed = score >= thresholds[0] !== other.score >= thresholds[1];
      return [{ image_id, thumbnail_url, truth: truth ?? null, left: score, right: other.score, changed }];
    })
    .sort((a, b) => Number(b.changed) - Number(a.changed) || Math.abs(b.right - b.left) - Math.abs(a.right - a.left));
}

export const CHANGES = ["broken", "fixed", "relabelled"] as const;
export type ImageChange = (typeof CHANGES)[number];
export const MISTAKES = ["escapes", "overkills"] as const;
export type PairedDifference = RunComparison["comparison"]["escapes"];

/** Return the text of a difference and its values: `3 more of 83 (95 %: −1 … 8)`. */
export function differenceOf(found: PairedDifference): [string, Record<string, string | number>] {
  const { images, more, low, high, broken, fixed } = found;
  if (low == null || high == null) return ["compare.no_image", {}];
  const bound = (value: number) => (value < 0 && Math.round(value) ? "−" : "") + Math.abs(Math.round(value));
  const sizes = { images, broken, fixed, more: Math.abs(more), low: bound(low), high: bound(high) };
  return [more > 0 ? "compare.more" : more < 0 ? "compare.fewer" : "compare.as_many", sizes];
}
