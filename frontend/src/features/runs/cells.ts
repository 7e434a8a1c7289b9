// The four cells of verdict against model. Pure.
import type { Evaluation, Prediction } from "@/api/types";

export const CELLS = ["escape", "overkill", "true_ng", "true_ok"] as const;
export type Cell = (typeof CELLS)[number];

export function cellOf({ truth, score }: Pick<Prediction, "truth" | "score">, threshold: number): Cell | null {
  const says_ng = score >= threshold;
  if (truth === "NG") return says_ng ? "true_ng" : "escape";
  if (truth === "OK") return says_ng ? "overkill" : "true_ok";
  return null;
}

export function countsOf({ ng, ok, escapes, overkills }: Evaluation): Record<Cell, number> {
  return { escape: escapes, overkill: overkills, true_ng: ng - escapes, true_ok: ok - overkills };
}

export const isCell = (value: unknown): value is Cell => CELLS.includes(value as Cell);
