// What the gallery may have to ask before it acts.
export type Question = "exclude" | "restore" | "dismiss" | "split" | "train" | "standard" | "chain" | "field_return" | "erase" | { undo: number };

/** What its answer will ask of the dataset, by the last words of the route; nothing where it is only looked at. */
const NEEDS: Record<Exclude<Question, object>, string | null> = {
  exclude: "exclusions",
  restore: "restorations",
  dismiss: "suggestions/<suggestion_id>/dismissals",
  split: "splits",
  train: "runs",
  standard: null,
  chain: null,
  field_return: "field-returns",
  erase: "erasures",
};

export const needs = (what: Question): string | null => (typeof what === "object" ? "undos" : NEEDS[what]);
