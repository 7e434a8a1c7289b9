// Sums over a dataset's counts by split and verdict. Pure.
import type { Counts, Dataset } from "@/api/types";

const KEYS = ["OK", "NG", "HOLD", "unlabelled"] as const;
export const SPLIT_ROWS = ["train", "validation", "test", "unassigned"] as const;

export const countsIn = (dataset: Dataset, split: string): Counts =>
  dataset.counts[split] ?? { OK: 0, NG: 0, HOLD: 0, unlabelled: 0 };

export function total(dataset: Dataset): Counts {
  const sums = { OK: 0, NG: 0, HOLD: 0, unlabelled: 0 };
  for (const counts of Object.values(dataset.counts)) for (const key of KEYS) sums[key] += counts[key];
  return sums;
}

export const sum = (counts: Counts): number => KEYS.reduce((all, key) => all + counts[key], 0);

/** Return how many images a filter by verdict and split holds; null when the filter has other facets. */
export function expected(
  dataset: Dataset,
  filter: { verdict?: string; split?: string; [other: string]: unknown },
): number | null {
  const { verdict, split } = filter;
  if (Object.entries(filter).some(([facet, value]) => value && !["verdict", "split", "order", "as_of"].includes(facet)))
    return null;
  const rows = split ? [countsIn(dataset, split)] : Object.values(dataset.counts);
  return rows.reduce((all, counts) => all + (verdict ? (counts[verdict as keyof Counts] ?? 0) : sum(counts)), 0);
}
