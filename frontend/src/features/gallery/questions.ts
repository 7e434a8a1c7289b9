// What the gallery may have to ask before it acts.
export type Question = "exclude" | "restore" | "dismiss" | "split" | "train";

/** What its answer will ask of the dataset, by the last words of the route. */
export const NEEDS: Record<Question, string> = {
  exclude: "exclusions",
  restore: "restorations",
  dismiss: "suggestions/<suggestion_id>/dismissals",
  split: "splits",
  train: "runs",
};
