// The strategies of suggestions, and the shares of a mix while they are edited, in whole percents. Pure.
import type { NewSuggestion, SuggestionMix } from "@/api/types";

export type Strategy = NonNullable<NewSuggestion["strategies"]>[number];

export const STRATEGIES = [
  "suspected_ng",
  "uncertain",
  "diverse",
  "near_miss",
  "disagreement",
  "unfamiliar",
  "anomaly",
  "rare_class",
] as const satisfies readonly Strategy[];

export type Percents = Record<Strategy, number | "">;

export function percentsOf(mix: SuggestionMix | null | undefined): Percents {
  const percents = STRATEGIES.map((one) => [one, Math.round(100 * (mix?.shares[one] ?? 0)) || ""]);
  return Object.fromEntries(percents) as Percents;
}

export const sumOf = (percents: Percents): number =>
  STRATEGIES.reduce((sum, one) => sum + (percents[one] === "" ? 0 : percents[one]), 0);

/** Return the shares to send; none of them stands for the default. Null while they do not sum to 1. */
export function sharesOf(percents: Percents): Record<string, number> | null {
  const sum = sumOf(percents);
  if (sum !== 0 && sum !== 100) return null;
  const given = STRATEGIES.map((one) => [one, Number(percents[one])] as const).filter(([, percent]) => percent > 0);
  return Object.fromEntries(given.map(([one, percent]) => [one, percent / 100]));
}
