// What the gallery may have to ask before it acts.
export type Question = "exclude" | "restore" | "dismiss" | "split" | "train" | "standard" | "chain" | "field_return" | { undo: number };
