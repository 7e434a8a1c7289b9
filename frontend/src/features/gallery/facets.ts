// The values that the gallery can be filtered by, with the number of images of each. Pure.
import { type Dataset, type FacetValues, SPLITS, VERDICTS } from "@/api/types";
import { countsIn, sum, total } from "@/features/datasets/counts";
import type { Facet, Filter } from "./filter";

export interface Option {
  value: string;
  /** null where it is not known, as in the past */
  images: number | null;
}
export type Options = Partial<Record<Facet, Option[]>>;

/** Return the values of each facet, days the newest first; numbers are those of now, so a view of the past has none. */
export function optionsOf(dataset: Dataset | undefined, counted: readonly FacetValues[], is_past: boolean): Options {
  const verdicts = [...VERDICTS, "unlabelled"] as const;
  const splits = [...SPLITS, "unassigned"] as const;
  const sums = dataset && total(dataset);
  const options: Options = {
    verdict: verdicts.map((value) => ({ value, images: sums?.[value] ?? null })),
    split: splits.map((value) => ({ value, images: dataset ? sum(countsIn(dataset, value)) : null })),
  };
  for (const { facet, values } of counted) options[facet as Facet] = values.map((one) => ({ ...one }));
  options.day?.sort((one, other) => (one.value < other.value ? 1 : -1));
  if (is_past) for (const values of Object.values(options)) for (const one of values) one.images = null;
  return options;
}

/** Return the options of a facet with the chosen value, which may not be among the commonest. */
export function withChosen(options: readonly Option[], chosen: string | undefined): Option[] {
  if (!chosen || options.some(({ value }) => value === chosen)) return [...options];
  return [...options, { value: chosen, images: null }];
}

/** Return the number of images of a filter by one facet alone; null when it is not known. */
export function countedBy(options: Options, filter: Filter): number | null {
  const set = Object.entries(filter).filter(([name, value]) => value && name !== "order");
  if (set.length !== 1) return null;
  const [facet, value] = set[0] as [Facet, string];
  return options[facet]?.find((one) => one.value === value)?.images ?? null;
}
