import { expect, it } from "vitest";
import { directionOf, edited, type EditedGate, limitsOf, newGate } from "./editedGates";

const gate: EditedGate = {
  metric: "escape_rate",
  direction: "at_most",
  limit: 0.05,
  split: "test",
  slice_by: "",
  slice_value: "",
};
const stored = { ...gate, limit: 0.05, slice_by: null, slice_value: null } as const;

it.each([
  ["escape_bound", "at_most"],
  ["overkill_rate", "at_most"],
  ["auroc_low", "at_least"],
  ["region_recall", "at_least"],
] as const)("a limit for %s is %s", (metric, direction) => expect(directionOf(metric)).toBe(direction));

it("a new gate is for the first figure without one", () =>
  expect(newGate([gate])).toEqual({ ...gate, metric: "escape_bound", limit: "" }));

it("a limit without a split is for test", () => {
  const short = { metric: "escape_rate", direction: "at_most", limit: 0.05 } as Parameters<typeof edited>[0];
  expect(edited(short)).toEqual(gate);
});

it.each([
  [0, true],
  [1, true],
  ["", false],
  [-0.1, false],
  [5, false],
] as const)("the limit %s can be sent: %s", (limit, sent) =>
  expect(limitsOf([gate, { ...gate, limit }])).toEqual(sent ? [stored, { ...stored, limit }] : null),
);

it.each([
  ["escape_rate", "line", "L3", "line", "L3"],
  ["escape_rate", "line", "", "line", null],
  ["escape_rate", "", "L3", null, null],
  ["aupro", "line", "L3", null, null],
] as const)("%s by %s of %s is sent as %s, %s", (metric, slice_by, slice_value, by, value) =>
  expect(limitsOf([{ ...gate, metric, slice_by, slice_value }])).toEqual([
    { ...stored, metric, slice_by: by, slice_value: value },
  ]),
);
