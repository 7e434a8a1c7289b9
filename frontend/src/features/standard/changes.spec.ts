import { expect, it } from "vitest";
import type { LabelBookDiff } from "@/api/types";
import { linesOf, textOf } from "./changes";

it("says a rule by its filled parts and examples by their notes", () => {
  expect(textOf({ counts: "an open line", counts_not: "", limits: "over 5 mm" })).toBe("an open line\nover 5 mm");
  expect(textOf([{ note: "7 mm" }, { note: "", image_id: "abcdef0123" }])).toBe("7 mm, abcdef01");
  expect(textOf(null)).toBe("");
  expect(textOf(3)).toBe("3");
});

it("names the change of a class once, and every field that differs", () => {
  const fields = [
    { field: "rule", before: null, after: { limits: "over 5 mm" } },
    { field: "key", before: 1, after: 2 },
  ];
  const diff = {
    before: 1,
    after: 2,
    rules: { field: "rules", before: "", after: "In doubt: hold." },
    classes: [{ class_id: "crack", change: "revised", fields }],
    samples: [{ sample_id: "s1", class_id: "crack", side: "accepted", change: "approved" }],
  } as LabelBookDiff;
  expect(linesOf(diff).map(({ id, change, field }) => [id, change, field])).toEqual([
    ["", "", "rules"],
    ["crack", "revised", "rule"],
    ["crack", "", "key"],
    ["s1", "approved", ""],
  ]);
});
