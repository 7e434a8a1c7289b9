// The difference of two label-book revisions as lines of text. Pure.
import type { LabelBookDiff } from "@/api/types";

export interface Line {
  id: string;
  change: string;
  field: string;
  before: string;
  after: string;
}

/** Return a rule as its filled parts, a list of examples as their notes, and any other value as it is. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value))
    return value
      .map((one: { note?: string; image_id?: string }) => one.note || one.image_id?.slice(0, 8) || "")
      .join(", ");
  if (typeof value === "object") return Object.values(value).filter(Boolean).join("\n");
  return String(value);
}

export function linesOf(diff: LabelBookDiff): Line[] {
  const rules = diff.rules
    ? [{ id: "", change: "", field: "rules", before: textOf(diff.rules.before), after: textOf(diff.rules.after) }]
    : [];
  const classes = diff.classes.flatMap(({ class_id, change, fields }) =>
    fields.map(({ field, before, after }, at) => ({
      id: class_id,
      change: at ? "" : change,
      field,
      before: textOf(before),
      after: textOf(after),
    })),
  );
  const samples = diff.samples.map(({ sample_id, change }) => ({
    id: sample_id,
    change,
    field: "",
    before: "",
    after: "",
  }));
  return [...rules, ...classes, ...samples];
}
